"""Messages between the grader and a box: four bytes of length, then JSON; never pickle."""

import json
import socket
import struct
import time

LENGTH = struct.Struct("!I")
MAX_MESSAGE = 8_000_000  # bytes of one message from a box
MAX_CELL = 24_000_000  # bytes of all messages of one cell


class Misbehaved(Exception):
    """The other side sent what no honest runner sends."""


def send(sock, message):
    """Send one JSON-able message. Raises OSError when the other side is gone or does not read."""
    sock.sendall(framed(message))


def framed(message):
    """A JSON-able message as it is sent."""
    data = json.dumps(message).encode()
    return LENGTH.pack(len(data)) + data


class Reader:
    """Reads messages from a socket whose other side is not trusted."""

    def __init__(self, sock, limit=MAX_MESSAGE):
        self.sock, self.limit = sock, limit
        self.buffer = bytearray()

    def read(self, deadline=None):
        """The next message and its size in bytes.

        deadline: time.monotonic() after which TimeoutError is raised.
        Raises EOFError when the other side closed, Misbehaved for anything malformed.
        """
        (size,) = LENGTH.unpack(self._take(LENGTH.size, deadline))
        if size > self.limit:
            raise Misbehaved(f"a message of {size} bytes")
        data = self._take(size, deadline)
        try:
            return json.loads(data), size
        except (ValueError, RecursionError):
            raise Misbehaved("a message that is not JSON") from None

    def _take(self, size, deadline):
        while len(self.buffer) < size:
            self._wait_until(deadline)
            chunk = self.sock.recv(1 << 16)
            if not chunk:
                raise EOFError
            self.buffer += chunk
        data = bytes(self.buffer[:size])
        del self.buffer[:size]
        return data

    def _wait_until(self, deadline):
        if deadline is None:
            self.sock.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)


def pair():
    """Two connected sockets that exec does not inherit."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)

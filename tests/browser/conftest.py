"""JupyterLab on loopback and a real Chromium, for tests that see the course as a reader does."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
LAB_FLAGS = """
    --no-browser --allow-root --expose-app-in-browser --ServerApp.ip=127.0.0.1
    --IdentityProvider.token= --ServerApp.password= --ServerApp.port_retries=0
    --LabApp.extension_manager=readonly
""".split()
# Draw every cell, not only those in sight, so that one run meets every output.
WINDOWING = {"@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"}}


@dataclass
class Lab:
    """A running JupyterLab: `url` and the `folder` it serves, a copy of the course's notebooks."""

    url: str
    folder: Path


@dataclass
class Seen:
    """What a page asked for and complained about."""

    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def request(self, request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.hostname not in ("127.0.0.1", "localhost"):
            self.outside.append(request.url)

    def console(self, message) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lab_environment(home: Path) -> dict[str, str]:
    """An environment in which nothing of this machine's user is read or written."""
    places = {
        "HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "run", "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces", "IPYTHONDIR": home / "ipython",
    }  # fmt: skip
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, **{k: str(v) for k, v in places.items()}, "PATH": path}


@pytest.fixture(scope="session")
def lab(tmp_path_factory) -> Iterator[Lab]:
    """JupyterLab on a copy of notebooks/ and exercises/, with the course's settings."""
    from course_utils.lab import install_settings

    install_settings()
    home = tmp_path_factory.mktemp("lab")
    for name in ("notebooks", "exercises"):
        shutil.copytree(ROOT / name, home / "course" / name)
    for name, values in WINDOWING.items():
        path = home / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values))
    port = free_port()
    url, course = f"http://127.0.0.1:{port}", home / "course"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.port={port}", *LAB_FLAGS]
    with open(home / "log.txt", "wb") as log:
        server = subprocess.Popen(
            [*command, f"--ServerApp.root_dir={course}"],
            env=lab_environment(home), stdout=log, stderr=log
        )  # fmt: skip
        try:
            wait_for(f"{url}/api/status", server, home / "log.txt")
            yield Lab(url, course)
        finally:
            server.terminate()
            server.wait(30)


def wait_for(url: str, server: subprocess.Popen, log: Path, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def page(browser):
    """A fresh page; `page.seen` holds its console errors and requests that left this machine."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.seen = Seen()
    page.on("request", page.seen.request)
    page.on("console", page.seen.console)
    page.on("pageerror", lambda error: page.seen.errors.append(str(error)))
    page.set_default_timeout(60_000)
    yield page
    page.close()

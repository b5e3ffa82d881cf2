"""Arrays on their way to the browser: little-endian bytes with a shape and a type.

Floats travel as float32; where a picture needs no more than three digits, as float16.
Everything that is no array travels as JSON.
"""

import numpy as np


def pack(results: dict, half=(), grid_axes: int = 0) -> dict:
    """`results` with every array turned into {shape, dtype, grid, data}.

    half: names of arrays to send as float16. grid_axes: how many leading axes run over gridded
    controls. Other values are passed on as they are.
    """
    return {name: _pack(value, name in half, grid_axes) for name, value in results.items()}


def _pack(value, half, grid_axes):
    if not isinstance(value, np.ndarray):
        return value
    dtype = _wire_type(value.dtype, half)
    with np.errstate(over="ignore", invalid="ignore"):
        data = np.ascontiguousarray(value, dtype)
    shape = list(value.shape)
    return {"shape": shape, "dtype": dtype[1:], "grid": grid_axes, "data": data.tobytes()}


def _wire_type(dtype, half) -> str:
    if dtype.kind == "f":
        return "<f2" if half else "<f4"
    if dtype.kind == "b" or dtype == np.uint8:
        return "<u1"
    return "<i4"


def unpack(packed: dict) -> np.ndarray:
    """The array in one packed entry, as the browser sees it."""
    return np.frombuffer(packed["data"], "<" + packed["dtype"]).reshape(packed["shape"])


def split(packed: dict) -> tuple[dict, list[bytes]]:
    """`packed` without its bytes, and the bytes in order: the two halves of a comm message."""
    heads, buffers = {}, []
    for name, value in packed.items():
        if isinstance(value, dict) and "data" in value:
            buffers.append(value["data"])
            value = {k: v for k, v in value.items() if k != "data"} | {"buffer": len(buffers) - 1}
        heads[name] = value
    return heads, buffers

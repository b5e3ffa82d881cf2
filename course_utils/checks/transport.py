"""Values as plain data: what a check publishes, and how it crosses a process boundary.

Only numbers, strings, arrays and containers of them travel, as JSON. Nothing is ever unpickled, so
a submission can send wrong data but never code.
"""

import base64
import math

import numpy as np

MAX_BYTES = 16_000_000
MAX_DEPTH = 8
MAX_ITEMS = 100_000
KINDS = "biufc"  # bool, signed, unsigned, float, complex
ARRAY, TUPLE, DICT, COMPLEX = "array", "tuple", "dict", "complex"


def plain(value, depth=0):
    """Return `value` as plain data: None, numbers, str, ndarray, and list, tuple, dict of them.

    Torch tensors become arrays, NumPy scalars become Python numbers, and a subclass of a plain type
    becomes that type. Raises TypeError for anything else, ValueError when it is nested too deeply.
    """
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if value is None or type(value) in (bool, int, float, complex, str):
        return value
    if hasattr(value, "detach") and hasattr(
        value, "numpy"
    ):  # a torch tensor, without loading torch
        value = value.detach().cpu().resolve_conj().numpy()
    if isinstance(value, np.generic):
        return plain_array(np.asarray(value)).item()
    if isinstance(value, np.ndarray):
        return plain_array(value)
    if isinstance(value, list | tuple):
        items = [plain(item, depth + 1) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if isinstance(value, dict):
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    for kind in (bool, int, float, complex, str):
        if isinstance(value, kind):
            return kind(value)
    raise TypeError(f"{type(value).__name__} is not plain data")


def plain_array(array):
    """A base-class copy of a numeric array, so that later changes to the original are not seen."""
    if array.dtype.kind not in KINDS:
        raise TypeError(f"an array of dtype {array.dtype} is not plain data")
    return np.array(array, subok=False, order="C")


def encode(value):
    """Turn plain data into JSON-able data (arrays as base64); the inverse of `decode`."""
    if isinstance(value, np.ndarray):
        little = value.astype(value.dtype.newbyteorder("<"))
        data = base64.b64encode(little.tobytes()).decode()
        return {ARRAY: data, "dtype": little.dtype.str, "shape": list(value.shape)}
    if isinstance(value, complex):
        return {COMPLEX: [value.real, value.imag]}
    if isinstance(value, tuple):
        return {TUPLE: [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {DICT: [[key, encode(item)] for key, item in value.items()]}
    return value


def decode(data, depth=0):
    """Turn what `encode` made back into plain data.

    The input is not trusted: raises ValueError for anything malformed, too large or too deep.
    """
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if data is None or type(data) in (bool, int, float, str):
        return data
    if isinstance(data, list):
        return _decode_items(data, depth)
    if isinstance(data, dict) and len(data) == 1 and TUPLE in data:
        return tuple(_decode_items(data[TUPLE], depth))
    if isinstance(data, dict) and len(data) == 1 and DICT in data:
        return {key: decode(item, depth + 1) for key, item in _pairs(data[DICT])}
    if isinstance(data, dict) and len(data) == 1 and COMPLEX in data:
        real, imaginary = _decode_items(data[COMPLEX], depth)
        return complex(real, imaginary)
    if isinstance(data, dict) and data.keys() == {ARRAY, "dtype", "shape"}:
        return _decode_array(data)
    raise ValueError("malformed value")


def _decode_items(items, depth):
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise ValueError("malformed or too long list")
    return [decode(item, depth + 1) for item in items]


def _pairs(items):
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise ValueError("malformed or too long dict")
    for pair in items:
        if not (isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str)):
            raise ValueError("malformed dict")
    return items


def _decode_array(data):
    text, shape = data[ARRAY], data["shape"]
    if not isinstance(text, str) or len(text) > MAX_BYTES * 4 // 3 + 4:
        raise ValueError("array too large")
    if not isinstance(data["dtype"], str) or not isinstance(shape, list) or len(shape) > 16:
        raise ValueError("malformed array")
    if not all(type(n) is int and 0 <= n <= MAX_BYTES for n in shape):
        raise ValueError("malformed shape")
    try:
        dtype = np.dtype(data["dtype"])
        raw = base64.b64decode(text, validate=True)
    except (TypeError, ValueError, SyntaxError) as error:
        raise ValueError("malformed array") from error
    if dtype.kind not in KINDS or math.prod(shape) * dtype.itemsize != len(raw):
        raise ValueError("array does not fit its shape")
    return np.frombuffer(raw, dtype).reshape(shape).astype(dtype.newbyteorder("="))


def rounded(value, digits=10):
    """Plain data, floats rounded to `digits` significant digits: the same on every machine.

    What lies below 1e-12 is what rounding left of a zero, and becomes one.
    """
    if isinstance(value, float):
        return 0.0 if abs(value) < 1e-12 else float(f"{value:.{digits}g}")
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        flat = [rounded(x, digits) for x in value.astype(float).ravel().tolist()]
        return np.array(flat, dtype=value.dtype).reshape(value.shape)
    if isinstance(value, list | tuple):
        return type(value)(rounded(item, digits) for item in value)
    if isinstance(value, dict):
        return {key: rounded(item, digits) for key, item in value.items()}
    return value

"""From a wrong value to a sentence that says what kind of wrong it is.

`compare` answers None when `got` is right. Otherwise it says what a teacher would see at a glance:
nothing returned, transposed, a lost minus sign, a forgotten division by N, one wrong row.
"""

import itertools

import numpy as np


def compare(got, want, *, name="", rtol=1e-6, atol=1e-9):
    """Compare two pieces of plain data; return None if they agree, else one or two sentences.

    `name` labels the parts of a tuple: "dX, dW, db of linear_backward" has three of them.
    A number is right within atol + rtol * |want|; NaN and infinity only equal themselves.
    """
    if isinstance(want, list | tuple | dict) and same(got, want, rtol, atol):
        return None
    if got is None and want is not None:
        return "nothing came back (None). Does every path of the function end in `return`?"
    if isinstance(want, list | tuple):
        return _compare_sequence(got, want, name, rtol, atol)
    if isinstance(want, dict):
        return _compare_dict(got, want, rtol, atol)
    if isinstance(want, np.ndarray):
        return _compare_array(got, want, rtol, atol)
    if isinstance(want, bool | str) or want is None:
        return _compare_exact(got, want)
    return _compare_number(got, want, rtol, atol)


def same(got, want, rtol=1e-6, atol=1e-9):
    """True if two pieces of plain data agree (see `compare`), without a diagnosis: it is fast."""
    if isinstance(want, list | tuple):
        got = _as_list(got, want)
        return isinstance(got, list | tuple) and len(got) == len(want) and _each_right(
            got, want, rtol, atol
        )  # fmt: skip
    if isinstance(want, dict):
        return isinstance(got, dict) and got.keys() == want.keys() and _each_right(
            [got[key] for key in want], want.values(), rtol, atol
        )  # fmt: skip
    if isinstance(want, np.ndarray) and isinstance(got, np.ndarray):
        fits = got.shape == want.shape and _wrong_dtype(got, want) is None
        return fits and close(got, want, rtol, atol)
    return compare(got, want, rtol=rtol, atol=atol) is None


def _as_list(got, want):
    """A list of numbers may come as an array."""
    numbers = isinstance(want, list) and all(isinstance(item, int | float) for item in want)
    return got.tolist() if numbers and isinstance(got, np.ndarray) else got


def _each_right(got, want, rtol, atol):
    return all(same(g, w, rtol, atol) for g, w in zip(got, want, strict=True))


# ---- containers


def part_names(name, count):
    """Names for the parts of a tuple, read from "dX, dW, db of f"; else "value 1", "value 2", …"""
    parts = [part.strip() for part in name.split(" of ")[0].split(",")]
    if len(parts) == count >= 2 and all(parts):
        return parts
    return [f"value {i + 1}" for i in range(count)]


def _compare_sequence(got, want, name, rtol, atol):
    got = _as_list(got, want)
    if not isinstance(got, list | tuple):
        return f"{kind(got)} came back, expected {len(want)} values in a {type(want).__name__}."
    if len(got) != len(want):
        return f"{len(got)} values came back, expected {len(want)}."
    names = part_names(name, len(want))
    problems = [
        (label, compare(g, w, rtol=rtol, atol=atol))
        for label, g, w in zip(names, got, want, strict=True)
    ]
    wrong = [(label, problem) for label, problem in problems if problem]
    if not wrong:
        return None
    if order := _right_in_another_order(got, want, rtol, atol):
        return f"the values are right but in another order: {order}."
    label, problem = wrong[0]
    return f"{label}: {problem}"


def _right_in_another_order(got, want, rtol, atol):
    if not 2 <= len(want) <= 6:
        return None
    if _each_right(got[::-1], want, rtol, atol):
        return "they are reversed"
    for order in itertools.permutations(range(len(want))):
        if _each_right([got[i] for i in order], want, rtol, atol):
            return "value " + ", ".join(str(i + 1) for i in order) + " should be the order"
    return None


def _compare_dict(got, want, rtol, atol):
    if not isinstance(got, dict):
        return f"{kind(got)} came back, expected a dict."
    if missing := [key for key in want if key not in got]:
        return f"the dict has no {missing[0]!r}."
    if extra := [key for key in got if key not in want]:
        return f"the dict has {extra[0]!r}, which does not belong there."
    for key, value in want.items():
        if problem := compare(got[key], value, rtol=rtol, atol=atol):
            return f"{key}: {problem}"
    return None


# ---- single values


def kind(value):
    """What a value is, in words a student reads: "an array of shape (3, 2)"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    article = "an" if type(value).__name__[0] in "aeiou" else "a"
    return f"{article} {type(value).__name__}"


def _compare_exact(got, want):
    if type(got) is type(want) and got == want:
        return None
    if isinstance(got, np.ndarray) and got.shape == () and got.dtype == bool and got.item() == want:
        return None
    return (
        f"got {got!r}, expected {want!r}."
        if not isinstance(got, np.ndarray)
        else (f"{kind(got)} came back, expected {want!r}.")
    )


def _compare_number(got, want, rtol, atol):
    if isinstance(got, np.ndarray) and got.shape == ():
        got = got.item()
    if isinstance(got, np.ndarray):
        hint = " A sum or a mean is missing." if got.size > 1 else ""
        return f"{kind(got)} came back, expected one number.{hint}"
    if isinstance(got, bool | str) or not isinstance(got, int | float | complex):
        return f"{kind(got)} came back, expected a number."
    if isinstance(want, int) and not isinstance(got, int):
        return f"got {got!r}, expected the whole number {want} (an int)."
    if close(got, want, rtol, atol):
        return None
    if got != got or abs(got) == np.inf:
        return f"got {got}, expected {number(want)}."
    if close(-got, want, rtol, atol):
        return f"the sign is wrong: got {number(got)}, expected {number(want)}."
    factor = got / want if want else 0
    for nice, words in ((2, "twice"), (0.5, "half")):
        if close(factor, nice, rtol, 0):
            return f"got {number(got)}, exactly {words} the expected {number(want)}."
    return f"got {number(got)}, expected {number(want)}."


def close(got, want, rtol, atol):
    """True if |got − want| <= atol + rtol·|want| everywhere; NaN and infinity equal themselves."""
    with np.errstate(all="ignore"):
        return bool(_close(np.asarray(got), np.asarray(want), rtol, atol).all())


def _close(got, want, rtol, atol):
    """`close` for each element. np.isclose does the same in three times the time."""
    if got.dtype.kind in "biu" and want.dtype.kind in "biu":
        return got == want
    dtype = complex if "c" in got.dtype.kind + want.dtype.kind else float
    near = np.abs(np.subtract(got, want, dtype=dtype)) <= atol + rtol * np.abs(want)
    return (near & np.isfinite(want)) | (got == want) | ((got != got) & (want != want))


def number(x):
    return f"{x:.6g}" if isinstance(x, float) else str(x)


# ---- arrays


def _compare_array(got, want, rtol, atol):
    if not isinstance(got, np.ndarray):
        if want.shape == () and isinstance(got, int | float):
            return _compare_number(got, want.item(), rtol, atol)
        return f"{kind(got)} came back, expected an array of shape {want.shape}."
    if got.shape != want.shape:
        return _wrong_shape(got, want, rtol, atol)
    if problem := _wrong_dtype(got, want):
        return problem
    with np.errstate(all="ignore"):
        if close(got, want, rtol, atol):
            return None
        return _wrong_numbers(got, want, rtol, atol)


def _wrong_shape(got, want, rtol, atol):
    start = f"shape {got.shape}, expected {want.shape}."
    if got.ndim == 2 and got.shape == want.shape[::-1]:
        return f"{start} " + (
            "It is the transpose of the right answer." if close(got.T, want, rtol, atol)
            else "The two axes are the wrong way round."
        )  # fmt: skip
    if got.size == want.size and got.ndim > want.ndim:
        return f"{start} An axis of length 1 was kept (keepdims?) that should be gone."
    if got.size == want.size and got.ndim < want.ndim:
        return f"{start} An axis of length 1 got lost (keepdims?)."
    if got.ndim == want.ndim + 1:
        return f"{start} One axis was not summed or averaged away."
    if got.ndim + 1 == want.ndim:
        return f"{start} One axis too many was summed or averaged away."
    if got.ndim == want.ndim == 1:
        return f"{start} The sum or mean runs over the wrong axis, perhaps."
    return start


def _wrong_dtype(got, want):
    groups = {"u": "i"}
    have, need = (groups.get(a.dtype.kind, a.dtype.kind) for a in (got, want))
    if have == need:
        return None
    words = {"b": "True and False", "i": "whole numbers", "f": "floats", "c": "complex numbers"}
    return f"an array of {words[have]} ({got.dtype}), expected {words[need]} ({want.dtype})."


def _wrong_numbers(got, want, rtol, atol):
    for look in (_not_finite, _sign, _factor, _offset, _order, _one_slice):
        if sentence := look(got, want, rtol, atol):
            return sentence
    return _largest_error(got, want)


def _not_finite(got, want, rtol, atol):
    bad = ~np.isfinite(got) & np.isfinite(want)
    if not bad.any():
        return None
    index = index_of(np.argmax(bad), got.shape)
    what = "NaN" if np.isnan(got[bad].ravel()[0]) else "infinity"
    return (
        f"{bad.sum()} of {got.size} values are not finite: {what} at {index}, "
        f"expected {number(float(want[index]))}."
    )


def _sign(got, want, rtol, atol):
    if want.dtype.kind in "fc" and want.any() and close(-got, want, rtol, atol):
        return "every sign is wrong: the numbers are right times −1."
    return None


def _factor(got, want, rtol, atol):
    large = np.abs(want) > atol
    if want.dtype.kind != "f" or large.sum() < 2 or not np.isfinite(got).all():
        return None
    if not got.any():
        return "all zeros."
    factor = float(np.median(got[large] / want[large]))
    if not factor or not close(got, factor * want, rtol, atol):
        return None
    return f"every value is {factor_words(factor, want.shape)} times what it should be."


def factor_words(factor, shape):
    """A factor as a student may know it: N or 1/N of the leading axis, else the number."""
    for size, label in ((shape[0] if shape else 0, "the length of the first axis"),
                        (int(np.prod(shape)), "the number of elements")):  # fmt: skip
        if size > 1 and close(factor, size, 1e-6, 0):
            return f"{size} ({label})"
        if size > 1 and close(factor, 1 / size, 1e-6, 0):
            return f"1/{size} (one over {label})"
    inverse = 1 / factor
    if abs(factor) < 1 and close(inverse, round(inverse), 1e-6, 0):
        return f"1/{round(inverse)}"
    return f"{factor:.6g}"


def _offset(got, want, rtol, atol):
    if want.dtype.kind != "f" or want.size < 3:
        return None
    shift = float(np.median(got - want))
    if np.isfinite(shift) and shift and close(got - shift, want, rtol, max(atol, 1e-9)):
        return f"every value is off by the same amount, {shift:+.6g}."
    return None


def _order(got, want, rtol, atol):
    for axis in range(want.ndim):
        word = "values" if want.ndim == 1 else ("rows", "columns")[axis] if axis < 2 else "slices"
        if want.shape[axis] > 1 and close(np.flip(got, axis), want, rtol, atol):
            return f"the {word} are right but in reverse order."
        if want.shape[axis] > 2 and _is_permutation(got, want, axis, rtol, atol):
            return f"the {word} are right but in another order."
    if want.ndim == 2 and want.shape[0] == want.shape[1] and close(got.T, want, rtol, atol):
        return "it is the transpose of the right answer."
    return None


def _is_permutation(got, want, axis, rtol, atol):
    def arrange(array):
        rows = np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)
        return rows[np.lexsort(rows.T[::-1])]

    return close(arrange(got), arrange(want), rtol, atol)


def _one_slice(got, want, rtol, atol):
    wrong = ~_close(got, want, rtol, atol)
    for axis in range(want.ndim):
        others = tuple(i for i in range(want.ndim) if i != axis)
        hit = np.flatnonzero(wrong.any(axis=others))
        if len(hit) == 1 and want.shape[axis] > 2:
            word = "value" if want.ndim == 1 else ("row", "column")[axis] if axis < 2 else "slice"
            where = int(hit[0])
            last = " (the last)" if where == want.shape[axis] - 1 else ""
            return f"only {word} {where}{last} is wrong. " + _largest_error(got, want)
    return None


def _largest_error(got, want):
    error = np.abs(np.subtract(got, want, dtype=complex if want.dtype.kind == "c" else float))
    index = index_of(np.nanargmax(np.where(np.isnan(error), np.inf, error)), want.shape)
    place = f" at {index}" if index else ""
    return f"largest error{place}: got {show(got[index])}, expected {show(want[index])}."


def index_of(flat, shape):
    return tuple(int(i) for i in np.unravel_index(flat, shape))


def show(x):
    return number(x.item() if isinstance(x, np.generic) else x)

"""Values as a reader may give them, checked: each refusal is a ValueError with a sentence."""

import math


def number(value) -> float:
    """`value` as a finite float; ValueError says what it was instead."""
    if isinstance(value, (bool, str)) or not hasattr(value, "__float__"):
        raise ValueError(f"got {brief(value)}, expected a number.")
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError):  # an array, a date, 10**400
        raise ValueError(f"got {brief(value)}, expected a number.") from None
    if not math.isfinite(result):
        raise ValueError(f"got {result}, expected a finite number.")
    return result


def row(value, columns: int) -> tuple[float, ...]:
    """`value` as a tuple of `columns` finite floats."""
    items = listed(value)
    if items is None or len(items) != columns:
        raise ValueError(f"got {brief(value)}, expected {columns} numbers.")
    return tuple(map(number, items))


def between(value, limits) -> float:
    """`value` if it lies between the limits, up to rounding."""
    low, high = limits
    if not low - 1e-9 <= value <= high + 1e-9:
        raise ValueError(f"got {value:g}, expected {low:g} to {high:g}.")
    return value


def listed(value) -> list | None:
    """The items of a list, a tuple or an array; None for anything else."""
    ordered = isinstance(value, (list, tuple)) or getattr(value, "ndim", 0) > 0
    return list(value) if ordered else None


def brief(value) -> str:
    """`value` as a sentence can show it: on one line, and not long."""
    words = " ".join(repr(value).split())
    return words if len(words) <= 60 else words[:59] + "…"

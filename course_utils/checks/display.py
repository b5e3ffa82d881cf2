"""Got and expected side by side, wrong entries marked: plain text first, HTML where it helps."""

from dataclasses import dataclass
from html import escape

import numpy as np

LARGEST = 8  # rows or columns that still fit beside each other


@dataclass(frozen=True)
class Difference:
    """Two small arrays of one shape, and a mask of the entries in which they differ."""

    got: np.ndarray
    want: np.ndarray
    wrong: np.ndarray

    @classmethod
    def between(cls, got, want, expectation):
        """The difference of two arrays, or None if they cannot be shown side by side."""
        arrays = isinstance(got, np.ndarray) and isinstance(want, np.ndarray)
        if not arrays or got.shape != want.shape or not 1 <= want.ndim <= 2 or want.size < 2:
            return None
        if max(want.shape) > LARGEST or got.dtype.kind not in "biuf":
            return None
        close = np.isclose(got, want, rtol=expectation.rtol, atol=expectation.atol, equal_nan=True)
        return cls(np.atleast_2d(got), np.atleast_2d(want), np.atleast_2d(~close))

    def mimebundle(self):
        return {"text/plain": str(self), "text/html": self.html()}

    def __str__(self):
        pairs = zip(self.rows(self.got), self.rows(self.want), strict=True)
        lines = [f"{'  '.join(g)}   |   {'  '.join(w)}" for g, w in pairs]
        return "got (wrong entries marked !)   |   expected\n" + "\n".join(lines)

    def rows(self, array):
        marks = self.wrong if array is self.got else np.zeros_like(self.wrong)
        return [
            [f"{x:>9.4g}{'!' if bad else ' '}" for x, bad in zip(row, mark, strict=True)]
            for row, mark in zip(array, marks, strict=True)
        ]

    def html(self):
        tables = f"{self.table(self.got, 'got')}{self.table(self.want, 'expected')}"
        return f'<div style="display:flex;gap:2em;flex-wrap:wrap">{tables}</div>'

    def table(self, array, caption):
        body = "".join(
            f"<tr>{''.join(self.cell(text) for text in row)}</tr>" for row in self.rows(array)
        )
        return f"<table><caption>{caption}</caption>{body}</table>"

    @staticmethod
    def cell(text):
        if not text.endswith("!"):
            return f"<td>{escape(text.strip())}</td>"
        return f"<td><strong>✗ {escape(text[:-1].strip())}</strong></td>"

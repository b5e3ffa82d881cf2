"""Forward mode: numbers that carry their derivative along.

A dual number is value + deriv·ε with ε² = 0. Arithmetic on it is the rules of calculus:
(a + a'ε)(b + b'ε) = ab + (a'b + ab')ε. Start with deriv 1 in one input, and the result's deriv is
the derivative with respect to it: one run of the function for each input.
"""

import numpy as np


class Dual:
    """value + deriv·ε: numbers, arrays of one shape, or Duals again (for second derivatives).

    `np.exp`, `np.sin`, `np.cos`, `np.log` and `np.tanh` accept a Dual too, so a function written
    for numbers runs as it is: `f(Dual(2.0, 1.0)).deriv` is f'(2). Derived in notebooks/05.
    """

    __array_priority__ = 1000  # array * Dual is ours to compute

    def __init__(self, value, deriv=0.0):
        self.value, self.deriv = value, deriv

    def __repr__(self):
        return f"Dual({self.value}, {self.deriv})"

    def __add__(self, other):
        other = dual(other)
        return Dual(self.value + other.value, self.deriv + other.deriv)

    def __mul__(self, other):
        other = dual(other)
        return Dual(self.value * other.value, self.deriv * other.value + self.value * other.deriv)

    def __truediv__(self, other):
        other = dual(other)
        quotient = self.value / other.value
        return Dual(quotient, (self.deriv - quotient * other.deriv) / other.value)

    def __pow__(self, p):
        if isinstance(p, Dual):
            return (p * self.log()).exp()
        slope = p * self.value ** (p - 1) if p else 0.0
        return Dual(self.value**p, slope * self.deriv)

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -dual(other)

    def __rsub__(self, other):
        return dual(other) - self

    def __rtruediv__(self, other):
        return dual(other) / self

    def __rpow__(self, other):
        return dual(other) ** self

    __radd__ = __add__
    __rmul__ = __mul__

    def exp(self):
        e = np.exp(self.value)
        return Dual(e, e * self.deriv)

    def log(self):
        return Dual(np.log(self.value), self.deriv / self.value)

    def sin(self):
        return Dual(np.sin(self.value), np.cos(self.value) * self.deriv)

    def cos(self):
        return Dual(np.cos(self.value), -np.sin(self.value) * self.deriv)

    def tanh(self):
        t = np.tanh(self.value)
        return Dual(t, (1.0 - t * t) * self.deriv)


def dual(x):
    """x itself if it is a Dual, else the constant x, whose derivative is 0."""
    return x if isinstance(x, Dual) else Dual(x)

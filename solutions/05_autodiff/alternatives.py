"""Other right answers to unit 05: other bookkeeping, other formulas, no common helper."""

import math

import numpy as np

from course_utils.checks import alternative


@alternative("Dual")
class dual_by_cases:
    """Each method asks for itself whether the other one is a number."""

    def __init__(self, value, deriv=0.0):
        self.value, self.deriv = value, deriv

    def __add__(self, other):
        if isinstance(other, Dual):
            return Dual(self.value + other.value, self.deriv + other.deriv)
        return Dual(self.value + other, self.deriv)

    def __mul__(self, other):
        if isinstance(other, Dual):
            both = self.value * other.deriv + other.value * self.deriv
            return Dual(self.value * other.value, both)
        return Dual(self.value * other, self.deriv * other)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def reciprocal(self):
        return Dual(1 / self.value, -self.deriv / self.value**2)

    def __truediv__(self, other):
        return self * (other.reciprocal() if isinstance(other, Dual) else 1 / other)

    def __rtruediv__(self, other):
        return self.reciprocal() * other

    def exp(self):
        e = np.exp(self.value)
        return Dual(e, e * self.deriv)

    def sin(self):
        return Dual(np.sin(self.value), np.cos(self.value) * self.deriv)

    __radd__ = __add__
    __rmul__ = __mul__


@alternative("Dual")
class dual_by_slopes:
    """One rule for all: the value, and the slope for each operand."""

    def __init__(self, value, deriv=0):
        self.value, self.deriv = value, deriv

    @classmethod
    def chain(cls, value, *slopes):
        return cls(value, sum(slope * x.deriv for slope, x in slopes))

    @classmethod
    def pair(cls, x, y):
        return [z if isinstance(z, cls) else cls(z) for z in (x, y)]

    def __add__(self, other):
        a, b = self.pair(self, other)
        return self.chain(a.value + b.value, (1, a), (1, b))

    def __sub__(self, other):
        a, b = self.pair(self, other)
        return self.chain(a.value - b.value, (1, a), (-1, b))

    def __mul__(self, other):
        a, b = self.pair(self, other)
        return self.chain(a.value * b.value, (b.value, a), (a.value, b))

    def __truediv__(self, other):
        a, b = self.pair(self, other)
        ratio = a.value / b.value
        return self.chain(ratio, (1 / b.value, a), (-ratio / b.value, b))

    def __radd__(self, other):
        return self.pair(other, self)[0] + self

    def __rsub__(self, other):
        return self.pair(other, self)[0] - self

    def __rmul__(self, other):
        return self.pair(other, self)[0] * self

    def __rtruediv__(self, other):
        return self.pair(other, self)[0] / self

    def exp(self):
        return self.chain(math.exp(self.value), (math.exp(self.value), self))

    def sin(self):
        return self.chain(math.sin(self.value), (math.cos(self.value), self))


@alternative("unbroadcast")
def unbroadcast_axis_by_axis(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis in range(len(shape)):
        if grad.shape[axis] != shape[axis]:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


@alternative("unbroadcast")
def unbroadcast_by_places(grad, shape):
    out = np.zeros(shape)
    places = np.broadcast_to(np.arange(out.size).reshape(shape), grad.shape)
    np.add.at(out.reshape(-1), places.ravel(), grad.ravel())
    return out


@alternative("unbroadcast")
def unbroadcast_one_sum(grad, shape):
    padded = (1,) * (grad.ndim - len(shape)) + tuple(shape)
    axes = tuple(i for i, (n, m) in enumerate(zip(grad.shape, padded, strict=True)) if n != m)
    return grad.sum(axis=axes, keepdims=True).reshape(shape)


@alternative("Tensor")
class tensor_closures:
    """As in micrograd: each result carries one function that adds to its parents' gradients."""

    def __init__(self, data, parents=()):
        self.data = np.asarray(data, dtype=float)
        self.grad = np.zeros(self.data.shape)
        self.parents = parents
        self.push = lambda: None

    @staticmethod
    def both(a, b):
        return [x if isinstance(x, Tensor) else Tensor(x) for x in (a, b)]

    def give(self, share):
        self.grad = self.grad + (
            share if share.shape == self.data.shape else unbroadcast(share, self.data.shape)
        )

    def __add__(self, other):
        a, b = self.both(self, other)
        out = Tensor(a.data + b.data, (a, b))

        def push():
            a.give(out.grad)
            b.give(out.grad)

        out.push = push
        return out

    def __mul__(self, other):
        a, b = self.both(self, other)
        out = Tensor(a.data * b.data, (a, b))

        def push():
            a.give(b.data * out.grad)
            b.give(a.data * out.grad)

        out.push = push
        return out

    def __matmul__(self, other):
        out = Tensor(self.data @ other.data, (self, other))

        def push():
            self.give(np.einsum("nh,dh->nd", out.grad, other.data))
            other.give(np.einsum("nd,nh->dh", self.data, out.grad))

        out.push = push
        return out

    def unary(self, value, slope):
        out = Tensor(value, (self,))
        out.push = lambda: self.give(out.grad * slope)
        return out

    def sum(self, axis=None, keepdims=False):
        total = np.sum(self.data, axis=axis, keepdims=True)
        out = Tensor(total if keepdims else np.squeeze(total, axis), (self,))
        shape = self.data.shape
        out.push = lambda: self.give(np.broadcast_to(out.grad.reshape(total.shape), shape))
        return out

    def __pow__(self, p):
        return self.unary(self.data**p, p * self.data ** (p - 1))

    def relu(self):
        return self.unary(self.data * (self.data > 0), self.data > 0)

    def exp(self):
        return self.unary(np.exp(self.data), np.exp(self.data))

    def log(self):
        return self.unary(np.log(self.data), 1 / self.data)

    def tanh(self):
        return self.unary(np.tanh(self.data), np.cosh(np.clip(self.data, -300, 300)) ** -2.0)

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + -other

    def __rsub__(self, other):
        return -self + other

    def __truediv__(self, other):
        return self * (other**-1.0 if isinstance(other, Tensor) else 1 / other)

    def __rtruediv__(self, other):
        return self**-1.0 * other

    __radd__ = __add__
    __rmul__ = __mul__

    def backward(self):
        uses, found = {self: 0}, [self]  # count the uses of each, then peel off what has none left
        for node in found:
            for parent in node.parents:
                if parent not in uses:
                    found.append(parent)
                uses[parent] = uses.get(parent, 0) + 1
        for node in found:
            node.grad = np.zeros(node.data.shape)
        self.grad, ready = np.ones(self.data.shape), [self]
        while ready:
            node = ready.pop()
            node.push()
            for parent in node.parents:
                uses[parent] -= 1
                if uses[parent] == 0:
                    ready.append(parent)


@alternative("Tensor")
class tensor_tape:
    """Every Tensor has a number that grows: the order of making is a topological order."""

    made = 0

    def __init__(self, data, rule=None, parents=()):
        self.data = np.array(data, dtype="f8")
        self.grad = 0 * np.nan_to_num(self.data)
        self.rule, self.parents = rule, parents
        Tensor.made += 1
        self.number = Tensor.made

    @classmethod
    def apply(cls, f, rule, *inputs):
        """f on the arrays; rule(gradient of the result, *arrays) gives a share for each input."""
        parents = tuple(x if isinstance(x, Tensor) else Tensor(x) for x in inputs)
        return Tensor(f(*(p.data for p in parents)), rule, parents)

    def backward(self):
        reached, todo = {self.number: self}, [self]
        while todo:
            for parent in todo.pop().parents:
                if parent.number not in reached:
                    reached[parent.number] = parent
                    todo.append(parent)
        shares = dict.fromkeys(reached, 0.0)
        shares[self.number] = np.ones(self.data.shape)
        for number in sorted(reached, reverse=True):
            node = reached[number]
            node.grad = shares[number] + np.zeros(node.data.shape)
            if node.rule:
                found = node.rule(node.grad, *(p.data for p in node.parents))
                for parent, share in zip(node.parents, found, strict=True):
                    fits = np.shape(share) == parent.data.shape
                    shares[parent.number] = shares[parent.number] + (
                        share if fits else unbroadcast(share, parent.data.shape)
                    )

    def __add__(self, other):
        return self.apply(np.add, lambda g, a, b: (g, g), self, other)

    def __radd__(self, other):
        return self.apply(np.add, lambda g, a, b: (g, g), other, self)

    def __sub__(self, other):
        return self.apply(np.subtract, lambda g, a, b: (g, -g), self, other)

    def __rsub__(self, other):
        return self.apply(np.subtract, lambda g, a, b: (g, -g), other, self)

    def __mul__(self, other):
        return self.apply(np.multiply, lambda g, a, b: (g * b, a * g), self, other)

    def __rmul__(self, other):
        return self.apply(np.multiply, lambda g, a, b: (g * b, a * g), other, self)

    def __truediv__(self, other):
        return self.apply(np.divide, lambda g, a, b: (g / b, -g * (a / b) / b), self, other)

    def __rtruediv__(self, other):
        return Tensor(other) / self

    def __matmul__(self, other):
        return self.apply(np.matmul, lambda g, A, B: ((B @ g.T).T, (g.T @ A).T), self, other)

    def __neg__(self):
        return self.apply(np.negative, lambda g, a: (np.negative(g),), self)

    def __pow__(self, p):
        return self.apply(lambda a: a**p, lambda g, a: (g * (p * a ** (p - 1)),), self)

    def sum(self, axis=None, keepdims=False):
        def rule(g, a):
            kept = a.sum(axis=axis, keepdims=True).shape
            return (np.ones(a.shape) * g.reshape(kept),)

        return self.apply(lambda a: a.sum(axis=axis, keepdims=keepdims), rule, self)

    def relu(self):
        return self.apply(
            lambda a: np.where(a > 0, a, 0), lambda g, a: (np.where(a > 0, g, 0),), self
        )

    def exp(self):
        return self.apply(np.exp, lambda g, a: (np.exp(a) * g,), self)

    def log(self):
        return self.apply(np.log, lambda g, a: (g * a**-1.0,), self)

    def tanh(self):
        return self.apply(np.tanh, lambda g, a: (g * (1 - np.tanh(a)) * (1 + np.tanh(a)),), self)


@alternative("Tensor")
class tensor_operations:
    """A class for each operation, as PyTorch's autograd.Function."""

    class Op:
        def __init__(self, *inputs):
            self.inputs = [x if isinstance(x, Tensor) else Tensor(x) for x in inputs]

        def out(self):
            return Tensor(self.forward(*(x.data for x in self.inputs)), self)

    class Add(Op):
        def forward(self, a, b):
            return a + b

        def backward(self, g):
            return g, g

    class Mul(Op):
        def forward(self, a, b):
            self.saved = a, b
            return a * b

        def backward(self, g):
            a, b = self.saved
            return g * b, g * a

    class MatMul(Op):
        def forward(self, a, b):
            self.saved = a, b
            return a.dot(b)

        def backward(self, g):
            a, b = self.saved
            return g.dot(b.T), a.T.dot(g)

    class Pow(Op):
        def __init__(self, x, p):
            super().__init__(x)
            self.p = p

        def forward(self, a):
            self.slope = self.p * np.power(a, self.p - 1)
            return np.power(a, self.p)

        def backward(self, g):
            return (g * self.slope,)

    class Sum(Op):
        def __init__(self, x, axis, keepdims):
            super().__init__(x)
            self.axis, self.keepdims = axis, keepdims

        def forward(self, a):
            self.shape = a.shape
            return a.sum(axis=self.axis, keepdims=self.keepdims)

        def backward(self, g):
            if self.axis is not None and not self.keepdims:
                g = np.expand_dims(g, self.axis)
            return (np.broadcast_to(g, self.shape),)

    class Elementwise(Op):
        def __init__(self, x, f, slope):
            super().__init__(x)
            self.f, self.slope = f, slope

        def forward(self, a):
            self.saved = a, self.f(a)
            return self.saved[1]

        def backward(self, g):
            return (g * self.slope(*self.saved),)

    def __init__(self, data, made_by=None):
        self.data = np.array(data, dtype=np.double)
        self.grad = np.zeros(self.data.shape)
        self.made_by = made_by

    def backward(self):
        order, seen, path = [], {id(self)}, [(self, iter(self._inputs()))]
        while path:
            node, rest = path[-1]
            parent = next(rest, None)
            if parent is None:
                order.append(node)
                path.pop()
            elif id(parent) not in seen:
                seen.add(id(parent))
                path.append((parent, iter(parent._inputs())))
        for node in order:
            node.grad = np.zeros(node.data.shape)
        self.grad += 1.0
        for node in order[::-1]:
            if node.made_by:
                shares = node.made_by.backward(node.grad)
                for parent, share in zip(node.made_by.inputs, shares, strict=True):
                    if np.shape(share) != parent.data.shape:
                        share = unbroadcast(share, parent.data.shape)
                    parent.grad += share

    def _inputs(self):
        return self.made_by.inputs if self.made_by else ()

    def __add__(self, other):
        return self.Add(self, other).out()

    def __mul__(self, other):
        return self.Mul(self, other).out()

    def __matmul__(self, other):
        return self.MatMul(self, other).out()

    def __pow__(self, p):
        return self.Pow(self, p).out()

    def __neg__(self):
        return self.Mul(self, -1.0).out()

    def __sub__(self, other):
        return self.Add(self, other * -1.0).out()

    def __rsub__(self, other):
        return self.Add(other, -self).out()

    def __truediv__(self, other):
        return self.Mul(self, other**-1.0).out()

    def __rtruediv__(self, other):
        return self.Mul(other, self**-1.0).out()

    def sum(self, axis=None, keepdims=False):
        return self.Sum(self, axis, keepdims).out()

    def relu(self):
        return self.Elementwise(self, lambda a: np.maximum(a, 0), lambda a, y: y > 0).out()

    def exp(self):
        return self.Elementwise(self, np.exp, lambda a, y: y).out()

    def log(self):
        return self.Elementwise(self, np.log, lambda a, y: 1 / a).out()

    def tanh(self):
        return self.Elementwise(self, np.tanh, lambda a, y: 1 - y * y).out()

    __radd__ = __add__
    __rmul__ = __mul__

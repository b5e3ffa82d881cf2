"""Reverse mode: arrays that remember where they came from.

Each operation makes a new Tensor and notes, for each Tensor it used, an edge: that parent, and a
`pull` that turns the gradient of the result into the parent's. `backward` walks these edges from
the loss to the leaves, each node after all nodes that use it, and adds up what arrives.

Numbers and plain arrays in an expression are constants: no edge leads to them and nothing is
computed for them. So data goes in as an array, and a parameter as a Tensor.
"""

import numpy as np

from course_utils.nn import losses
from course_utils.nn.activations import sigmoid


class Tensor:
    """A float64 array `.data` with its gradient `.grad` and the edges of the graph behind it.

    data: anything `np.asarray` takes; a float64 array is shared, not copied, so that an optimizer
    may change a parameter in place. `.grad` has data's shape: zeros before `backward`, afterwards
    the derivative of the last loss alone. Derived in notebooks/05.
    """

    __slots__ = ("_grad", "data", "edges")
    __array_ufunc__ = None  # array @ Tensor is ours to compute

    def __init__(self, data, edges=()):
        self.data = np.asarray(data, dtype=np.float64)
        self.edges = edges
        self._grad = None

    def __repr__(self):
        return f"Tensor({self.data})"

    @property
    def shape(self):
        return self.data.shape

    @property
    def grad(self):
        if not isinstance(self._grad, np.ndarray):  # nothing yet, or one number, not an array
            self._grad = np.zeros_like(self.data) if self._grad is None else np.array(self._grad)
        return self._grad

    @grad.setter
    def grad(self, value):
        self._grad = value

    def backward(self):
        """Set `.grad` of every Tensor behind this one to ∂self/∂it; self must be one number.

        Gradients start from zero each time: nothing is left over from an earlier call.
        """
        if self.data.size != 1:
            raise ValueError(f"backward starts from one number, this Tensor has shape {self.shape}")
        order = topological_order(self)
        for tensor in order:
            tensor._grad = None
        self._grad = np.ones_like(self.data)
        for tensor in reversed(order):
            for parent, pull in tensor.edges:
                parent._receive(unbroadcast(pull(tensor._grad), parent.shape), tensor._grad)

    def _receive(self, g, sender):
        """Add g, made from the gradient `sender`, to this Tensor's gradient."""
        if self._grad is not None:
            self._grad = self._grad + g  # not +=: the array may be another's gradient as well
        elif not self.edges and (g is sender or g.base is not None):
            self._grad = g.copy()  # a leaf's gradient is its own: people clip it in place
        else:
            self._grad = g

    # --- arithmetic: the value, then one (parent, pull) per operand ---------------------------

    def __add__(self, other):
        return node(self.data + raw(other), (self, same), (other, same))

    def __mul__(self, other):
        a, b = self.data, raw(other)
        return node(a * b, (self, lambda g: g * b), (other, lambda g: g * a))

    def __sub__(self, other):
        return node(self.data - raw(other), (self, same), (other, np.negative))

    def __rsub__(self, other):
        return node(raw(other) - self.data, (self, np.negative))

    def __truediv__(self, other):
        a, b = self.data, raw(other)
        return node(a / b, (self, lambda g: g / b), (other, lambda g: -g * a / (b * b)))

    def __rtruediv__(self, other):
        a, b = raw(other), self.data
        return node(a / b, (self, lambda g: -g * a / (b * b)))

    def __pow__(self, p):
        if not np.isscalar(p):
            raise TypeError(
                f"the exponent of a Tensor is a constant number, got {type(p).__name__}"
            )
        x = self.data
        return node(x**p, (self, lambda g: g * p * x ** (p - 1) if p else g * 0.0))

    def __matmul__(self, other):
        return matmul(self, other)

    def __rmatmul__(self, other):
        return matmul(other, self)

    def __neg__(self):
        return node(-self.data, (self, np.negative))

    __radd__ = __add__
    __rmul__ = __mul__

    # --- functions of each element ------------------------------------------------------------

    def relu(self):
        x = self.data
        return node(np.maximum(x, 0.0), (self, lambda g: g * (x > 0)))

    def exp(self):
        e = np.exp(self.data)
        return node(e, (self, lambda g: g * e))

    def log(self):
        x = self.data
        return node(np.log(x), (self, lambda g: g / x))

    def tanh(self):
        t = np.tanh(self.data)
        return node(t, (self, lambda g: g * (1 - t * t)))

    def sigmoid(self):
        s = sigmoid(self.data)
        return node(s, (self, lambda g: g * s * (1 - s)))

    # --- over axes, and of shape --------------------------------------------------------------

    def sum(self, axis=None, keepdims=False):
        """Sum over one axis, several (a tuple) or all."""

        def pull(g):
            return np.broadcast_to(restore(g, axis, keepdims), self.shape)

        return node(self.data.sum(axis=axis, keepdims=keepdims), (self, pull))

    def mean(self, axis=None, keepdims=False):
        """Mean over one axis, several (a tuple) or all."""
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)

    def max(self, axis=None, keepdims=False):
        """Largest element over an axis, several or all; ties share the gradient evenly."""
        hit = self.data == self.data.max(axis=axis, keepdims=True)
        share = hit / hit.sum(axis=axis, keepdims=True)
        value = self.data.max(axis=axis, keepdims=keepdims)
        return node(value, (self, lambda g: restore(g, axis, keepdims) * share))

    def reshape(self, *shape):
        return node(self.data.reshape(*shape), (self, lambda g: g.reshape(self.shape)))

    def transpose(self, *axes):
        """Axes in the order given, or reversed."""
        axes = axes or tuple(reversed(range(self.data.ndim)))
        back = np.argsort(axes)
        return node(self.data.transpose(axes), (self, lambda g: g.transpose(back)))

    @property
    def T(self):
        return self.transpose()

    def __getitem__(self, index):
        """Any NumPy index; an element taken twice gets both gradients."""

        def pull(g):
            out = np.zeros(self.shape)
            np.add.at(out, index, g)
            return out

        return node(self.data[index], (self, pull))


# --- the engine -------------------------------------------------------------------------------


def node(value, *edges):
    """A Tensor of value with those (parent, pull) edges whose parent is a Tensor."""
    return Tensor(value, tuple(edge for edge in edges if isinstance(edge[0], Tensor)))


def raw(x):
    """The array of a Tensor, or a constant as an array."""
    return x.data if isinstance(x, Tensor) else np.asarray(x, dtype=np.float64)


def same(g):
    return g


def topological_order(root):
    """All Tensors behind root, each after the ones it was made from; root comes last.

    Depth first, with a stack of our own: recursion would end at a chain of a thousand nodes.
    """
    order, seen, stack = [], set(), [(root, False)]
    while stack:
        tensor, parents_done = stack.pop()
        if parents_done:
            order.append(tensor)
        elif tensor not in seen:
            seen.add(tensor)
            stack.append((tensor, True))
            stack.extend((parent, False) for parent, _ in tensor.edges)
    return order


def unbroadcast(grad, shape):
    """Sum grad down to shape, the adjoint of broadcasting shape up to grad's.

    An element that was copied to many places gets the gradients of all of them. Raises ValueError
    if shape does not broadcast to grad's. Derived in notebooks/05.
    """
    if grad.shape == tuple(shape):
        return grad
    if np.broadcast_shapes(grad.shape, shape) != grad.shape:
        raise ValueError(f"an array of shape {shape} does not broadcast to {grad.shape}")
    new_axes = grad.ndim - len(shape)
    copied = tuple(new_axes + i for i, n in enumerate(shape) if n == 1)
    summed = grad.sum(axis=(*range(new_axes), *copied), keepdims=True)
    return summed.reshape(shape)


def restore(g, axis, keepdims):
    """Put back, with length 1, the axes a reduction took away, so that g broadcasts again."""
    return g if axis is None or keepdims else np.expand_dims(g, axis)


def matmul(a, b):
    """a @ b for vectors, matrices and stacks of matrices, one of them a Tensor."""
    A, B = raw(a), raw(b)
    column = B.ndim == 1  # a vector is one column on the right, one row on the left
    B2 = B[:, None] if column else B
    A2 = A[None, :] if A.ndim == 1 else A

    def as_matrix(g):
        g = g[..., None] if column else g
        return g[..., None, :] if A.ndim == 1 else g

    def pull_b(g):
        dB = A2.mT @ as_matrix(g)
        return dB[..., 0] if column else dB

    return node(A @ B, (a, lambda g: as_matrix(g) @ B2.mT), (b, pull_b))


# --- losses -----------------------------------------------------------------------------------


def lift(loss):
    """A loss of `nn.losses`, (pred, target) -> (loss, dpred), as one node: f(Tensor, target).

    Its gradient is already known in closed form, so there is nothing to take apart.
    """

    def on_tensor(pred, target, *args, **kwargs):
        value, dpred = loss(pred.data, target, *args, **kwargs)
        return node(value, (pred, lambda g: g * dpred))

    on_tensor.__name__, on_tensor.__doc__ = loss.__name__, loss.__doc__
    return on_tensor


cross_entropy = lift(losses.cross_entropy)

"""PyTorch in float64 as the oracle: the value of an expression and its gradients."""

import numpy as np
import torch
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

CLOSE = {"rtol": 1e-10, "atol": 1e-12}
quick = settings(max_examples=20, deadline=None, derandomize=True)


def value_and_grads(f, *inputs):
    """f(*inputs) and the gradient of its sum with respect to each input, all as arrays."""
    leaves = [torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in inputs]
    out = f(*leaves)
    out.sum().backward()
    return out.detach().numpy(), [leaf.grad.numpy() for leaf in leaves]


def matrices(low, high, rows=(1, 6), cols=(1, 6)):
    """Arrays (N, D) of floats in [low, high], as hypothesis likes to choose them."""
    shape = st.tuples(st.integers(*rows), st.integers(*cols))
    return arrays(np.float64, shape, elements=st.floats(low, high))


def unchanged(f, *args):
    """The result of f(*args), after making sure that no array among args was written to."""
    kept = [np.copy(a) for a in args]
    out = f(*args)
    for a, before in zip(args, kept, strict=True):
        np.testing.assert_array_equal(a, before)
    return out

"""Trust no gradient that central differences have not confirmed. Derived in notebooks/04."""

import numpy as np


def numerical_gradient(f, x, eps=1e-5):
    """∂f/∂x of x's shape by central differences (f(x + eps) - f(x - eps)) / 2 eps, O(eps²) off.

    f: maps x, or reads it from where it is used (a layer's weights), to a number.
    x: float array; each entry is moved in place for two calls of f and put back.
    Raises TypeError if x holds integers, which cannot move by eps.
    """
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError(f"x is an array of {x.dtype}: make it float, so that it can move by eps")
    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + eps
        above = f(x)
        x[i] = kept - eps
        below = f(x)
        x[i] = kept
        grad[i] = (above - below) / (2 * eps)
    return grad


def relative_error(a, b):
    """Largest |a - b| / max(1e-8, |a| + |b|) over the entries; below 1e-7 is right, 1e-2 is not."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)), initial=0))


def check_gradients(model, X, y, loss, eps=1e-5):
    """{parameter name: relative error} of a model's backward pass under `loss` on a batch X, y."""

    def value(_):
        return loss(model.forward(X), y)[0]

    model.backward(loss(model.forward(X), y)[1])
    analytic = {name: grad.copy() for name, grad in model.gradients().items()}
    return {
        name: relative_error(analytic[name], numerical_gradient(value, param, eps))
        for name, param in model.parameters().items()
    }

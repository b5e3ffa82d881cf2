"""Other right answers to unit 09: other draws, loops, other bookkeeping."""

import numpy as np

from course_utils.checks import alternative


@alternative("xavier_uniform")
def xavier_from_unit_interval(fan_in, fan_out, rng):
    bound = (6 / (fan_in + fan_out)) ** 0.5
    return rng.random((fan_in, fan_out)) * 2 * bound - bound


@alternative("xavier_uniform")
def xavier_from_variance(fan_in, fan_out, rng):
    std = np.sqrt(2 / (fan_in + fan_out))
    return std * np.sqrt(12) * (rng.random(size=(fan_out, fan_in)).T - 0.5)


@alternative("xavier_uniform")
def xavier_one_by_one(fan_in, fan_out, rng):
    bound = np.sqrt(6) / np.sqrt(fan_in + fan_out)
    W = np.empty((fan_in, fan_out))
    for i in range(fan_in):
        for j in range(fan_out):
            W[i, j] = rng.uniform(-bound, bound)
    return W


@alternative("xavier_uniform")
def xavier_float32(fan_in, fan_out, rng):
    bound = np.float32(np.sqrt(6 / (fan_in + fan_out)))
    return (2 * rng.random((fan_in, fan_out), dtype=np.float32) - 1) * bound * np.float32(1 - 1e-7)


@alternative("he_normal")
def he_scaled(fan_in, fan_out, rng):
    return rng.standard_normal((fan_in, fan_out)) * (2 / fan_in) ** 0.5


@alternative("he_normal")
def he_divided(fan_in, fan_out, rng):
    return rng.normal(size=(fan_out, fan_in)).T / np.sqrt(fan_in / 2)


@alternative("he_normal")
def he_column_by_column(fan_in, fan_out, rng):
    std = np.sqrt(2) / np.sqrt(fan_in)
    return np.column_stack([rng.normal(0, std, fan_in) for _ in range(fan_out)])


@alternative("he_normal")
def he_from_uniform_numbers(fan_in, fan_out, rng):
    """Box and Muller: two uniform numbers make a normal one."""
    u, v = rng.random((2, fan_in, fan_out))
    return np.sqrt(2 / fan_in) * np.sqrt(-2 * np.log1p(-u)) * np.cos(2 * np.pi * v)


@alternative("forward_stds")
def stds_by_hand(X, weights, activation):
    A, stds = np.array(X, dtype=float), []
    for W in weights:
        A = ACTIVATIONS[activation][0](A.dot(W))
        stds.append(np.sqrt(np.mean((A - np.mean(A)) ** 2)))
    return stds


@alternative("forward_stds")
def stds_of_kept_layers(X, weights, activation):
    layers = [X]
    for W in weights:
        layers += [ACTIVATIONS[activation][0](layers[-1] @ W)]
    return np.array([np.std(A) for A in layers[1:]])


@alternative("forward_stds")
def stds_recursive(X, weights, activation):
    if not weights:
        return []
    A = ACTIVATIONS[activation][0](np.einsum("nd,dh->nh", X, weights[0]))
    return [A.std().item(), *forward_stds(A, weights[1:], activation)]


@alternative("backward_norms")
def norms_slopes_kept(X, weights, dA, activation="relu"):
    f, df = ACTIVATIONS[activation]
    A, slopes = X, []
    for W in weights:
        Z = A @ W
        A = f(Z)
        slopes.append(df(Z))
    norms = [0.0] * len(weights)
    for i in range(len(weights) - 1, -1, -1):
        dA = (dA * slopes[i]) @ weights[i].T
        norms[i] = np.sqrt(np.sum(dA**2))
    return norms


@alternative("backward_norms")
def norms_recursive(X, weights, dA, activation="relu"):
    f, df = ACTIVATIONS[activation]

    def back(A, rest):
        if not rest:
            return dA, []
        Z = A @ rest[0]
        gradient, norms = back(f(Z), rest[1:])
        gradient = np.einsum("nh,dh->nd", gradient * df(Z), rest[0])
        return gradient, [np.linalg.norm(gradient.ravel()), *norms]

    return back(X, weights)[1]


@alternative("backward_norms")
def norms_slopes_from_activations(X, weights, dA, activation="relu"):
    slope = {
        "identity": np.ones_like,
        "relu": lambda A: A > 0,
        "tanh": lambda A: 1 - A * A,
    }[activation]
    layers = [X]
    for W in weights:
        layers.append(ACTIVATIONS[activation][0](layers[-1] @ W))
    norms = []
    for W, A in zip(weights[::-1], layers[:0:-1], strict=True):
        dA = dA * slope(A) @ W.T
        norms.insert(0, np.linalg.norm(dA))
    return norms


@alternative("residual_block")
def block_in_steps(X, W1, W2):
    hidden = X.dot(W1)
    hidden[hidden < 0] = 0
    return hidden.dot(W2) + X


@alternative("residual_block")
def block_masked(X, W1, W2):
    Z = np.einsum("nd,dh->nh", X, W1)
    return np.add(X, np.where(Z > 0, Z, 0) @ W2)


@alternative("residual_block")
def block_sample_by_sample(X, W1, W2):
    return np.array([x + np.clip(x @ W1, 0, None) @ W2 for x in X])


@alternative("residual_backward")
def residual_sample_by_sample(dOut, X, W1, W2):
    dX, dW1, dW2 = np.array(dOut), np.zeros(W1.shape), np.zeros(W2.shape)
    for n, (x, dout) in enumerate(zip(X, dOut, strict=True)):
        z = x @ W1
        dz = np.where(z > 0, W2 @ dout, 0)
        dX[n] += W1 @ dz
        dW1 += np.outer(x, dz)
        dW2 += np.outer(np.maximum(z, 0), dout)
    return dX, dW1, dW2


@alternative("residual_backward")
def residual_einsum(dOut, X, W1, W2):
    R = np.maximum(X @ W1, 0)
    dZ = np.sign(R) * np.einsum("nd,hd->nh", dOut, W2)
    return [
        np.einsum("nh,dh->nd", dZ, W1) + dOut,
        np.einsum("nd,nh->dh", X, dZ),
        np.einsum("nh,nd->hd", R, dOut),
    ]

"""Other right answers to unit 06: other containers, other ways to keep the velocity."""

import numpy as np

from course_utils.checks import alternative


@alternative("gradient_descent")
def gd_filled_array(grad, x0, lr, steps):
    path = np.empty((steps + 1, len(x0)))
    path[0] = x0
    for t in range(steps):
        path[t + 1] = path[t] - lr * grad(path[t])
    return path


@alternative("gradient_descent")
def gd_copies(grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    path = [x.copy()]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x.copy())
    return np.stack(path)


@alternative("minibatches")
def mb_split(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    parts = np.split(order, range(batch_size, len(X), batch_size))
    return [(X[rows], y[rows]) for rows in parts]


@alternative("minibatches")
def mb_shuffled_list(X, y, batch_size, rng):
    order = list(range(len(X)))
    rng.shuffle(order)
    batches = []
    while order:
        rows, order = order[:batch_size], order[batch_size:]
        batches.append((X[rows], y[rows]))
    return batches


@alternative("sgd")
def sgd_copy(w, dw, state, lr=0.01):
    w = w.copy()
    w -= lr * dw
    return w, dict(state)


@alternative("sgd")
def sgd_counting(w, dw, state, lr=0.01):
    return np.subtract(w, np.multiply(lr, dw)), {"steps": state.get("steps", 0) + 1}


@alternative("momentum")
def momentum_zeros(w, dw, state, lr=0.01, mu=0.9):
    velocity = state["velocity"] if state else np.zeros(w.shape)
    velocity = velocity * mu + dw
    return w - velocity * lr, {"velocity": velocity}


@alternative("momentum")
def momentum_history(w, dw, state, lr=0.01, mu=0.9):
    past = [*state.get("past", []), np.array(dw)]
    v = sum(mu ** (len(past) - 1 - t) * g for t, g in enumerate(past))
    return w - lr * v, {"past": past}


@alternative("nesterov")
def nesterov_expanded(w, dw, state, lr=0.01, mu=0.9):
    old = state.get("v", np.zeros_like(dw))
    return w - lr * ((1 + mu) * dw + mu**2 * old), {"v": mu * old + dw}


@alternative("nesterov")
def nesterov_two_parts(w, dw, state, lr=0.01, mu=0.9):
    new = dict(state)
    new["v"] = mu * new["v"] + dw if "v" in new else np.array(dw)
    return (w - lr * dw) - lr * mu * new["v"], new


@alternative("max_stable_lr")
def lr_spectral_norm(H):
    return 2 / np.linalg.norm(H, ord=2)


@alternative("max_stable_lr")
def lr_general_eigenvalues(H):
    return 2.0 / max(np.linalg.eigvals(H).real)

"""Other right answers to unit 07: other states, other orders of the same arithmetic."""

import numpy as np

from course_utils.checks import alternative


@alternative("adagrad")
def adagrad_history(w, dw, state, lr=0.01, eps=1e-10):
    past = [*state.get("past", []), np.array(dw)]
    return w - lr * dw / (np.sqrt(sum(g * g for g in past)) + eps), {"past": past}


@alternative("adagrad")
def adagrad_zeros(w, dw, state, lr=0.01, eps=1e-10):
    s = (state["s"] if "s" in state else np.zeros_like(w)) + np.square(dw)
    step = dw / (s**0.5 + eps)
    return w - step * lr, {"s": s}


@alternative("rmsprop")
def rmsprop_step_towards(w, dw, state, lr=0.01, alpha=0.99, eps=1e-8):
    v = state.get("v", np.zeros_like(w))
    v = v + (1 - alpha) * (dw**2 - v)
    return w - lr / (np.sqrt(v) + eps) * dw, {"v": v}


@alternative("rmsprop")
def rmsprop_copy(w, dw, state, lr=0.01, alpha=0.99, eps=1e-8):
    new = dict(state)
    new["square"] = alpha * new.get("square", np.zeros(w.shape)) + (1 - alpha) * dw * dw
    w = w.copy()
    w -= lr * dw / (new["square"] ** 0.5 + eps)
    return w, new


@alternative("adam")
def adam_one_rate(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state.get("t", 0) + 1
    m = state.get("m", 0) + (1 - beta1) * (dw - state.get("m", 0))
    v = state.get("v", 0) + (1 - beta2) * (dw**2 - state.get("v", 0))
    scale = np.sqrt(1 - beta2**t)
    return w - lr * scale / (1 - beta1**t) * m / (np.sqrt(v) + eps * scale), {
        "t": t,
        "m": m,
        "v": v,
    }


@alternative("adam")
def adam_powers(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, p1, p2 = state.get("all", (np.zeros_like(w), np.zeros_like(w), 1.0, 1.0))
    p1, p2 = p1 * beta1, p2 * beta2
    m, v = beta1 * m + (1 - beta1) * dw, beta2 * v + (1 - beta2) * dw * dw
    return w - lr * (m / (1 - p1)) / ((v / (1 - p2)) ** 0.5 + eps), {"all": (m, v, p1, p2)}


@alternative("adamw")
def adamw_shrinks_first(
    w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    w = w * (1 - lr * weight_decay)
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    w = w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, {"t": t, "m": m, "v": v}


@alternative("adamw")
def adamw_calls_adam(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01):
    def plain(w, dw, state):
        t = state.get("t", 0) + 1
        m = beta1 * state.get("m", 0) + (1 - beta1) * dw
        v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
        step = m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
        return w - lr * step, dict(t=t, m=m, v=v)

    stepped, state = plain(w, dw, state)
    return stepped - lr * weight_decay * w, state


@alternative("amsgrad")
def amsgrad_where(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    zeros = np.zeros_like(w)
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", zeros) + (1 - beta1) * dw
    v = beta2 * state.get("v", zeros) + (1 - beta2) * dw**2
    best = state.get("best", zeros)
    best = np.where(v > best, v, best)
    denominator = np.sqrt(best) / np.sqrt(1 - beta2**t) + eps
    return w - lr / (1 - beta1**t) * m / denominator, {"t": t, "m": m, "v": v, "best": best}


@alternative("amsgrad")
def amsgrad_all_v(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    past = state.get("past", [])
    v = beta2 * (past[-1] if past else 0) + (1 - beta2) * dw**2
    past = [*past, v]
    t = len(past)
    v_hat = np.max(past, axis=0) / (1 - beta2**t)
    return w - lr * m / (1 - beta1**t) / (np.sqrt(v_hat) + eps), {"m": m, "past": past}


@alternative("lion")
def lion_shrinks_first(w, dw, state, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    m = state["m"] if state else np.zeros_like(w)
    mixed = m + (1 - beta1) * (dw - m)
    return w * (1 - lr * weight_decay) - lr * np.sign(mixed), {"m": m + (1 - beta2) * (dw - m)}


@alternative("lion")
def lion_compares(w, dw, state, lr=1e-4, beta1=0.9, beta2=0.99, weight_decay=0.0):
    old = state.get("momentum", np.zeros(w.shape))
    c = beta1 * old + (1 - beta1) * dw
    direction = (c > 0).astype(float) - (c < 0)
    new = {"momentum": beta2 * old + (1 - beta2) * dw}
    return w - lr * direction - lr * weight_decay * w, new


@alternative("minimize")
def minimize_filled(step, grad, w0, steps, **hyper):
    path, state = np.empty((steps + 1, len(w0))), {}
    path[0] = w0
    for t in range(steps):
        path[t + 1], state = step(path[t].copy(), grad(path[t].copy()), state, **hyper)
    return path


@alternative("minimize")
def minimize_while(step, grad, w0, steps, **hyper):
    path, state = [np.asarray(w0, float).copy()], {}
    while len(path) < steps + 1:
        w, state = step(path[-1], grad(path[-1]), state, **hyper)
        path.append(w)
    return np.stack(path)

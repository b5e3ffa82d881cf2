"""Wrong answers that students give in unit 06, each with the sentence that explains it."""

import numpy as np

from course_utils.checks import edited, mistake

UPHILL = "You add the gradient. It points uphill: descent steps against it."
LR_FIXED = "The learning rate is fixed inside your function. It is an argument: use it."
MU_FIXED = "μ is fixed at 0.9 inside your function. It is an argument: use it."
IN_PLACE = "The step was done in place (`-=`), so the caller's w moved as well. Build a new array."
RESET = (
    "The velocity starts from 0 at every step: it is not handed back in the state, so nothing is "
    "remembered."
)
LR_TWICE = (
    "The learning rate is in the velocity and in the step as well, so every step is lr times too "
    "small."
)
LR_INSIDE = (
    "The learning rate is inside the velocity. While lr is constant nothing shows; when it changes, "
    "old gradients keep their old rate. PyTorch scales the step, not the memory."
)
EMA = (
    "The factor (1 − μ) of a moving average was left in front of the gradient. PyTorch's velocity "
    "is μ·v + g; with the factor every step is 1 − μ times as long."
)
STATE_IN_PLACE = (
    "You wrote into the state you were given. Whoever kept it finds it changed: return a new dict."
)
SHARED = (
    "The velocity is kept outside the state, so all parameters share one. Whatever must be "
    "remembered belongs into the state that is passed in and returned."
)

# ---- gradient_descent

edited("gd_uphill", "gradient_descent", old="x - lr", new="x + lr", says=UPHILL)
edited("gd_lr_fixed", "gradient_descent", old="lr * grad(x)", new="0.1 * grad(x)", says=LR_FIXED)
edited(
    "gd_start_missing",
    "gradient_descent",
    old="path = [x]",
    new="path = []",
    says="The start is missing from the walk: steps + 1 points were visited.",
)
edited(
    "gd_one_step_more",
    "gradient_descent",
    old="range(steps)",
    new="range(steps + 1)",
    says="You took one step too many. The walk has steps + 1 points because the start is one of "
    "them.",
)
edited(
    "gd_one_step_less",
    "gradient_descent",
    old="range(steps)",
    new="range(1, steps)",
    says="You took one step too few: the walk should have steps + 1 points, the start included.",
)
edited(
    "gd_old_gradient",
    "gradient_descent",
    old="grad(x)",
    new="grad(path[0])",
    says="Every step uses the gradient at the start. The slope changes on the way: ask for it where "
    "you stand.",
)
edited(
    "gd_end_only",
    "gradient_descent",
    old="return np.array(path)",
    new="return x",
    says="Only the last point came back. The whole walk is asked for, one row per point.",
)
edited(
    "gd_shrinking_lr",
    "gradient_descent",
    old="x = x - lr * grad(x)",
    new="x = x - lr / len(path) * grad(x)",
    says="Your learning rate shrinks from step to step. Here it is the same for all of them.",
)
edited(
    "gd_unit_steps",
    "gradient_descent",
    old="lr * grad(x)",
    new="lr * grad(x) / np.linalg.norm(grad(x))",
    says="You normalised the gradient, so every step has length lr. Plain descent takes shorter "
    "steps where the slope is gentler.",
)


@mistake(
    "gradient_descent",
    says="All rows of the walk are the same array: `-=` changed the point that was already in the "
    "list. Make a new point at each step.",
)
def gd_rows_alias(grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    path = [x]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


@mistake(
    "gradient_descent",
    says="The start itself was moved: x0 belongs to the caller. Copy it before you walk.",
)
def gd_start_moved(grad, x0, lr, steps):
    x, path = x0, [x0.copy()]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x.copy())
    return np.array(path)


# ---- minibatches

edited(
    "mb_apart",
    "minibatches",
    old="batches.append((X[rows], y[rows]))",
    new="batches.append((X[rows], y[rng.permutation(len(y))[: len(rows)]]))",
    says="Rows and labels were shuffled apart, so most rows now carry another row's label. One order "
    "must serve both.",
)
edited(
    "mb_labels_not_shuffled",
    "minibatches",
    old="y[rows]",
    new="y[start : start + batch_size]",
    says="The rows were shuffled, the labels were not. One order must serve both.",
)
edited(
    "mb_last_dropped",
    "minibatches",
    old="range(0, len(X), batch_size)",
    new="range(0, len(X) - batch_size + 1, batch_size)",
    says="The last, shorter batch is dropped, so some samples are left out of the epoch.",
)
edited(
    "mb_not_shuffled",
    "minibatches",
    old="rng.permutation(len(X))",
    new="np.arange(len(X))",
    says="The samples come in the order they had. Data are often sorted: shuffle each epoch.",
)
edited(
    "mb_with_replacement",
    "minibatches",
    old="rng.permutation(len(X))",
    new="rng.integers(len(X), size=len(X))",
    says="You drew with replacement: some samples come twice and others never. An epoch visits each "
    "one once.",
)
edited(
    "mb_global_random",
    "minibatches",
    old="rng.permutation(len(X))",
    new="np.random.permutation(len(X))",
    says="The shuffle uses NumPy's global generator, not the rng that was given: the run cannot be "
    "repeated.",
)
edited(
    "mb_own_seed",
    "minibatches",
    old="rng.permutation(len(X))",
    new="np.random.default_rng(0).permutation(len(X))",
    says="You made a generator with a fixed seed inside the function: every epoch has the same "
    "order. Use the rng that was given.",
)
edited(
    "mb_one_row_short",
    "minibatches",
    old="order[start : start + batch_size]",
    new="order[start : start + batch_size - 1]",
    says="Each batch is one row short: the end of a slice is already left out.",
)
edited(
    "mb_overlap",
    "minibatches",
    old="order[start : start + batch_size]",
    new="order[start : start + batch_size + 1]",
    says="Each batch is one row too long, so neighbouring batches share a sample.",
)
edited(
    "mb_wraps_around",
    "minibatches",
    old="rows = order[start : start + batch_size]",
    new="rows = np.resize(np.roll(order, -start), batch_size)",
    says="The last batch was filled up with samples from the beginning, which now count twice. It "
    "may be shorter.",
)


@mistake(
    "minibatches",
    says="The caller's arrays were shuffled in place. Shuffle row numbers and pick rows with them.",
)
def mb_in_place(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return [
        (X[i : i + batch_size].copy(), y[i : i + batch_size].copy())
        for i in range(0, len(X), batch_size)
    ]


# ---- sgd

edited("sgd_uphill", "sgd", old="w - lr", new="w + lr", says=UPHILL)
edited("sgd_lr_fixed", "sgd", old="lr * dw", new="0.01 * dw", says=LR_FIXED)
edited(
    "sgd_no_lr",
    "sgd",
    old="lr * dw",
    new="dw",
    says="The learning rate is missing: the step is the whole gradient.",
)
edited(
    "sgd_sign_only",
    "sgd",
    old="lr * dw",
    new="lr * np.sign(dw)",
    says="You stepped along the sign of the gradient. Its size matters too.",
)
edited(
    "sgd_step_only",
    "sgd",
    old="return w - lr * dw",
    new="return -lr * dw",
    says="You returned the step, not the place where it leads: w is missing.",
)
edited(
    "sgd_shrinks_w",
    "sgd",
    old="w - lr * dw",
    new="w - lr * w",
    says="You stepped along w itself. The direction comes from the gradient dw.",
)


@mistake("sgd", says=IN_PLACE)
def sgd_in_place(w, dw, state, lr=0.01):
    w -= lr * dw
    return w, state


# ---- momentum

edited("momentum_uphill", "momentum", old="w - lr", new="w + lr", says=UPHILL)
edited("momentum_lr_fixed", "momentum", old="lr * v", new="0.01 * v", says=LR_FIXED)
edited("momentum_mu_fixed", "momentum", old="mu * state", new="0.9 * state", says=MU_FIXED)
edited("momentum_reset", "momentum", old='{"v": v}', new="{}", says=RESET)
edited("momentum_lr_twice", "momentum", old="+ dw", new="+ lr * dw", says=LR_TWICE)
edited("momentum_ema", "momentum", old="+ dw", new="+ (1 - mu) * dw", says=EMA)
edited(
    "momentum_old_velocity",
    "momentum",
    old="w - lr * v,",
    new='w - lr * state.get("v", 0 * dw),',
    says="The step uses the velocity from before this gradient, so the first step goes nowhere. "
    "Update v, then step along it.",
)
edited(
    "momentum_mu_on_gradient",
    "momentum",
    old='mu * state.get("v", 0) + dw',
    new='mu * (state.get("v", 0) + dw)',
    says="μ shrinks the new gradient as well as the old velocity. Only what is remembered fades.",
)


@mistake("momentum", says=LR_INSIDE)
def momentum_lr_inside(w, dw, state, lr=0.01, mu=0.9):
    v = mu * state.get("v", 0) + lr * dw
    return w - v, {"v": v}


@mistake("momentum", says=STATE_IN_PLACE)
def momentum_state_in_place(w, dw, state, lr=0.01, mu=0.9):
    state["v"] = mu * state.get("v", 0) + dw
    return w - lr * state["v"], state


@mistake("momentum", says=SHARED)
def momentum_shared(w, dw, state, lr=0.01, mu=0.9):
    if not state:
        momentum.v = np.zeros_like(w)
    momentum.v = mu * momentum.v + dw
    return w - lr * momentum.v, {"started": True}


@mistake("momentum", says=IN_PLACE)
def momentum_w_in_place(w, dw, state, lr=0.01, mu=0.9):
    v = mu * state.get("v", 0) + dw
    w -= lr * v
    return w, {"v": v}


# ---- nesterov

edited("nesterov_uphill", "nesterov", old="w - lr", new="w + lr", says=UPHILL)
edited("nesterov_lr_fixed", "nesterov", old="lr * (dw", new="0.01 * (dw", says=LR_FIXED)
edited("nesterov_mu_fixed", "nesterov", old="mu * state", new="0.9 * state", says=MU_FIXED)
edited("nesterov_reset", "nesterov", old='{"v": v}', new="{}", says=RESET)
edited(
    "nesterov_plain_momentum",
    "nesterov",
    old="(dw + mu * v)",
    new="v",
    says="This is plain momentum: the step is v. Nesterov steps along dw + μ·v, one velocity ahead, with the velocity that already holds this gradient.",
)
edited(
    "nesterov_looks_too_far",
    "nesterov",
    old="(dw + mu * v)",
    new="(v + mu * v)",
    says="The step adds μ·v to the velocity. It is the gradient dw that gets μ·v on top.",
)
edited(
    "nesterov_no_mu",
    "nesterov",
    old="(dw + mu * v)",
    new="(dw + v)",
    says="The velocity in the step is not scaled by μ: the step is dw + μ·v.",
)
edited(
    "nesterov_without_gradient",
    "nesterov",
    old="(dw + mu * v)",
    new="(mu * v)",
    says="The step is μ·v alone. The present gradient is missing from it: dw + μ·v.",
)
edited(
    "nesterov_ema",
    "nesterov",
    old='state.get("v", 0) + dw',
    new='state.get("v", 0) + (1 - mu) * dw',
    says=EMA,
)
edited(
    "nesterov_keeps_step",
    "nesterov",
    old='{"v": v}',
    new='{"v": dw + mu * v}',
    says="The step was stored as velocity. What must be remembered is v; the look-ahead is thrown "
    "away.",
)


@mistake("nesterov", says=LR_INSIDE)
def nesterov_lr_inside(w, dw, state, lr=0.01, mu=0.9):
    v = mu * state.get("v", 0) + lr * dw
    return w - (lr * dw + mu * v), {"v": v}


@mistake("nesterov", says=STATE_IN_PLACE)
def nesterov_state_in_place(w, dw, state, lr=0.01, mu=0.9):
    state["v"] = mu * state.get("v", 0) + dw
    return w - lr * (dw + mu * state["v"]), state


# ---- max_stable_lr

edited(
    "lr_one_over",
    "max_stable_lr",
    old="2 / ",
    new="1 / ",
    says="1/λ is the rate that lands on the minimum in one step. The walk stays bounded up to twice "
    "that: |1 − lr·λ| ≤ 1.",
)
edited(
    "lr_smallest_eigenvalue",
    "max_stable_lr",
    old="[-1]",
    new="[0]",
    says="You took the smallest eigenvalue. The steepest direction diverges first: the largest one "
    "decides.",
)
edited(
    "lr_best_rate",
    "max_stable_lr",
    old="2 / np.linalg.eigvalsh(H)[-1]",
    new="2 / (np.linalg.eigvalsh(H)[-1] + np.linalg.eigvalsh(H)[0])",
    says="2/(λmax + λmin) is the fastest rate, not the largest stable one. At the limit only the "
    "steepest direction counts.",
)
edited(
    "lr_trace",
    "max_stable_lr",
    old="np.linalg.eigvalsh(H)[-1]",
    new="np.trace(H)",
    says="You divided by the trace, the sum of all eigenvalues. Only the largest one sets the limit.",
)
edited(
    "lr_diagonal",
    "max_stable_lr",
    old="np.linalg.eigvalsh(H)[-1]",
    new="np.diag(H).max()",
    says="You took the largest diagonal entry. It is the largest eigenvalue only if H is diagonal.",
)
edited(
    "lr_frobenius",
    "max_stable_lr",
    old="np.linalg.eigvalsh(H)[-1]",
    new="np.linalg.norm(H)",
    says="np.linalg.norm of a matrix is the Frobenius norm, the root of the sum of squares. It "
    "equals the largest eigenvalue only for a 1 x 1 matrix.",
)
edited(
    "lr_eigenvalue_itself",
    "max_stable_lr",
    old="2 / np.linalg.eigvalsh(H)[-1]",
    new="np.linalg.eigvalsh(H)[-1]",
    says="You returned the largest eigenvalue. The steeper the bowl, the smaller the rate: it stands "
    "below the line.",
)

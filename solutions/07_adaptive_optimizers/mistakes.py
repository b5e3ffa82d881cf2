"""Wrong answers that students give in unit 07, each with the sentence that explains it."""

import numpy as np

from course_utils.checks import edited, mistake

UPHILL = "You add the step. It points uphill: descent subtracts it."
EPS_INSIDE = (
    "ε stands under the root. There its root is added, 10 000 times larger for ε = 1e-8, and weights "
    "with tiny gradients hardly move. Add ε to the root."
)
NO_ROOT = (
    "The root is missing: you divide by squares. A gradient over its square grows as the gradient "
    "shrinks."
)
STATE_IN_PLACE = (
    "You wrote into the state you were given. Whoever kept it finds it changed: return a new dict."
)
RESET = "Nothing is handed back in the state, so every step begins as if it were the first."
NO_CORRECTION = (
    "There is no bias correction. The averages start at 0 and are far too small in the first steps: "
    "divide each by 1 − βᵗ."
)
T_FROM_ZERO = (
    "The step counter is 0 at the first step, so the correction divides 0 by 0. Count the first step "
    "as t = 1."
)
BETAS_SWAPPED = (
    "β1 and β2 are swapped: β1 belongs to the average of gradients, β2 to that of their squares."
)
SHARED_T = (
    "The step counter is kept outside the state, so two parameters share one and it runs twice as "
    "fast. Count in the state."
)
STORED_HATS = (
    "The corrected averages were stored. The correction is for the step only: the next step must go "
    "on from m and v themselves."
)

# ---- adagrad

edited("adagrad_uphill", "adagrad", old="w - lr", new="w + lr", says=UPHILL)
edited(
    "adagrad_eps_inside",
    "adagrad",
    old="(np.sqrt(total) + eps)",
    new="np.sqrt(total + eps)",
    says="ε stands under the root, where its root is added: far more than ε. Add ε to the root.",
)
edited(
    "adagrad_no_eps",
    "adagrad",
    old="(np.sqrt(total) + eps)",
    new="np.sqrt(total)",
    says="ε is missing: a weight whose gradient has always been 0 becomes 0/0, which is NaN.",
)
edited("adagrad_no_root", "adagrad", old="np.sqrt(total)", new="total", says=NO_ROOT)
edited("adagrad_reset", "adagrad", old='{"total": total}', new="{}", says=RESET)
edited(
    "adagrad_old_sum",
    "adagrad",
    old="np.sqrt(total)",
    new='np.sqrt(state.get("total", 0 * dw))',
    says="You divide by the sum from before this gradient. The first step then divides by almost "
    "nothing: add the square first.",
)
edited(
    "adagrad_not_squared",
    "adagrad",
    old="dw**2",
    new="dw",
    says="The gradients themselves were summed up. Positive and negative ones cancel: sum their "
    "squares.",
)
edited(
    "adagrad_forgets",
    "adagrad",
    old='state.get("total", 0) + dw**2',
    new='0.9 * state.get("total", 0) + 0.1 * dw**2',
    says="You average the squares, as RMSprop does. AdaGrad sums them up and never forgets.",
)


@mistake("adagrad", says=STATE_IN_PLACE)
def adagrad_state_in_place(w, dw, state, lr=0.01, eps=1e-10):
    state["total"] = state.get("total", 0) + dw**2
    return w - lr * dw / (np.sqrt(state["total"]) + eps), state


# ---- rmsprop

edited("rmsprop_uphill", "rmsprop", old="w - lr", new="w + lr", says=UPHILL)
edited(
    "rmsprop_eps_inside",
    "rmsprop",
    old="(np.sqrt(v) + eps)",
    new="np.sqrt(v + eps)",
    says=EPS_INSIDE,
)
edited("rmsprop_no_root", "rmsprop", old="np.sqrt(v)", new="v", says=NO_ROOT)
edited("rmsprop_reset", "rmsprop", old='{"v": v}', new="{}", says=RESET)
edited(
    "rmsprop_weights_swapped",
    "rmsprop",
    old='alpha * state.get("v", 0) + (1 - alpha) * dw**2',
    new='(1 - alpha) * state.get("v", 0) + alpha * dw**2',
    says="α and 1 − α are swapped: with α = 0.99 your average forgets everything but the last "
    "gradient. α is the share that is kept.",
)
edited(
    "rmsprop_sum",
    "rmsprop",
    old="(1 - alpha) * dw**2",
    new="dw**2",
    says="The new square enters with weight 1 instead of 1 − α, so v is no average: it is 1/(1 − α) "
    "times too large.",
)
edited(
    "rmsprop_corrected",
    "rmsprop",
    old='np.sqrt(v) + eps), {"v": v}',
    new='np.sqrt(v / (1 - alpha ** (state.get("t", 0) + 1))) + eps), '
    '{"v": v, "t": state.get("t", 0) + 1}',
    says="You corrected v for its start at 0, as Adam does. RMSprop does not.",
)
edited(
    "rmsprop_old_average",
    "rmsprop",
    old="np.sqrt(v)",
    new='np.sqrt(state.get("v", 0 * dw))',
    says="You divide by the average from before this gradient. The first step then divides by almost "
    "nothing: update v first.",
)
edited(
    "rmsprop_alpha_fixed",
    "rmsprop",
    old='alpha * state.get("v", 0) + (1 - alpha)',
    new='0.99 * state.get("v", 0) + 0.01',
    says="α is fixed at 0.99 inside your function. It is an argument: use it.",
)


@mistake("rmsprop", says=STATE_IN_PLACE)
def rmsprop_state_in_place(w, dw, state, lr=0.01, alpha=0.99, eps=1e-8):
    state["v"] = alpha * state.get("v", 0) + (1 - alpha) * dw**2
    return w - lr * dw / (np.sqrt(state["v"]) + eps), state


# ---- adam

edited("adam_uphill", "adam", old="w - lr", new="w + lr", says=UPHILL)
edited(
    "adam_no_correction",
    "adam",
    old="m / (1 - beta1**t), v / (1 - beta2**t)",
    new="m, v",
    says=NO_CORRECTION,
)
edited(
    "adam_v_not_corrected",
    "adam",
    old="v / (1 - beta2**t)",
    new="v",
    says="Only m is corrected for its start at 0. v needs it more: with β2 = 0.999 it is 1000 times "
    "too small at first.",
)
edited(
    "adam_m_not_corrected",
    "adam",
    old="m / (1 - beta1**t)",
    new="m",
    says="Only v is corrected for its start at 0. m is too small in the first steps as well.",
)
edited(
    "adam_t_from_zero",
    "adam",
    old='state.get("t", 0) + 1',
    new='state.get("t", 0)',
    says=T_FROM_ZERO,
)
edited(
    "adam_t_one_ahead",
    "adam",
    old='state.get("t", 0) + 1',
    new='state.get("t", 1) + 1',
    says="The counter is one ahead: the first step is t = 1, not 2, so the first corrections are too "
    "weak.",
)
edited(
    "adam_eps_inside",
    "adam",
    old="(np.sqrt(v_hat) + eps)",
    new="np.sqrt(v_hat + eps)",
    says=EPS_INSIDE,
)
edited(
    "adam_eps_before_correction",
    "adam",
    old="(np.sqrt(v_hat) + eps)",
    new="((np.sqrt(v) + eps) / np.sqrt(1 - beta2**t))",
    says="ε was added before the bias correction, which then enlarges it: 30-fold at the first step. "
    "Correct v, take the root, add ε.",
)
edited("adam_no_root", "adam", old="np.sqrt(v_hat)", new="v_hat", says=NO_ROOT)
edited(
    "adam_old_averages",
    "adam",
    old="m / (1 - beta1**t), v / (1 - beta2**t)",
    new='state.get("m", 0 * dw) / (1 - beta1**t), state.get("v", 0 * dw) / (1 - beta2**t)',
    says="The step uses the averages from before this gradient. Update m and v, then step.",
)
edited(
    "adam_not_squared",
    "adam",
    old="dw**2",
    new="np.abs(dw)",
    says="v averages absolute values. It should average squares, whose root is taken later.",
)
edited("adam_reset", "adam", old='{"t": t, "m": m, "v": v}', new="{}", says=RESET)
edited(
    "adam_stores_corrected",
    "adam",
    old='"m": m, "v": v',
    new='"m": m_hat, "v": v_hat',
    says=STORED_HATS,
)


@mistake("adam", says=BETAS_SWAPPED)
def adam_betas_swapped(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    beta1, beta2 = beta2, beta1
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"t": t, "m": m, "v": v}


@mistake("adam", says=SHARED_T)
def adam_shared_t(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    adam.t = getattr(adam, "t", 0) + 1 if state else max(1, getattr(adam, "t", 0) % 2 + 1)
    m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**adam.t), v / (1 - beta2**adam.t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v}


@mistake("adam", says=STATE_IN_PLACE)
def adam_state_in_place(w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    state["t"] = t = state.get("t", 0) + 1
    state["m"] = m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    state["v"] = v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), state


# ---- adamw

edited("adamw_uphill", "adamw", old="w - lr", new="w + lr", says=UPHILL)
edited(
    "adamw_l2",
    "adamw",
    old='    t = state.get("t", 0) + 1\n',
    new='    dw = dw + weight_decay * w\n    weight_decay = 0\n    t = state.get("t", 0) + 1\n',
    says="The decay was added to the gradient, and so it is divided by √v̂ like everything else. "
    "That is Adam with L2. AdamW keeps the decay out of the averages.",
)
edited(
    "adamw_not_scaled",
    "adamw",
    old="return w - lr * (decay + m_hat",
    new="return w - decay - lr * (m_hat",
    says="The decay is not scaled by the learning rate, so it is far too strong.",
)
edited(
    "adamw_no_decay",
    "adamw",
    old="decay = weight_decay * w",
    new="decay = 0 * w",
    says="There is no decay: this is plain Adam. A weight with gradient 0 should still shrink.",
)
edited(
    "adamw_grows",
    "adamw",
    old="(decay + m_hat",
    new="(-decay + m_hat",
    says="The decay has the wrong sign: it makes weights grow instead of shrink.",
)
edited(
    "adamw_constant_pull",
    "adamw",
    old="weight_decay * w",
    new="weight_decay * np.sign(w)",
    says="You pull every weight by the same amount, as L1 does. The decay is in proportion to w.",
)
edited(
    "adamw_decay_fixed",
    "adamw",
    old="weight_decay * w",
    new="0.01 * w",
    says="The decay is fixed at 0.01 inside your function. It is an argument: use it.",
)
edited(
    "adamw_no_correction",
    "adamw",
    old="m / (1 - beta1**t), v / (1 - beta2**t)",
    new="m, v",
    says=NO_CORRECTION,
)


@mistake(
    "adamw",
    says="The decay shrinks the weight after Adam's step. It is taken from the weight before the "
    "step.",
)
def adamw_decays_new_weight(
    w, dw, state, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01
):
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0) + (1 - beta1) * dw
    v = beta2 * state.get("v", 0) + (1 - beta2) * dw**2
    w = w - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w - lr * weight_decay * w, {"t": t, "m": m, "v": v}


# ---- amsgrad

edited("amsgrad_uphill", "amsgrad", old="w - lr", new="w + lr", says=UPHILL)
edited(
    "amsgrad_max_of_corrected",
    "amsgrad",
    old='top = np.maximum(state.get("top", 0), v)\n    m_hat, v_hat = m / (1 - beta1**t), '
    "top / (1 - beta2**t)",
    new='top = np.maximum(state.get("top", 0), v / (1 - beta2**t))\n'
    "    m_hat, v_hat = m / (1 - beta1**t), top",
    says="You took the maximum of the corrected averages. PyTorch keeps the maximum of v itself and "
    "corrects it afterwards.",
)
edited(
    "amsgrad_no_max",
    "amsgrad",
    old='np.maximum(state.get("top", 0), v)',
    new="v",
    says="This is plain Adam: the largest v so far is not kept, or not handed on in the state, so the denominator can shrink again.",
)
edited(
    "amsgrad_max_replaces_v",
    "amsgrad",
    old='"v": v, "top": top',
    new='"v": top, "top": top',
    says="The maximum was stored as v, and the average goes on from there. v and its maximum are two "
    "things.",
)
edited(
    "amsgrad_max_over_weights",
    "amsgrad",
    old='np.maximum(state.get("top", 0), v)',
    new='max(state.get("top", 0), v.max())',
    says="You took the maximum over all weights. Each weight keeps its own.",
)
edited(
    "amsgrad_max_of_m",
    "amsgrad",
    old="m / (1 - beta1**t), top",
    new='np.maximum(state.get("m", 0), m) / (1 - beta1**t), top',
    says="You took a maximum of m as well. Only the denominator is kept from shrinking.",
)
edited(
    "amsgrad_no_correction",
    "amsgrad",
    old="m / (1 - beta1**t), top / (1 - beta2**t)",
    new="m, top",
    says=NO_CORRECTION,
)

# ---- lion

edited("lion_uphill", "lion", old="w - lr", new="w + lr", says=UPHILL)
edited(
    "lion_no_sign",
    "lion",
    old="np.sign(beta1 * m + (1 - beta1) * dw)",
    new="beta1 * m + (1 - beta1) * dw",
    says="The sign is missing. In Lion every weight moves by lr, whatever the size of its gradient.",
)
edited(
    "lion_sign_of_gradient",
    "lion",
    old="np.sign(beta1 * m + (1 - beta1) * dw)",
    new="np.sign(dw)",
    says="You took the sign of the gradient alone. Lion takes the sign of memory and gradient mixed, and the memory must be handed on in the state.",
)
edited(
    "lion_sign_of_memory",
    "lion",
    old="np.sign(beta1 * m + (1 - beta1) * dw)",
    new="np.sign(beta2 * m + (1 - beta2) * dw)",
    says="The mixture for the step uses β2, as if it were the new memory. The step mixes with β1, and "
    "only then is m updated with β2.",
)
edited(
    "lion_betas_swapped",
    "lion",
    old='    m = state.get("m", 0)\n',
    new='    beta1, beta2 = beta2, beta1\n    m = state.get("m", 0)\n',
    says="β1 and β2 are swapped: β1 mixes the step, β2 the memory. Some tutorials have it the wrong "
    "way round.",
)
edited(
    "lion_memory_first",
    "lion",
    old='m = state.get("m", 0)\n',
    new='m = beta2 * state.get("m", 0) + (1 - beta2) * dw\n',
    says="The memory was updated before the step, so this gradient counts twice. The step uses the "
    "old m.",
)
edited(
    "lion_decay_not_scaled",
    "lion",
    old="w - lr * (direction + weight_decay * w)",
    new="w - lr * direction - weight_decay * w",
    says="The decay is not scaled by the learning rate, so it is far too strong.",
)
edited(
    "lion_decay_in_sign",
    "lion",
    old="(1 - beta1) * dw)",
    new="(1 - beta1) * dw + weight_decay * w)",
    says="The decay stands inside the sign as well, where it can turn a whole step round. It is a "
    "term of its own.",
)

# ---- minimize

edited(
    "minimize_start_missing",
    "minimize",
    old="{}, [w]",
    new="{}, []",
    says="The start is missing from the walk: steps + 1 points were visited.",
)
edited(
    "minimize_forgets_state",
    "minimize",
    old="grad(w), state,",
    new="grad(w), {},",
    says="Every step gets an empty state, so the optimizer forgets everything. Pass on the state it "
    "returned last.",
)
edited(
    "minimize_no_hyper",
    "minimize",
    old=", **hyper)\n        path",
    new=")\n        path",
    says="The hyperparameters are not passed on: the optimizer works with its defaults.",
)
edited(
    "minimize_old_gradient",
    "minimize",
    old="grad(w)",
    new="grad(path[0])",
    says="Every step uses the gradient at the start. Ask for it where you stand.",
)
edited(
    "minimize_one_step_less",
    "minimize",
    old="range(steps)",
    new="range(1, steps)",
    says="You took one step too few: the walk has steps + 1 points, the start included.",
)
edited(
    "minimize_one_step_more",
    "minimize",
    old="range(steps)",
    new="range(steps + 1)",
    says="You took one step too many: the start is one of the steps + 1 points.",
)
edited(
    "minimize_end_only",
    "minimize",
    old="return np.array(path)",
    new="return w",
    says="Only the last point came back. The whole walk is asked for, one row per point.",
)
edited(
    "minimize_w_as_state",
    "minimize",
    old="path.append(w)",
    new="path.append(w - path[-1])",
    says="You recorded the steps. The walk is made of points: where you are after each step.",
)

"""Wrong answers that students give in unit 03, each with the sentence that explains it."""

import numpy as np

from course_utils.checks import edited, mistake

SUMMED = (
    "You return the sum. A loss here is the mean over the batch, so that it does not grow with it."
)
NOT_OVER_N = (
    "The loss is a mean, but its gradient lacks the 1/N of that mean: it is N times too large."
)
SIGN = (
    "The gradient points the wrong way: it is the slope of the loss with respect to the target, "
    "the negative of what descent needs."
)

# ---- mse

edited("mse_sum", "mse", old="np.mean(error**2)", new="np.sum(error**2)", says=SUMMED)
edited("mse_grad_not_over_n", "mse", old="2 * error / error.size", new="2 * error", says=NOT_OVER_N)
edited(
    "mse_grad_sign", "mse", old="2 * error / error.size", new="-2 * error / error.size", says=SIGN
)
edited(
    "mse_grad_without_2",
    "mse",
    old="2 * error / error.size",
    new="error / error.size",
    says="The derivative of e² is 2e. The 2 is missing from the gradient (it would be right for a "
    "loss of half the squared error).",
)
edited(
    "mse_grad_over_rows",
    "mse",
    old="error.size",
    new="len(error)",
    says="The gradient is divided by the number of rows, the loss by the number of elements. Both "
    "are means over all elements.",
)
edited(
    "mse_absolute",
    "mse",
    old="np.mean(error**2)",
    new="np.mean(np.abs(error))",
    says="You averaged the absolute errors (that is MAE). MSE squares each error.",
)
edited(
    "mse_square_of_mean",
    "mse",
    old="np.mean(error**2)",
    new="np.mean(error) ** 2",
    says="You squared the mean of the errors: errors of opposite sign cancel before they count. "
    "Square first, then average.",
)
edited(
    "mse_root",
    "mse",
    old="np.mean(error**2)",
    new="np.sqrt(np.mean(error**2))",
    says="You took the root of the mean (RMSE). The loss asked for is the mean square itself.",
)
edited(
    "mse_over_rows",
    "mse",
    old="np.mean(error**2)",
    new="np.sum(error**2) / len(error)",
    says="You divided by the number of rows. The mean runs over all elements, columns too.",
)


@mistake(
    "mse",
    says="The subtraction was done in place (`-=`), so the caller's predictions are now errors. "
    "Build a new array.",
)
def mse_in_place(pred, target):
    pred -= target
    return np.mean(pred**2), 2 * pred / pred.size


# ---- huber

edited("huber_sum", "huber", old="np.mean(each)", new="np.sum(each)", says=SUMMED)
edited("huber_grad_not_over_n", "huber", old=" / error.size", new="", says=NOT_OVER_N)
edited("huber_grad_sign", "huber", old="np.clip(error,", new="-np.clip(error,", says=SIGN)
edited(
    "huber_no_offset",
    "huber",
    old="(np.abs(error) - 0.5 * delta)",
    new="np.abs(error)",
    says="The −½δ of the linear part is missing: at |e| = δ the loss jumps, where the two parts "
    "should meet.",
)
edited(
    "huber_line_without_delta",
    "huber",
    old="delta * (np.abs(error) - 0.5 * delta)",
    new="np.abs(error) - 0.5 * delta",
    says="Beyond δ the line has slope δ, not 1: the factor δ in front is missing.",
)
edited(
    "huber_no_half",
    "huber",
    old="0.5 * error**2",
    new="error**2",
    says="The ½ of the quadratic part is missing, so the two parts do not meet at |e| = δ.",
)
edited(
    "huber_signed_threshold",
    "huber",
    old="small = np.abs(error) <= delta",
    new="small = error <= delta",
    says="The threshold looks at the signed error, so a large negative error is squared like a small "
    "one. Compare its size, |e|.",
)
edited(
    "huber_grad_not_clipped",
    "huber",
    old="np.clip(error, -delta, delta)",
    new="error",
    says="The gradient is that of the squared error everywhere. Beyond δ an error may pull no harder "
    "than δ: that is the point of this loss.",
)
edited(
    "huber_grad_sign_only",
    "huber",
    old="np.clip(error, -delta, delta)",
    new="np.where(small, error, np.sign(error))",
    says="Beyond δ the slope is δ·sign(e). You returned sign(e), as if δ were 1.",
)
edited(
    "huber_branches_swapped",
    "huber",
    old="np.abs(error) <= delta",
    new="np.abs(error) > delta",
    says="The two branches are swapped: small errors get the line, large ones the parabola.",
)

# ---- quantile

edited("quantile_sum", "quantile", old="np.mean(each)", new="np.sum(each)", says=SUMMED)
edited("quantile_grad_not_over_n", "quantile", old=" / pred.size", new="", says=NOT_OVER_N)
edited(
    "quantile_grad_sign",
    "quantile",
    old="np.where(low_by > 0, -q, 1 - q)",
    new="np.where(low_by > 0, q, q - 1)",
    says="The slope is that with respect to u = t − p. With respect to the prediction every sign "
    "turns round: raising a guess that is too low lowers the loss.",
)
edited(
    "quantile_swapped",
    "quantile",
    old="low_by = target - pred",
    new="low_by = pred - target",
    says="Too low and too high are swapped: q should be the price of guessing too low. You are "
    "fitting the quantile 1 − q.",
)
edited(
    "quantile_absolute",
    "quantile",
    old="np.maximum(q * low_by, (q - 1) * low_by)",
    new="q * np.abs(low_by)",
    says="Both directions cost q. Guessing too high should cost 1 − q: without that difference you "
    "fit the median, whatever q is.",
)
edited(
    "quantile_minimum",
    "quantile",
    old="np.maximum",
    new="np.minimum",
    says="You took the smaller of the two terms, which is never positive. A cost is the larger one.",
)
edited(
    "quantile_only_low",
    "quantile",
    old="(q - 1) * low_by",
    new="0 * low_by",
    says="Guessing too high costs nothing in your loss, so it would grow without end. It costs 1 − q "
    "per unit.",
)
edited(
    "quantile_grad_of_mae",
    "quantile",
    old="np.where(low_by > 0, -q, 1 - q)",
    new="-np.sign(low_by)",
    says="The slopes are −1 and +1, those of the absolute error. They should be −q and 1 − q.",
)

# ---- bce_with_logits

edited("bce_sum", "bce_with_logits", old="np.mean(each)", new="np.sum(each)", says=SUMMED)
edited("bce_grad_not_over_n", "bce_with_logits", old=" / z.size", new="", says=NOT_OVER_N)
edited(
    "bce_grad_sign",
    "bce_with_logits",
    old="(probability - y)",
    new="(y - probability)",
    says="The gradient is σ(z) − y, prediction minus label. Yours has the opposite sign, so descent "
    "would climb.",
)
edited(
    "bce_extra_slope",
    "bce_with_logits",
    old="(probability - y) / z.size",
    new="(probability - y) * probability * (1 - probability) / z.size",
    says="You multiplied by the sigmoid's slope σ(1−σ). In the gradient with respect to the logit it "
    "cancels against the 1/σ of the logarithm; with it, a confident wrong answer learns nothing.",
)
edited(
    "bce_half_missing",
    "bce_with_logits",
    old="np.logaddexp(0, z) - y * z",
    new="y * np.logaddexp(0, -z)",
    says="Only the samples with y = 1 cost anything: the term (1−y)·log(1−p) is missing.",
)
edited(
    "bce_other_half_missing",
    "bce_with_logits",
    old="np.logaddexp(0, z) - y * z",
    new="(1 - y) * np.logaddexp(0, z)",
    says="Only the samples with y = 0 cost anything: the term y·log(p) is missing.",
)
edited(
    "bce_no_sigmoid",
    "bce_with_logits",
    old="(probability - y)",
    new="(z - y)",
    says="The gradient compares the logit with the label. The label is a probability: put the logit "
    "through the sigmoid first.",
)


@mistake(
    "bce_with_logits",
    says="At |z| = 10000 the sigmoid rounds to 0 or 1 and its logarithm is −∞ (or 0·∞, NaN). Write "
    "the loss from the logit, without taking the log of a probability.",
)
def bce_naive(z, y):
    p = 1 / (1 + np.exp(-z))
    each = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    return np.mean(each), (p - y) / z.size


@mistake(
    "bce_with_logits",
    says="Clipping the probability keeps the log finite but caps the loss: at z = 10000 it should be "
    "10000, and yours stops at about 16. Write the loss from the logit.",
)
def bce_clipped(z, y):
    p = np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)
    each = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    return np.mean(each), (p - y) / z.size


@mistake(
    "bce_with_logits",
    says="log(1 + e^z) overflows to infinity from z = 710. The loss at z = 10000 is a modest number: "
    "a function that adds in the log domain gets it right.",
)
def bce_overflow(z, y):
    p = np.exp(-np.logaddexp(0, -z))
    return np.mean(np.log(1 + np.exp(z)) - y * z), (p - y) / z.size


# ---- cross_entropy

edited(
    "ce_sum",
    "cross_entropy",
    old="-log_p[rows, y].mean()",
    new="-log_p[rows, y].sum()",
    says=SUMMED,
)
edited("ce_grad_not_over_n", "cross_entropy", old="dZ / len(y)", new="dZ", says=NOT_OVER_N)
edited(
    "ce_grad_sign",
    "cross_entropy",
    old="dZ / len(y)",
    new="-dZ / len(y)",
    says="The gradient is softmax minus one-hot. Yours is one-hot minus softmax, so descent would "
    "climb.",
)
edited(
    "ce_no_onehot",
    "cross_entropy",
    old="dZ[rows, y] -= 1",
    new="",
    says="The gradient is the softmax alone: the 1 at the right class was not subtracted. Each row "
    "of it should sum to 0.",
)
edited(
    "ce_batch_max",
    "cross_entropy",
    old="Z.max(axis=1, keepdims=True)",
    new="Z.max()",
    says="You subtracted the maximum of the whole batch. A row far below it underflows to 0 and its "
    "log is −∞. Each row needs its own maximum.",
)
edited(
    "ce_no_shift",
    "cross_entropy",
    old="Z - Z.max(axis=1, keepdims=True)",
    new="Z",
    says="e to the power 2000 overflows. Softmax does not change when a number is subtracted from a "
    "row: subtract the row's maximum first.",
)
edited(
    "ce_wrong_axis",
    "cross_entropy",
    old="np.exp(shifted).sum(axis=1, keepdims=True)",
    new="np.exp(shifted).sum(axis=0, keepdims=True)",
    says="The normalising sum runs down the batch. Probabilities sum to 1 across the classes of one "
    "row.",
)
edited(
    "ce_global_sum",
    "cross_entropy",
    old="np.exp(shifted).sum(axis=1, keepdims=True)",
    new="np.exp(shifted).sum()",
    says="You divided by the sum over the whole batch. That is right for one row only; every row has "
    "a sum of its own.",
)
edited(
    "ce_no_log",
    "cross_entropy",
    old="-log_p[rows, y].mean()",
    new="-np.exp(log_p)[rows, y].mean()",
    says="You averaged the probabilities of the right classes. The loss is the mean of minus their "
    "logarithms.",
)
edited(
    "ce_over_elements",
    "cross_entropy",
    old="dZ / len(y)",
    new="dZ / Z.size",
    says="The gradient is divided by N·C. The mean runs over the N rows: each row is one sample.",
)


@mistake(
    "cross_entropy",
    says="You applied softmax twice: the probabilities were taken as logits once more. They all lie "
    "between 0 and 1, so the second softmax is nearly flat and little is left to learn from.",
)
def ce_double_softmax(Z, y):
    def softmax(A):
        e = np.exp(A - A.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    P, rows = softmax(softmax(Z)), np.arange(len(y))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return -np.log(P[rows, y]).mean(), dZ / len(y)


@mistake(
    "cross_entropy",
    says="The log of a probability that has rounded to 0 is −∞; a small number added to it only "
    "hides that, and changes every loss. Compute the log-softmax directly.",
)
def ce_epsilon(Z, y):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    P, rows = e / e.sum(axis=1, keepdims=True), np.arange(len(y))
    dZ = P.copy()
    dZ[rows, y] -= 1
    return -np.log(P[rows, y] + 1e-4).mean(), dZ / len(y)


@mistake(
    "cross_entropy",
    says="The logits were shifted in place: the caller's Z has changed. Build a new array.",
)
def ce_in_place(Z, y):
    Z -= Z.max(axis=1, keepdims=True)
    log_p = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    rows = np.arange(len(y))
    dZ = np.exp(log_p)
    dZ[rows, y] -= 1
    return -log_p[rows, y].mean(), dZ / len(y)


# ---- focal_with_logits

edited("focal_sum", "focal_with_logits", old="np.mean(each)", new="np.sum(each)", says=SUMMED)
edited("focal_grad_not_over_n", "focal_with_logits", old="dz / z.size", new="dz", says=NOT_OVER_N)
edited(
    "focal_grad_sign",
    "focal_with_logits",
    old="dz / z.size",
    new="-dz / z.size",
    says="The gradient has the wrong sign: for y = 1 a larger logit lowers the loss, so dz is "
    "negative there.",
)
edited(
    "focal_alpha_for_both",
    "focal_with_logits",
    old="np.where(y == 1, alpha, 1 - alpha)",
    new="alpha",
    says="You weighted both classes by α. Class 1 gets α, class 0 gets 1 − α; a common factor "
    "would balance nothing.",
)
edited(
    "focal_alpha_swapped",
    "focal_with_logits",
    old="np.where(y == 1, alpha, 1 - alpha)",
    new="np.where(y == 1, 1 - alpha, alpha)",
    says="α and 1 − α are swapped: in the paper α belongs to class 1.",
)
edited(
    "focal_weighs_easy",
    "focal_with_logits",
    old="each = -alpha_t * rest**gamma * log_pt",
    new="each = -alpha_t * pt**gamma * log_pt",
    says="The factor is p_t to the power γ, which favours the easy samples. It should be (1 − p_t): "
    "what is already right counts less.",
)
edited(
    "focal_gamma_ignored",
    "focal_with_logits",
    old="each = -alpha_t * rest**gamma * log_pt",
    new="each = -alpha_t * rest**2 * log_pt",
    says="γ is fixed at 2 in your loss. It is an argument: use it.",
)
edited(
    "focal_factor_as_constant",
    "focal_with_logits",
    old="(gamma * pt * log_pt - rest)",
    new="(-rest)",
    says="Your gradient treats (1 − p_t)^γ as a constant. It depends on z too: the product rule "
    "gives a second term.",
)


@mistake(
    "focal_with_logits",
    says="Only the samples with y = 1 cost anything: −(1−p)^γ·y·log p drops every negative sample. "
    "Use p_t, the probability of whichever class is true.",
)
def focal_drops_negatives(z, y, gamma=2.0, alpha=0.25):
    p = np.exp(-np.logaddexp(0, -z))
    log_p = -np.logaddexp(0, -z)
    each = -alpha * (1 - p) ** gamma * y * log_p
    dz = alpha * y * (1 - p) ** gamma * (gamma * p * log_p - (1 - p))
    return np.mean(each), dz / z.size


@mistake(
    "focal_with_logits",
    says="The logarithm is taken of p_t, but the focusing factor uses p, the probability of class 1, "
    "for both classes. For y = 0 it should be 1 − p_t = p.",
)
def focal_factor_of_class_one(z, y, gamma=2.0, alpha=0.25):
    sign, alpha_t = 2 * y - 1, np.where(y == 1, alpha, 1 - alpha)
    log_pt, log_p = -np.logaddexp(0, -sign * z), -np.logaddexp(0, -z)
    p = np.exp(log_p)
    each = -alpha_t * (1 - p) ** gamma * log_pt
    dz = alpha_t * (1 - p) ** gamma * (gamma * p * log_pt - sign * (1 - np.exp(log_pt)))
    return np.mean(each), dz / z.size


# ---- hinge

edited(
    "hinge_sum",
    "hinge",
    old="np.mean(np.maximum(0, short))",
    new="np.sum(np.maximum(0, short))",
    says=SUMMED,
)
edited("hinge_grad_not_over_n", "hinge", old=" / score.size", new="", says=NOT_OVER_N)
edited(
    "hinge_grad_sign",
    "hinge",
    old="np.where(short > 0, -y, 0)",
    new="np.where(short > 0, y, 0)",
    says="The sign of the gradient is wrong: for y = +1 a higher score lowers the loss, so the slope "
    "is −y.",
)
edited(
    "hinge_grad_on_satisfied",
    "hinge",
    old="np.where(short > 0, -y, 0)",
    new="-y",
    says="Samples beyond the margin still get a gradient. They cost nothing, so they must not push.",
)
edited(
    "hinge_no_margin",
    "hinge",
    old="short = 1 - y * score",
    new="short = -y * score",
    says="The margin is missing: you only charge for the wrong side. A score must be right by at "
    "least 1.",
)
edited(
    "hinge_squared",
    "hinge",
    old="np.mean(np.maximum(0, short))",
    new="np.mean(np.maximum(0, short) ** 2)",
    says="This is the squared hinge. The hinge itself grows in a straight line.",
)
edited(
    "hinge_no_clip",
    "hinge",
    old="np.mean(np.maximum(0, short))",
    new="np.mean(short)",
    says="Scores beyond the margin earn a negative cost and pay for the others' errors. The cost "
    "stops at 0.",
)
edited(
    "hinge_grad_times_score",
    "hinge",
    old="np.where(short > 0, -y, 0)",
    new="np.where(short > 0, -y * score, 0)",
    says="You multiplied by the score. The derivative of 1 − y·s with respect to s is −y alone.",
)


@mistake(
    "hinge",
    says="You turned labels 0 and 1 into −1 and +1. They are −1 and +1 already, so −1 became −3.",
)
def hinge_labels_converted(score, y):
    y = 2 * y - 1
    short = 1 - y * score
    return np.mean(np.maximum(0, short)), np.where(short > 0, -y, 0) / score.size


# ---- kl_divergence

edited(
    "kl_reversed",
    "kl_divergence",
    old="np.sum(p * np.log(p / q))",
    new="np.sum(q[q > 0] * np.log(q[q > 0] / p[q > 0]))",
    says="You computed KL(q ‖ p). The divergence is not symmetric: the weight in front of the log is "
    "the distribution that is true, p.",
)
edited(
    "kl_bits",
    "kl_divergence",
    old="np.log(p / q)",
    new="np.log2(p / q)",
    says="You measured in bits (base 2). In nats the logarithm is the natural one.",
)
edited(
    "kl_mean",
    "kl_divergence",
    old="np.sum(p * np.log(p / q))",
    new="np.mean(p * np.log(p / q))",
    says="You averaged over the outcomes. The weights p already make it an average: sum them.",
)
edited(
    "kl_cross_entropy",
    "kl_divergence",
    old="np.log(p / q)",
    new="np.log(1 / q)",
    says="This is the cross-entropy of p and q. The divergence is what remains when the entropy of p "
    "is taken off: it is 0 when q equals p.",
)
edited(
    "kl_sign",
    "kl_divergence",
    old="np.log(p / q)",
    new="np.log(q / p)",
    says="The fraction is upside down, so the result is negative. A divergence is never below 0.",
)
edited(
    "kl_unweighted",
    "kl_divergence",
    old="p * np.log(p / q)",
    new="np.log(p / q)",
    says="Every outcome counts alike. Each log ratio is weighted by how often the outcome happens, p.",
)
edited(
    "kl_absolute",
    "kl_divergence",
    old="np.log(p / q)",
    new="np.abs(np.log(p / q))",
    says="You took absolute values of the terms. Some are negative, and should be: only their sum is "
    "never below 0.",
)


@mistake(
    "kl_divergence",
    says="An outcome with p = 0 gave 0·log 0, which is NaN on a computer. It never happens and costs "
    "nothing: leave it out.",
)
def kl_zero_log_zero(p, q):
    with np.errstate(all="ignore"):
        return float(np.sum(p * np.log(p / q)))


@mistake(
    "kl_divergence",
    says="A small number added inside the log makes an impossible outcome merely expensive. Where q "
    "is 0 and p is not, the divergence is infinite.",
)
def kl_epsilon(p, q):
    return float(np.sum(p * np.log((p + 1e-4) / (q + 1e-4))))


@mistake(
    "kl_divergence",
    says="Outcomes with q = 0 were left out. If p says they happen, that is the worst error of all: "
    "the divergence is infinite.",
)
def kl_drops_impossible(p, q):
    both = (p > 0) & (q > 0)
    return float(np.sum(p[both] * np.log(p[both] / q[both])))

"""Wrong answers that students give in unit 02, each with the sentence that explains it."""

import math

import numpy as np

from course_utils.checks import edited, mistake

# ---- sigmoid


@mistake(
    "sigmoid",
    says="The value is right, but for z = −1000 it computes e to the power 1000, which no float "
    "can hold: NumPy warns of an overflow. In float32 this starts at z = −89. Arrange the formula "
    "so that the exponent is never positive.",
)
def sigmoid_overflows_below(z):
    return 1 / (1 + np.exp(-z))


@mistake(
    "sigmoid",
    says="For z = 1000 both the top and the bottom of the fraction overflow to infinity, and "
    "infinity divided by infinity is NaN. This form of sigmoid is safe for negative z only.",
)
def sigmoid_inf_over_inf(z):
    return np.exp(z) / (1 + np.exp(z))


edited(
    "sigmoid_branches_swapped",
    "sigmoid",
    old="z >= 0",
    new="z < 0",
    says="The function falls where it should rise: you return sigmoid(−z). Check one value: a "
    "large positive z must come out near 1.",
)

edited(
    "sigmoid_of_absolute_value",
    "sigmoid",
    old="np.where(z >= 0, 1 / (1 + e), e / (1 + e))",
    new="1 / (1 + e)",
    says="Negative inputs come out as if they were positive: once the sign is thrown away to avoid "
    "the overflow, the two halves need different formulas.",
)


@mistake(
    "sigmoid",
    says="This is sigmoid(2z). The tanh that equals a sigmoid is taken at half the input: a tanh "
    "curve is twice as steep as well as twice as tall.",
)
def sigmoid_twice_as_steep(z):
    return 0.5 * (1 + np.tanh(z))


@mistake(
    "sigmoid",
    says="This is the derivative of the sigmoid: it peaks at 0.25 and is small on both sides. The "
    "function itself climbs from 0 to 1.",
)
def sigmoid_derivative(z):
    s = 0.5 * (1 + np.tanh(np.asarray(z) / 2))
    return s * (1 - s)


@mistake(
    "sigmoid",
    says="The array that was passed in has been overwritten. The caller still needs its z, for "
    "example in the backward pass; let every step build a new array.",
)
def sigmoid_in_place(z):
    positive = z >= 0
    np.abs(z, out=z)
    e = np.exp(-z)
    return np.where(positive, 1, e) / (1 + e)


@mistake(
    "sigmoid",
    says="For whole-number input the result was stored in an array of whole numbers, so every "
    "probability was cut down to 0. A result array made to look like z inherits z's type too.",
)
def sigmoid_cut_to_integers(z):
    out = np.zeros_like(z)
    positive = z >= 0
    out[positive] = 1 / (1 + np.exp(-z[positive]))
    e = np.exp(z[~positive])
    out[~positive] = e / (1 + e)
    return out


# ---- relu_backward

edited(
    "relu_gate_open_at_zero",
    "relu_backward",
    old="Z > 0",
    new="Z >= 0",
    says="The gradient passes where Z is exactly 0. At the kink the slope is a choice, and the "
    "choice here, as in PyTorch, is 0.",
)

edited(
    "relu_half_at_zero",
    "relu_backward",
    old="(Z > 0)",
    new="np.heaviside(Z, 0.5)",
    says="Where Z is exactly 0 you let half the gradient through. Any slope from 0 to 1 could be "
    "defended at the kink, but the convention here, as in PyTorch, is 0.",
)

edited(
    "relu_gate_on_gradient",
    "relu_backward",
    old="Z > 0",
    new="dA > 0",
    says="The gate looks at the sign of the gradient. What opened or closed it in the forward pass "
    "was the sign of Z; a negative gradient passes an open gate like any other.",
)

edited(
    "relu_gate_on_both",
    "relu_backward",
    old="(Z > 0)",
    new="(Z > 0) * (dA > 0)",
    says="Negative gradients are stopped as well. That is guided backpropagation, a way to draw "
    "pictures of networks; the true gradient may be negative.",
)

edited(
    "relu_upstream_forgotten",
    "relu_backward",
    old="dA * (Z > 0)",
    new="(Z > 0).astype(float)",
    says="This is the local slope of ReLU alone. The chain rule multiplies it by the gradient that "
    "arrives from the layers after it.",
)

edited(
    "relu_times_output",
    "relu_backward",
    old="(Z > 0)",
    new="np.maximum(Z, 0)",
    says="You multiply the gradient by ReLU's output. The chain rule asks for its slope, which is "
    "1 wherever the unit is on, however large its output.",
)

edited(
    "relu_gate_inverted",
    "relu_backward",
    old="Z > 0",
    new="Z <= 0",
    says="The gate is the wrong way round: the gradient passes where the unit was off and stops "
    "where it was on.",
)

edited(
    "relu_leaks_backward",
    "relu_backward",
    old="(Z > 0)",
    new="np.where(Z > 0, 1, 0.01)",
    says="A hundredth of the gradient leaks through closed gates. That is the slope of leaky ReLU; "
    "plain ReLU is flat below 0, so nothing passes.",
)


@mistake(
    "relu_backward",
    says="The values are right, but they were written into the caller's dA. Someone who needs that "
    "gradient again, on another branch for example, now finds it changed.",
)
def relu_backward_in_place(dA, Z):
    dA[Z <= 0] = 0
    return dA


# ---- leaky_relu

edited(
    "leaky_slope_one_tenth",
    "leaky_relu",
    old="alpha=0.01",
    new="alpha=0.1",
    says="The default slope is ten times too large. Leaky ReLU leaks one hundredth, in the paper "
    "and in PyTorch.",
)

edited(
    "leaky_alpha_ignored",
    "leaky_relu",
    old="alpha * z",
    new="0.01 * z",
    says="The slope that the caller asked for has no effect: the number is written into the "
    "formula.",
)

edited(
    "leaky_larger_of_two",
    "leaky_relu",
    old="np.where(z > 0, z, alpha * z)",
    new="np.maximum(z, alpha * z)",
    says="Taking the larger of the two lines works only for slopes up to 1. With a steeper slope "
    "the leaking line is the lower one below 0. Let the sign of z choose.",
)

edited(
    "leaky_sides_swapped",
    "leaky_relu",
    old="z, alpha * z)",
    new="alpha * z, z)",
    says="The small slope is on the wrong side: positive inputs pass unchanged, negative ones are "
    "shrunk.",
)

edited(
    "leaky_constant",
    "leaky_relu",
    old="alpha * z)",
    new="alpha)",
    says="Below 0 you return the slope itself, a constant. The function there is a line with that "
    "slope, so it must depend on z.",
)

edited(
    "leaky_sign",
    "leaky_relu",
    old="alpha * z)",
    new="-alpha * z)",
    says="Negative inputs come out positive, so the function turns upward like a V. Leaky ReLU "
    "keeps falling below 0, only slowly.",
)

edited(
    "leaky_without_leak",
    "leaky_relu",
    old="alpha * z)",
    new="0.0)",
    says="This is plain ReLU: it is flat below 0. The point of the leak is a slope there, so that "
    "gradient can still flow.",
)

edited(
    "leaky_derivative",
    "leaky_relu",
    old="z, alpha * z)",
    new="1.0, alpha)",
    says="This is the derivative of leaky ReLU, a step from one slope to the other. The function "
    "itself is asked for.",
)


@mistake(
    "leaky_relu",
    says="The array that was passed in has been overwritten. The backward pass needs the original "
    "z to know which side of 0 it was on.",
)
def leaky_in_place(z, alpha=0.01):
    z[z <= 0] = alpha * z[z <= 0]
    return z


# ---- gelu


@mistake(
    "gelu",
    says="This is the tanh approximation of GELU. It is close, within 0.0005, but the task and "
    "PyTorch's default want the exact one, with the error function.",
)
def gelu_by_tanh(z):
    return 0.5 * z * (1 + np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)))


@mistake(
    "gelu",
    says="This is the sigmoid approximation, z · sigmoid(1.702 z). It is off by up to 0.02; the "
    "exact GELU uses the normal distribution itself.",
)
def gelu_by_sigmoid(z):
    return z * 0.5 * (1 + np.tanh(1.702 * z / 2))


@mistake(
    "gelu",
    says="This is SiLU: the gate is a sigmoid. GELU's gate is the cumulative distribution of a "
    "normal variable, which is steeper.",
)
def gelu_is_silu(z):
    return z * 0.5 * (1 + np.tanh(z / 2))


edited(
    "gelu_without_root_two",
    "gelu",
    old="z / math.sqrt(2)",
    new="z",
    says="The error function belongs to a normal variable of variance ½. For the standard one, "
    "its input has to be scaled first; compare your Φ(1) with 0.8413.",
)

edited(
    "gelu_without_half",
    "gelu",
    old="z * 0.5 * ",
    new="z * ",
    says="Every value is twice too large: the error function runs from −1 to 1, so one plus it "
    "runs to 2, while a probability ends at 1.",
)

edited(
    "gelu_only_cdf",
    "gelu",
    old="z * 0.5",
    new="0.5",
    says="This is Φ(z), the gate alone, which runs from 0 to 1. GELU is the input multiplied by "
    "this gate.",
)

edited(
    "gelu_without_one",
    "gelu",
    old="(1 + erf(z / math.sqrt(2)))",
    new="erf(z / math.sqrt(2))",
    says="Your gate runs from −½ to ½, so negative inputs are flipped to positive. A probability "
    "runs from 0 to 1: the error function must be shifted up first.",
)


@mistake(
    "gelu",
    says="The gate is the bell curve, the density of the normal distribution. GELU needs the area "
    "under that curve to the left of z.",
)
def gelu_by_density(z):
    return z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


@mistake(
    "gelu",
    says="The array that was passed in has been overwritten. An update such as z *= … changes the "
    "caller's array too; let every step build a new one.",
)
def gelu_in_place(z):
    gate = 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(z / math.sqrt(2)))
    z *= gate
    return z


# ---- softmax

edited(
    "softmax_overflows",
    "softmax",
    old="Z - Z.max(axis=axis, keepdims=True)",
    new="Z",
    says="Logits near 1000 overflow: e to the power 1000 is infinity, and infinity divided by "
    "infinity is NaN. A row may be shifted by any constant before the exponential; use that.",
)

edited(
    "softmax_batch_max",
    "softmax",
    old="Z.max(axis=axis, keepdims=True)",
    new="Z.max()",
    says="The largest logit of the whole batch was subtracted from every row. A row that lies far "
    "below it then has only zeros, and 0 divided by 0 is NaN. Each row needs its own shift.",
)

edited(
    "softmax_mean_shift",
    "softmax",
    old="Z.max(",
    new="Z.mean(",
    says="The mean of a row was subtracted. A logit far above the mean still overflows: only the "
    "largest entry is sure to leave no positive exponent.",
)


@mistake(
    "softmax",
    says="Cutting the logits off at ±700 makes different logits equal: 1000 and 1001 become the "
    "same. Shifting a row changes nothing; cutting does.",
)
def softmax_clipped(Z, axis=-1):
    E = np.exp(np.clip(Z, -700, 700))
    return E / E.sum(axis=axis, keepdims=True)


edited(
    "softmax_global_sum",
    "softmax",
    old="E.sum(axis=axis, keepdims=True)",
    new="E.sum()",
    says="You divided by the sum over the whole batch, so the rows do not sum to 1: together they "
    "do. With a batch of one row this would go unnoticed. Each sample has its own sum.",
)

edited(
    "softmax_sum_without_keepdims",
    "softmax",
    old="E.sum(axis=axis, keepdims=True)",
    new="E.sum(axis=axis)",
    says="The sums lost their axis, so row sums (N,) are lined up with the columns: with a square "
    "batch this divides by the wrong numbers, otherwise it raises an error. Keep the axis.",
)

edited(
    "softmax_max_without_keepdims",
    "softmax",
    old="Z.max(axis=axis, keepdims=True)",
    new="Z.max(axis=axis)",
    says="The maxima lost their axis, so row maxima (N,) are subtracted from the columns. Each "
    "entry of a row is then shifted differently, which does change the softmax.",
)


@mistake(
    "softmax",
    says="The argument `axis` has no effect: you always normalise the last axis.",
)
def softmax_axis_ignored(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))
    return E / E.sum(axis=-1, keepdims=True)


@mistake(
    "softmax",
    says="You normalise down the columns, always: each class then sums to 1 over the samples of "
    "the batch. A sample's probabilities lie along the axis that the caller names, the last one "
    "by default.",
)
def softmax_over_samples(Z, axis=-1):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


@mistake(
    "softmax",
    says="The array that was passed in has been shifted in place. Z -= … changes the caller's "
    "logits as well, and the loss may still need them.",
)
def softmax_in_place(Z, axis=-1):
    Z -= Z.max(axis=axis, keepdims=True)
    E = np.exp(Z)
    return E / E.sum(axis=axis, keepdims=True)


@mistake(
    "softmax",
    says="These are log-probabilities: negative numbers. Softmax returns the probabilities "
    "themselves.",
)
def softmax_is_log(Z, axis=-1):
    shifted = Z - Z.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


edited(
    "softmax_not_normalised",
    "softmax",
    old="E / E.sum(axis=axis, keepdims=True)",
    new="E",
    says="The exponentials are not divided by their sum yet, so they do not add up to 1.",
)

# ---- softmax_backward

edited(
    "softmax_jacobian_diagonal",
    "softmax_backward",
    old="A * (dA - inner)",
    new="A * (1 - A) * dA",
    says="You used only the diagonal of the Jacobian, a(1 − a), as for a sigmoid. In a softmax "
    "each logit moves all the probabilities of its row, and these terms count too.",
)


@mistake(
    "softmax_backward",
    says="You applied softmax to A, which already is the output of a softmax. The derivative is "
    "written in terms of the output a, not of the logit z: use A as it comes.",
)
def softmax_backward_takes_logits(dA, A):
    E = np.exp(A - A.max(axis=-1, keepdims=True))
    S = E / E.sum(axis=-1, keepdims=True)
    return S * (dA - (dA * S).sum(axis=-1, keepdims=True))


edited(
    "softmax_backward_without_keepdims",
    "softmax_backward",
    old=".sum(axis=-1, keepdims=True)",
    new=".sum(axis=-1)",
    says="The sums (N,) lost their axis and are lined up with the columns instead of the rows. "
    "A square batch hides this behind wrong numbers; any other raises an error.",
)

edited(
    "softmax_backward_batch_sum",
    "softmax_backward",
    old=".sum(axis=-1, keepdims=True)",
    new=".sum()",
    says="The sum runs over the whole batch, so one sample's gradient leaks into the others. "
    "Each row has its own sum.",
)

edited(
    "softmax_backward_over_samples",
    "softmax_backward",
    old="axis=-1",
    new="axis=0",
    says="The sum runs down the columns, over samples. It should run along a row, over the "
    "classes of one sample.",
)

edited(
    "softmax_backward_unweighted_sum",
    "softmax_backward",
    old="(dA * A).sum",
    new="dA.sum",
    says="The sum you subtract must weight each gradient with its probability. The plain sum is "
    "what log-softmax needs.",
)

edited(
    "softmax_backward_unweighted_result",
    "softmax_backward",
    old="A * (dA - inner)",
    new="dA - inner",
    says="The bracket is right, but it is not yet scaled: a logit with a tiny probability hardly "
    "moves anything, so its gradient must be tiny too.",
)

edited(
    "softmax_backward_sign",
    "softmax_backward",
    old="dA - inner",
    new="inner - dA",
    says="Every sign is flipped: a step along this gradient would raise the loss.",
)

edited(
    "softmax_backward_mean",
    "softmax_backward",
    old=".sum(",
    new=".mean(",
    says="You took a mean over the classes where the chain rule adds. The probabilities in it "
    "already are the weights of an average, so nothing is left to divide by.",
)

edited(
    "softmax_backward_is_cross_entropy",
    "softmax_backward",
    old="A * (dA - inner)",
    new="A - dA",
    says="A minus something is the gradient of softmax and cross-entropy together, where the "
    "something is the one-hot label. Here the loss is unknown: only its gradient dA is given.",
)


@mistake(
    "softmax_backward",
    says="The values are right, but dA was changed on the way. An update such as dA -= … writes "
    "into the caller's array.",
)
def softmax_backward_in_place(dA, A):
    dA -= (dA * A).sum(axis=-1, keepdims=True)
    return A * dA


# ---- dead_fraction

edited(
    "dead_share_of_zeros",
    "dead_fraction",
    old="(A == 0).all(axis=0)",
    new="(A == 0)",
    says="This is the share of zero entries. A healthy ReLU unit is 0 on many rows; it is dead "
    "only if it is 0 on every one.",
)

edited(
    "dead_rows",
    "dead_fraction",
    old="axis=0",
    new="axis=1",
    says="You looked for rows of zeros: samples that switch on no unit. Units are the columns.",
)

edited(
    "dead_any",
    "dead_fraction",
    old=".all(",
    new=".any(",
    says="You counted units that are 0 on at least one row. Being off for some samples is what a "
    "ReLU is for; a dead unit is off for all of them.",
)

edited(
    "dead_count",
    "dead_fraction",
    old="dead.mean()",
    new="dead.sum()",
    says="This is the number of dead units. A share lies between 0 and 1.",
)

edited(
    "dead_divided_by_samples",
    "dead_fraction",
    old="dead.mean()",
    new="dead.sum() / len(A)",
    says="You divided the number of dead units by the number of samples. It is a share of the "
    "units.",
)

edited(
    "dead_zero_mean",
    "dead_fraction",
    old="(A == 0).all(axis=0)",
    new="A.mean(axis=0) == 0",
    says="A column may average to 0 because positive and negative outputs cancel. Such a unit is "
    "very much alive.",
)

edited(
    "dead_negative_counted",
    "dead_fraction",
    old="A == 0",
    new="A <= 0",
    says="Units with negative outputs were counted as dead. They still pass a signal, as in "
    "leaky ReLU; only an output of exactly 0 is silence.",
)

edited(
    "dead_first_row_only",
    "dead_fraction",
    old="(A == 0).all(axis=0)",
    new="A[0] == 0",
    says="Only the first sample was looked at. A unit that is off there may be on for others.",
)

edited(
    "dead_percent",
    "dead_fraction",
    old="dead.mean()",
    new="100 * dead.mean()",
    says="This is a percentage. A share lies between 0 and 1.",
)

edited(
    "dead_share_of_living",
    "dead_fraction",
    old="dead.mean()",
    new="1 - dead.mean()",
    says="This is the share of units that are alive.",
)

# ---- swiglu

edited(
    "swiglu_roles_swapped",
    "swiglu",
    old="""Z = X @ W  # (N, H)
    silu = Z * 0.5 * (1 + np.tanh(Z / 2))  # Z · sigmoid(Z)
    return silu * (X @ V)""",
    new="""Z = X @ V
    silu = Z * 0.5 * (1 + np.tanh(Z / 2))
    return silu * (X @ W)""",
    says="W and V changed places: the first matrix belongs to the gate, the one that goes through "
    "SiLU.",
)

edited(
    "swiglu_is_glu",
    "swiglu",
    old="Z * 0.5 *",
    new="0.5 *",
    says="The gate is a plain sigmoid. That is GLU, the older relative; in SwiGLU the gate is "
    "SiLU, which is the sigmoid multiplied by its own input.",
)

edited(
    "swiglu_is_reglu",
    "swiglu",
    old="Z * 0.5 * (1 + np.tanh(Z / 2))",
    new="np.maximum(Z, 0)",
    says="The gate is a ReLU. That is ReGLU, a sister from the same paper; SwiGLU's gate is SiLU.",
)

edited(
    "swiglu_is_geglu",
    "swiglu",
    old="Z * 0.5 * (1 + np.tanh(Z / 2))",
    new="Z * 0.5 * (1 + np.vectorize(math.erf)(Z / math.sqrt(2)))",
    says="The gate is a GELU. That is GEGLU, a sister from the same paper; SwiGLU's gate is SiLU.",
)

edited(
    "swiglu_both_sides",
    "swiglu",
    old="silu * (X @ V)",
    new="silu * (X @ V) * 0.5 * (1 + np.tanh(X @ V / 2))",
    says="Both sides went through SiLU. One side stays linear: it carries the value, the other "
    "decides how much of it passes.",
)

edited(
    "swiglu_added",
    "swiglu",
    old="silu * (X @ V)",
    new="silu + X @ V",
    says="The two sides are added. A gate multiplies: where it is 0, nothing of the value may "
    "pass.",
)


@mistake(
    "swiglu",
    says="You multiplied first and applied SiLU to the product. SiLU belongs to one of the two "
    "factors, before they meet.",
)
def swiglu_silu_of_product(X, W, V):
    Z = (X @ W) * (X @ V)
    return Z * 0.5 * (1 + np.tanh(Z / 2))


edited(
    "swiglu_w_twice",
    "swiglu",
    old="X @ V",
    new="X @ W",
    says="V has no effect: both factors come from W. The value is its own linear map of X.",
)

edited(
    "swiglu_without_silu",
    "swiglu",
    old="silu * (X @ V)",
    new="Z * (X @ V)",
    says="Nothing gates here: this is the product of two linear maps. The first one has to go "
    "through SiLU.",
)

edited(
    "swiglu_overflows",
    "swiglu",
    old="0.5 * (1 + np.tanh(Z / 2))",
    new="np.exp(Z) / (1 + np.exp(Z))",
    says="When the gate's input reaches 1000, your sigmoid becomes infinity divided by infinity: "
    "NaN. Use a form of the sigmoid that stays finite for large positive inputs.",
)

edited(
    "swiglu_half_forgotten",
    "swiglu",
    old="(1 + np.tanh(Z / 2))",
    new="(1 + np.tanh(Z))",
    says="Your sigmoid is too steep: the tanh that equals a sigmoid is taken at half the input.",
)

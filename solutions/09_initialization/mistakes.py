"""Wrong answers that students give in unit 09, each with the sentence that explains it."""

import numpy as np

from course_utils.checks import edited, mistake

GLOBAL = (
    "The weights come from np.random, NumPy's global generator, not from the rng that was given: "
    "the run cannot be repeated, and whoever else draws from it gets other numbers."
)
OWN_SEED = (
    "You made a generator with a fixed seed inside the function, so every layer of one shape gets "
    "the same weights. Use the rng that was given."
)
OWN_GENERATOR = (
    "You made a new generator inside the function. It starts from a seed that nobody knows, so the "
    "run cannot be repeated: use the rng that was given."
)
RESEEDS = (
    "You seeded NumPy's global generator and drew from it. Every layer gets the same weights, and "
    "the rest of the program gets your seed. Use the rng that was given."
)
TORCH_SHAPE = (
    "The shape is (fan_out, fan_in), the way PyTorch stores a weight. Our W is its transpose: inputs "
    "first, so that X @ W works."
)
ONE_NUMBER = (
    "Only one number was drawn. Without a size a generator gives a single value; a layer needs "
    "fan_in · fan_out of them."
)
SAME_UNITS = (
    "All columns of W are equal, so all units compute the same and get the same gradient: they stay "
    "equal for ever. Draw every weight on its own."
)
TORCH_DEFAULT = (
    "This is what nn.Linear does by default, ±1/√fan_in: a variance of 1/(3·fan_in). It is an old "
    "habit and neither Xavier's rule nor He's."
)
WRONG_FUNCTION = (
    "The activation is fixed inside your function. Its name is an argument: look it up in "
    "ACTIVATIONS."
)
IN_PLACE = "The caller's array was changed (`+=`, `*=` or a slice on the left). Build a new array."

# ---- xavier_uniform

edited(
    "xavier_variance",
    "xavier_uniform",
    old="np.sqrt(6 / (fan_in + fan_out))",
    new="6 / (fan_in + fan_out)",
    says="The root is missing: 6/(fan_in + fan_out) is the bound squared. Your weights are far too "
    "small.",
)
edited(
    "xavier_three",
    "xavier_uniform",
    old="sqrt(6",
    new="sqrt(3",
    says="Your bound is √(3/(fan_in + fan_out)), which gives half the variance. The variance of "
    "U(−a, a) is a²/3 and should be 2/(fan_in + fan_out).",
)
edited(
    "xavier_std_as_bound",
    "xavier_uniform",
    old="sqrt(6",
    new="sqrt(2",
    says="You took the standard deviation for the bound. A uniform distribution on ±a has a standard "
    "deviation of only a/√3.",
)
edited(
    "xavier_mean_of_fans",
    "xavier_uniform",
    old="np.sqrt(6 / (fan_in + fan_out))",
    new="np.sqrt(6 / ((fan_in + fan_out) / 2))",
    says="The mean of the two fans was put where their sum belongs, so the variance is twice too "
    "large.",
)
edited(
    "xavier_fan_in_only",
    "xavier_uniform",
    old="sqrt(6 / (fan_in + fan_out))",
    new="sqrt(6 / fan_in)",
    says="Only fan_in decides in your bound: √(6/fan_in) is He's uniform rule. Xavier's is a "
    "compromise between forward and backward, with both fans.",
)
edited(
    "xavier_fan_out_only",
    "xavier_uniform",
    old="sqrt(6 / (fan_in + fan_out))",
    new="sqrt(6 / fan_out)",
    says="Only fan_out decides in your bound. Xavier's rule is a compromise between forward and "
    "backward, with both fans.",
)
edited(
    "xavier_lecun",
    "xavier_uniform",
    old="np.sqrt(6 / (fan_in + fan_out))",
    new="np.sqrt(3 / fan_in)",
    says="√(3/fan_in) gives the variance 1/fan_in: LeCun's rule, which looks at the way forward only. "
    "Xavier's has both fans.",
)
edited(
    "xavier_product",
    "xavier_uniform",
    old="sqrt(6 / (fan_in + fan_out)",
    new="sqrt(6 / (fan_in * fan_out)",
    says="You multiplied the two fans. Xavier's rule takes their sum.",
)
edited(
    "xavier_default_of_torch",
    "xavier_uniform",
    old="np.sqrt(6 / (fan_in + fan_out))",
    new="1 / np.sqrt(fan_in)",
    says=TORCH_DEFAULT,
)
edited(
    "xavier_normal",
    "xavier_uniform",
    old="rng.uniform(-bound, bound,",
    new="rng.normal(0, bound / np.sqrt(3),",
    says="The width is right, but your weights are normal: some lie beyond the bound. A uniform "
    "distribution is asked for.",
)
edited(
    "xavier_normal_with_bound",
    "xavier_uniform",
    old="rng.uniform(-bound, bound,",
    new="rng.normal(0, bound,",
    says="Your weights are normal, and the bound became their standard deviation. A uniform "
    "distribution is asked for, that ends at ±bound.",
)
edited(
    "xavier_positive",
    "xavier_uniform",
    old="rng.uniform(-bound, bound,",
    new="rng.uniform(0, bound,",
    says="All weights are positive: the draw starts at 0. It should start at −bound, so that the mean "
    "is 0.",
)
edited(
    "xavier_random_scaled",
    "xavier_uniform",
    old="rng.uniform(-bound, bound, size=(fan_in, fan_out))",
    new="2 * bound * rng.random((fan_in, fan_out))",
    says="rng.random gives numbers from 0 to 1. Stretched to 2·bound they still start at 0: shift "
    "them down by bound.",
)
edited(
    "xavier_swapped",
    "xavier_uniform",
    old="size=(fan_in, fan_out)",
    new="size=(fan_out, fan_in)",
    says=TORCH_SHAPE,
)
edited(
    "xavier_one_number",
    "xavier_uniform",
    old=", size=(fan_in, fan_out)",
    new="",
    says=ONE_NUMBER,
)
edited(
    "xavier_same_units",
    "xavier_uniform",
    old="size=(fan_in, fan_out))",
    new="size=(fan_in, 1)) * np.ones(fan_out)",
    says=SAME_UNITS,
)
edited(
    "xavier_global",
    "xavier_uniform",
    old="rng.uniform",
    new="np.random.uniform",
    says=GLOBAL,
)
edited(
    "xavier_own_seed",
    "xavier_uniform",
    old="rng.uniform",
    new="np.random.default_rng(0).uniform",
    says=OWN_SEED,
)
edited(
    "xavier_own_generator",
    "xavier_uniform",
    old="rng.uniform",
    new="np.random.default_rng().uniform",
    says=OWN_GENERATOR,
)
edited(
    "xavier_reseeds",
    "xavier_uniform",
    old="return rng.uniform",
    new="np.random.seed(0)\n    return np.random.uniform",
    says=RESEEDS,
)

# ---- he_normal

edited(
    "he_variance",
    "he_normal",
    old="np.sqrt(2 / fan_in)",
    new="2 / fan_in",
    says="2/fan_in is the variance. rng.normal asks for the standard deviation, its root.",
)
edited(
    "he_fan_out",
    "he_normal",
    old="sqrt(2 / fan_in)",
    new="sqrt(2 / fan_out)",
    says="The fans are swapped: a unit adds up fan_in products, so fan_in decides how wide they may "
    "be. In PyTorch's (fan_out, fan_in) weight it is the second axis, in ours the first.",
)
edited(
    "he_without_gain",
    "he_normal",
    old="sqrt(2 / fan_in)",
    new="sqrt(1 / fan_in)",
    says="The variance 1/fan_in keeps a linear signal alive. ReLU throws half of it away: that is "
    "what the 2 is for.",
)
edited(
    "he_gain_without_root",
    "he_normal",
    old="np.sqrt(2 / fan_in)",
    new="2 / np.sqrt(fan_in)",
    says="The 2 stands outside the root, so the variance is 4/fan_in and the signal grows by √2 in "
    "each layer.",
)
edited(
    "he_is_xavier",
    "he_normal",
    old="sqrt(2 / fan_in)",
    new="sqrt(2 / (fan_in + fan_out))",
    says="This is Xavier's variance, with both fans. He's rule looks at the way forward: fan_in alone.",
)
edited(
    "he_divided_by_std",
    "he_normal",
    old="rng.normal(0, std, size=(fan_in, fan_out))",
    new="rng.standard_normal((fan_in, fan_out)) / std",
    says="You divided by the standard deviation. The wider the layer, the larger your weights; "
    "multiply.",
)
edited(
    "he_uniform",
    "he_normal",
    old="rng.normal(0, std,",
    new="rng.uniform(-np.sqrt(3) * std, np.sqrt(3) * std,",
    says="The width is right, but your weights are uniform. A normal distribution is asked for: it "
    "has no bound.",
)
edited(
    "he_std_as_bound",
    "he_normal",
    old="rng.normal(0, std,",
    new="rng.uniform(-std, std,",
    says="You drew uniformly from ±std. A normal distribution is asked for; and a uniform one on ±a "
    "has a standard deviation of only a/√3.",
)
edited(
    "he_default_of_torch",
    "he_normal",
    old="rng.normal(0, std,",
    new="rng.uniform(-1 / np.sqrt(fan_in), 1 / np.sqrt(fan_in),",
    says=TORCH_DEFAULT,
)
edited(
    "he_random",
    "he_normal",
    old="rng.normal(0, std, size=(fan_in, fan_out))",
    new="std * rng.random((fan_in, fan_out))",
    says="rng.random draws uniformly from 0 to 1: your weights are neither normal nor around 0. "
    "rng.standard_normal is the one with a bell.",
)
edited(
    "he_mean_is_std",
    "he_normal",
    old="rng.normal(0, std,",
    new="rng.normal(std, std,",
    says="The first argument of rng.normal is the mean. It should be 0: otherwise most weights are "
    "positive and all units look alike.",
)
edited(
    "he_scale_forgotten",
    "he_normal",
    old="rng.normal(0, std,",
    new="rng.normal(0, 1,",
    says="Your weights have standard deviation 1, however many inputs there are. The sum of fan_in "
    "products then grows with √fan_in.",
)
edited(
    "he_absolute",
    "he_normal",
    old="rng.normal(0, std, size=(fan_in, fan_out))",
    new="np.abs(rng.normal(0, std, size=(fan_in, fan_out)))",
    says="The signs are gone. Weights of both signs are needed, or the signal only grows.",
)
edited(
    "he_torch_shape",
    "he_normal",
    old="size=(fan_in, fan_out)",
    new="size=(fan_out, fan_in)",
    says=TORCH_SHAPE,
)
edited(
    "he_one_number",
    "he_normal",
    old=", size=(fan_in, fan_out)",
    new="",
    says=ONE_NUMBER,
)
edited(
    "he_same_units",
    "he_normal",
    old="size=(fan_in, fan_out))",
    new="size=(fan_in, 1)) * np.ones(fan_out)",
    says=SAME_UNITS,
)
edited("he_global", "he_normal", old="rng.normal", new="np.random.normal", says=GLOBAL)
edited(
    "he_own_seed",
    "he_normal",
    old="rng.normal",
    new="np.random.default_rng(0).normal",
    says=OWN_SEED,
)
edited(
    "he_own_generator",
    "he_normal",
    old="rng.normal",
    new="np.random.default_rng().normal",
    says=OWN_GENERATOR,
)
edited(
    "he_reseeds",
    "he_normal",
    old="return rng.normal",
    new="np.random.seed(0)\n    return np.random.normal",
    says=RESEEDS,
)
edited(
    "he_zeros",
    "he_normal",
    old="return rng.normal(0, std, size=(fan_in, fan_out))",
    new="return np.zeros((fan_in, fan_out))",
    says="All weights are 0. Then nothing goes forward, and no gradient comes back to tell the units "
    "apart.",
)

# ---- forward_stds

edited(
    "stds_variance",
    "forward_stds",
    old="A.std()",
    new="A.var()",
    says="These are variances. The standard deviation is their root.",
)
edited(
    "stds_before_activation",
    "forward_stds",
    old="A = f(A @ W)\n        stds.append(float(A.std()))",
    new="Z = A @ W\n        stds.append(float(Z.std()))\n        A = f(Z)",
    says="You measured before the activation. What the next layer receives is what comes out of it.",
)
edited(
    "stds_no_activation",
    "forward_stds",
    old="f(A @ W)",
    new="A @ W",
    says="The activation is missing: your signal goes through linear layers only.",
)
edited(
    "stds_always_relu",
    "forward_stds",
    old="ACTIVATIONS[activation]",
    new='ACTIVATIONS["relu"]',
    says=WRONG_FUNCTION,
)
edited(
    "stds_with_input",
    "forward_stds",
    old="A, stds = X, []",
    new="A, stds = X, [float(X.std())]",
    says="The width of the input stands first in your list. One number per layer is asked for.",
)
edited(
    "stds_of_inputs",
    "forward_stds",
    old="A = f(A @ W)\n        stds.append(float(A.std()))",
    new="stds.append(float(A.std()))\n        A = f(A @ W)",
    says="You measured what goes into each layer: the list starts with X and the last layer is "
    "missing. Measure what comes out.",
)
edited(
    "stds_always_from_x",
    "forward_stds",
    old="A @ W",
    new="X @ W",
    says="Every layer receives X. It should receive what the layer before made of it.",
)
edited(
    "stds_last_only",
    "forward_stds",
    old="return stds",
    new="return stds[-1:]",
    says="Only the last layer came back. One number per layer shows where the signal is lost.",
)
edited(
    "stds_unit_by_unit",
    "forward_stds",
    old="A.std()",
    new="A.std(axis=0).mean()",
    says="You took the width of each unit by itself, and then the mean. Here all the numbers of a "
    "layer are taken together.",
)
edited(
    "stds_sample_by_sample",
    "forward_stds",
    old="A.std()",
    new="A.std(axis=1).mean()",
    says="You took the width of each sample by itself, and then the mean. Here all the numbers of a "
    "layer are taken together.",
)
edited(
    "stds_root_mean_square",
    "forward_stds",
    old="A.std()",
    new="np.sqrt((A**2).mean())",
    says="The mean was not subtracted: this is the root of the mean square. After a ReLU the mean is "
    "not 0.",
)
edited(
    "stds_unbiased",
    "forward_stds",
    old="A.std()",
    new="A.std(ddof=1)",
    says="You divided by one less than the number of values (ddof=1). These are all the numbers there "
    "are, not a sample of more: divide by their number.",
)
edited(
    "stds_mean_size",
    "forward_stds",
    old="A.std()",
    new="np.abs(A).mean()",
    says="You took the mean of the absolute values. The standard deviation is the root of the mean "
    "squared distance from the mean.",
)
edited(
    "stds_of_weights",
    "forward_stds",
    old="A.std()",
    new="W.std()",
    says="You measured the weights. How wide the signal is that they make is the question.",
)
edited(
    "stds_backwards",
    "forward_stds",
    old="in weights",
    new="in reversed(weights)",
    says="You went through the layers from the last to the first. Forward starts with weights[0].",
)
edited(
    "stds_reversed",
    "forward_stds",
    old="return stds",
    new="return stds[::-1]",
    says="The numbers are right, but the last layer stands first.",
)
edited(
    "stds_rescaled",
    "forward_stds",
    old="stds.append(float(A.std()))",
    new="stds.append(float(A.std()))\n        A = A / A.std()",
    says="You brought the signal back to width 1 after each layer. That hides what is to be seen: "
    "measure, and change nothing.",
)
edited(
    "stds_x_centred_in_place",
    "forward_stds",
    old="A, stds = X, []",
    new="X -= X.mean(axis=0)\n    A, stds = X, []",
    says="X was centred, and in place: the caller's data changed. Measure what you are given.",
)

# ---- backward_norms

edited(
    "norms_output_first",
    "backward_norms",
    old="norms[::-1]",
    new="norms",
    says="The output side stands first, in the order of the way back. The input side should.",
)
edited(
    "norms_no_gate",
    "backward_norms",
    old="(dA * df(Z)) @ W.T",
    new="dA @ W.T",
    says="The activation's derivative is missing: the gradient passed as if every layer were linear.",
)
edited(
    "norms_gate_of_another_layer",
    "backward_norms",
    old="reversed(Zs)",
    new="Zs",
    says="The layers go backward but their Z go forward: each gradient is gated by another layer's "
    "pre-activations.",
)
edited(
    "norms_slope_at_activation",
    "backward_norms",
    old="df(Z)",
    new="df(f(Z))",
    says="You took the derivative at the activation A. It is a function of the pre-activation Z. For "
    "ReLU the two agree, for tanh they do not.",
)
edited(
    "norms_function_for_slope",
    "backward_norms",
    old="df(Z)",
    new="f(Z)",
    says="You multiplied by the activation itself. On the way back its derivative counts.",
)
edited(
    "norms_gate_on_gradient",
    "backward_norms",
    old="df(Z)",
    new="(dA > 0)",
    says="You let the positive gradients through. The gate depends on what went into the activation, "
    "not on the gradient that arrives.",
)
edited(
    "norms_always_relu",
    "backward_norms",
    old="ACTIVATIONS[activation]",
    new='ACTIVATIONS["relu"]',
    says=WRONG_FUNCTION,
)
edited(
    "norms_weight_not_transposed",
    "backward_norms",
    old="W.T",
    new="W",
    says="W was not transposed. Backward, a unit's gradient goes to each of its inputs: dZ (N, "
    "fan_out) becomes dA (N, fan_in).",
)
edited(
    "norms_weights_forward",
    "backward_norms",
    old="zip(reversed(weights)",
    new="zip(weights",
    says="On the way back the weights are taken from the first on. The last layer comes first.",
)
edited(
    "norms_of_dz",
    "backward_norms",
    old="dA = (dA * df(Z)) @ W.T\n        norms.append(float(np.linalg.norm(dA)))",
    new="dZ = dA * df(Z)\n        norms.append(float(np.linalg.norm(dZ)))\n        dA = dZ @ W.T",
    says="You measured dZ, the gradient before the weights. The gradient at each layer's input is "
    "asked for: one product further.",
)
edited(
    "norms_of_da",
    "backward_norms",
    old="dA = (dA * df(Z)) @ W.T\n        norms.append(float(np.linalg.norm(dA)))",
    new="norms.append(float(np.linalg.norm(dA)))\n        dA = (dA * df(Z)) @ W.T",
    says="You measured what arrives at each layer: dA is in the list and the gradient at X is not. "
    "Measure what leaves it.",
)
edited(
    "norms_with_da",
    "backward_norms",
    old="norms = []",
    new="norms = [float(np.linalg.norm(dA))]",
    says="The dA you were given is in the list too. One number per layer, for its input.",
)
edited(
    "norms_squared",
    "backward_norms",
    old="np.linalg.norm(dA)",
    new="(dA**2).sum()",
    says="The root is missing: the norm is the root of the sum of squares.",
)
edited(
    "norms_spectral",
    "backward_norms",
    old="np.linalg.norm(dA)",
    new="np.linalg.norm(dA, ord=2)",
    says="With ord=2 NumPy gives the largest singular value of the matrix. The length of all its "
    "numbers together is the default.",
)
edited(
    "norms_std",
    "backward_norms",
    old="np.linalg.norm(dA)",
    new="dA.std()",
    says="You took the standard deviation of the gradient. Its norm is asked for: no mean is "
    "subtracted, and nothing is divided.",
)
edited(
    "norms_largest",
    "backward_norms",
    old="np.linalg.norm(dA)",
    new="np.abs(dA).max()",
    says="You took the largest entry. The norm is the length of the whole gradient.",
)
edited(
    "norms_per_sample",
    "backward_norms",
    old="np.linalg.norm(dA)",
    new="np.linalg.norm(dA, axis=1).mean()",
    says="You averaged the lengths of the samples' gradients. One length of the whole array is asked "
    "for.",
)
edited(
    "norms_over_n",
    "backward_norms",
    old="np.linalg.norm(dA)",
    new="np.linalg.norm(dA / len(dA))",
    says="You divided by the batch size. A loss that is a mean has its 1/N in dA already.",
)
edited(
    "norms_linear_forward",
    "backward_norms",
    old="A = f(Zs[-1])",
    new="A = Zs[-1]",
    says="The way forward has no activation, so the pre-activations, and with them the gates, are "
    "those of another network.",
)


@mistake(
    "backward_norms",
    says="You measured the gradients of the weights. That is a good thing to plot too, but here the "
    "signal's own gradient is asked for, at each layer's input.",
)
def norms_of_weight_gradients(X, weights, dA, activation="relu"):
    f, df = ACTIVATIONS[activation]
    inputs, Zs = [X], []
    for W in weights:
        Zs.append(inputs[-1] @ W)
        inputs.append(f(Zs[-1]))
    norms = []
    for W, Z, A in zip(reversed(weights), reversed(Zs), reversed(inputs[:-1])):
        dZ = dA * df(Z)
        norms.append(float(np.linalg.norm(A.T @ dZ)))
        dA = dZ @ W.T
    return norms[::-1]


@mistake(
    "backward_norms",
    says="The last layer's activation was passed over. dA is the gradient after it, so it has to come "
    "back through it as well.",
)
def norms_last_gate_missing(X, weights, dA, activation="relu"):
    f, df = ACTIVATIONS[activation]
    A, Zs = X, []
    for W in weights:
        Zs.append(A @ W)
        A = f(Zs[-1])
    norms = []
    for i in reversed(range(len(weights))):
        gate = df(Zs[i]) if i < len(weights) - 1 else 1.0
        dA = (dA * gate) @ weights[i].T
        norms.append(float(np.linalg.norm(dA)))
    return norms[::-1]


@mistake("backward_norms", says=IN_PLACE)
def norms_in_place(X, weights, dA, activation="relu"):
    f, df = ACTIVATIONS[activation]
    A, Zs = X, []
    for W in weights:
        Zs.append(A @ W)
        A = f(Zs[-1])
    norms = []
    for W, Z in zip(reversed(weights), reversed(Zs)):
        dA *= df(Z)
        dA = dA @ W.T
        norms.append(float(np.linalg.norm(dA)))
    return norms[::-1]


# ---- residual_block

edited(
    "block_without_skip",
    "residual_block",
    old="X + np",
    new="np",
    says="X was not added: this is a plain two-layer network, and the signal has to squeeze through "
    "both layers.",
)
edited(
    "block_relu_at_the_end",
    "residual_block",
    old="X + np.maximum(X @ W1, 0) @ W2",
    new="np.maximum(X + np.maximum(X @ W1, 0) @ W2, 0)",
    says="A ReLU stands behind the sum as well, as in the first ResNet of 2015. Then X does not pass "
    "untouched: its negative part is lost in every block.",
)
edited(
    "block_no_relu",
    "residual_block",
    old="np.maximum(X @ W1, 0)",
    new="X @ W1",
    says="The ReLU is missing, so the branch is one linear map in two steps.",
)
edited(
    "block_relu_on_branch",
    "residual_block",
    old="np.maximum(X @ W1, 0) @ W2",
    new="np.maximum(np.maximum(X @ W1, 0) @ W2, 0)",
    says="The branch ends in a second ReLU, so it can only add and never take away.",
)
edited(
    "block_relu_late",
    "residual_block",
    old="np.maximum(X @ W1, 0) @ W2",
    new="np.maximum(X @ W1 @ W2, 0)",
    says="The ReLU stands after both products. It belongs between them, or the two are one linear "
    "map.",
)
edited(
    "block_relu_on_input",
    "residual_block",
    old="np.maximum(X @ W1, 0) @ W2",
    new="np.maximum(X, 0) @ W1 @ W2",
    says="The ReLU is applied to X, before the first product. It belongs between the two products.",
)
edited(
    "block_subtracts",
    "residual_block",
    old="X + np",
    new="X - np",
    says="The branch is subtracted. It is added to X.",
)
edited(
    "block_skip_rectified",
    "residual_block",
    old="X + np",
    new="np.maximum(X, 0) + np",
    says="The X that is added went through a ReLU. The short cut hands X on as it is.",
)
edited(
    "block_averages",
    "residual_block",
    old="X + np.maximum(X @ W1, 0) @ W2",
    new="(X + np.maximum(X @ W1, 0) @ W2) / 2",
    says="You averaged X and the branch. Then X is halved in every block, and gone after twenty: the "
    "short cut has weight 1.",
)
edited(
    "block_multiplies",
    "residual_block",
    old="X + np.maximum(X @ W1, 0) @ W2",
    new="X * (np.maximum(X @ W1, 0) @ W2)",
    says="You multiplied X by the branch. That is a gate; a residual block adds.",
)
edited(
    "block_doubled",
    "residual_block",
    old="X + np",
    new="2 * X + np",
    says="X is in your sum twice. The short cut has weight 1, or the signal doubles in every block.",
)
edited(
    "block_weights_swapped",
    "residual_block",
    old="np.maximum(X @ W1, 0) @ W2",
    new="np.maximum(X @ W2, 0) @ W1",
    says="The two weights are swapped: W1 (D, H) comes first, W2 (H, D) leads back.",
)


@mistake("residual_block", says=IN_PLACE)
def block_in_place(X, W1, W2):
    X += np.maximum(X @ W1, 0) @ W2
    return X


# ---- residual_backward

edited(
    "skip_gradient_forgotten",
    "residual_backward",
    old="dOut + dZ",
    new="dZ",
    says="The gradient of the short cut is missing from dX. X went two ways, so two gradients come "
    "back, and dOut itself is one of them.",
)
edited(
    "skip_gradient_only",
    "residual_backward",
    old="dOut + dZ @ W1.T",
    new="dOut + 0.0",
    says="dX is dOut alone. X also fed the branch, and its gradient has to be added.",
)
edited(
    "skip_adds_input",
    "residual_backward",
    old="dOut + dZ",
    new="X + dZ",
    says="You added X, as on the way forward. Backward the short cut hands on the gradient dOut.",
)
edited(
    "skip_gradient_gated",
    "residual_backward",
    old="dOut + dZ",
    new="dOut * (X > 0) + dZ",
    says="The gradient of the short cut went through a gate. There is no ReLU on the short cut: dOut "
    "arrives whole.",
)
edited(
    "skip_gradient_twice",
    "residual_backward",
    old="dOut + dZ",
    new="2 * dOut + dZ",
    says="The gradient of the short cut is in dX twice. A sum hands on its gradient once to each part.",
)
edited(
    "gradient_multiplied",
    "residual_backward",
    old="dOut + dZ @ W1.T",
    new="dOut * (dZ @ W1.T)",
    says="You multiplied the gradients of the two ways. Where ways part forward, gradients add "
    "backward.",
)
edited(
    "gradient_split",
    "residual_backward",
    old="Z = X @ W1\n    dZ",
    new="Z = X @ W1\n    dOut = dOut / 2\n    dZ",
    says="You gave each way half of dOut. A sum hands the whole gradient to each of its parts.",
)
edited(
    "branch_no_gate",
    "residual_backward",
    old=" * (Z > 0)",
    new="",
    says="The ReLU's gate is missing: gradient flows through units that were off.",
)
edited(
    "branch_gate_on_gradient",
    "residual_backward",
    old="(Z > 0)",
    new="(dOut @ W2.T > 0)",
    says="You let the positive gradients through. The gate depends on Z, what went into the ReLU.",
)
edited(
    "branch_gate_open_at_zero",
    "residual_backward",
    old="(Z > 0)",
    new="(Z >= 0)",
    says="Your gate is open at Z = 0. As in PyTorch, ReLU's slope there is 0.",
)
edited(
    "branch_gate_is_z",
    "residual_backward",
    old="(Z > 0)",
    new="np.maximum(Z, 0)",
    says="You multiplied by ReLU(Z). On the way back its slope counts, which is 0 or 1.",
)
edited(
    "dw1_from_relu_of_x",
    "residual_backward",
    old="X.T @ dZ",
    new="np.maximum(X, 0).T @ dZ",
    says="dW1 was built from ReLU(X). What W1 was multiplied by on the way forward is X itself.",
)
edited(
    "dw2_from_z",
    "residual_backward",
    old="np.maximum(Z, 0).T @ dOut",
    new="Z.T @ dOut",
    says="dW2 was built from Z. What W2 was multiplied by on the way forward is ReLU(Z).",
)
edited(
    "dw2_gated",
    "residual_backward",
    old="np.maximum(Z, 0).T @ dOut",
    new="(Z > 0).T @ dOut",
    says="dW2 was built from the gate, 0 or 1. What W2 was multiplied by on the way forward is "
    "ReLU(Z).",
)
edited(
    "dw2_transposed",
    "residual_backward",
    old="np.maximum(Z, 0).T @ dOut",
    new="dOut.T @ np.maximum(Z, 0)",
    says="dW2 came out transposed. A gradient has the shape of its parameter.",
)
edited(
    "dw1_transposed",
    "residual_backward",
    old="X.T @ dZ",
    new="dZ.T @ X",
    says="dW1 came out transposed. A gradient has the shape of its parameter.",
)
edited(
    "weights_over_n",
    "residual_backward",
    old="return dX, dW1, dW2",
    new="return dX, dW1 / len(X), dW2 / len(X)",
    says="The weights' gradients were divided by the batch size. A loss that is a mean has its 1/N in "
    "dOut already.",
)
edited(
    "weights_in_wrong_order",
    "residual_backward",
    old="return dX, dW1, dW2",
    new="return dX, dW2, dW1",
    says="dW1 and dW2 came back in the wrong order.",
)
edited(
    "skip_in_weights",
    "residual_backward",
    old="np.maximum(Z, 0).T @ dOut",
    new="np.maximum(Z, 0).T @ (dOut + X)",
    says="X slipped into the gradient of W2. The short cut has no weights: it plays no part in dW1 and "
    "dW2.",
)


@mistake("residual_backward", says=IN_PLACE)
def gradient_in_place(dOut, X, W1, W2):
    Z = X @ W1
    dZ = (dOut @ W2.T) * (Z > 0)
    dW2 = np.maximum(Z, 0).T @ dOut
    dOut += dZ @ W1.T
    return dOut, X.T @ dZ, dW2

"""Wrong answers to exercise 04 that real students give, each with the sentence that explains it."""

import numpy as np

from course_utils.checks import edited, mistake

NEEDS = {
    "linear_backward": ["linear_forward"],
    "relu_backward": ["relu_forward"],
    "mlp_backward": ["mlp_forward"],
    "mlp_loss": ["mlp_forward", "mlp_backward"],
    "train_mlp": ["mlp_loss"],
}

# ---- linear_forward

edited(
    "bias_forgotten",
    "linear_forward",
    old="X @ W + b",
    new="X @ W",
    says="The bias is missing. Without it every unit must answer 0 to an all-zero input.",
)
edited(
    "weight_transposed",
    "linear_forward",
    old="X @ W + b",
    new="X @ W.T + b",
    says="W was transposed. That is right for PyTorch's nn.Linear.weight, which is stored as "
    "(outputs, inputs); our W is already (inputs, outputs), so the inner sizes match as "
    "they are.",
)
edited(
    "bias_inside_product",
    "linear_forward",
    old="X @ W + b",
    new="X @ (W + b)",
    says="The bias was added to the weights before the product, so it got multiplied by the "
    "inputs. A bias is the part of a unit's answer that does not depend on the inputs.",
)
edited(
    "relu_inside_layer",
    "linear_forward",
    old="X @ W + b,",
    new="np.maximum(X @ W + b, 0),",
    says="The negative outputs were cut off. A linear layer has no activation in it: ReLU is a "
    "step of its own, with its own backward.",
)
edited(
    "cache_not_returned",
    "linear_forward",
    old="X @ W + b, (X, W)",
    new="X @ W + b",
    says="Two things should come back: Z and a cache. Only one did, so Python tried to unpack "
    "the rows of Z instead.",
)
edited(
    "inputs_scaled_in_place",
    "linear_forward",
    old="return X @ W + b, (X, W)",
    new="X *= 1.0 / np.abs(X).max(); return X @ W + b, (X, W)",
    says="X was rescaled inside the layer, and in place. Scaling data is done once, before "
    "training; a layer uses what it is given.",
)


@mistake(
    "linear_forward",
    "linear_backward",
    says="The cache holds the layer's output where its input should be. What a weight did to the "
    "loss depends on the value that went *into* it.",
)
def output_cached():
    def linear_forward(X, W, b):
        Z = X @ W + b
        return Z, (Z, W)

    def linear_backward(dZ, cache):
        Z, W = cache
        return dZ @ W.T, Z.T @ dZ, dZ.sum(axis=0)


# ---- linear_backward

edited(
    "dw_transposed",
    "linear_backward",
    old="X.T @ dZ",
    new="dZ.T @ X",
    says="dW came out transposed. A gradient has the shape of its parameter: row i of dW belongs "
    "to input i, column j to output j.",
)
edited(
    "db_summed_over_features",
    "linear_backward",
    old="axis=0",
    new="axis=1",
    says="db was summed over the outputs, which leaves one number per sample. Each output has "
    "its own bias, and all samples share it: the sum runs over the samples.",
)
edited(
    "db_kept_as_row",
    "linear_backward",
    old="axis=0",
    new="axis=0, keepdims=True",
    says="db has the right numbers as a (1, H) matrix, but b is (H,). A gradient has exactly the "
    "shape of its parameter, or b itself turns into a matrix at the first update.",
)
edited(
    "db_one_number",
    "linear_backward",
    old="dZ.sum(axis=0)",
    new="dZ.sum()",
    says="db was summed over everything. There is one bias per output, so one sum per output.",
)
edited(
    "db_without_upstream",
    "linear_backward",
    old="dZ.sum(axis=0)",
    new="np.ones(dZ.shape[1])",
    says="∂Z/∂b is indeed 1, but that is only the local slope. The chain rule multiplies it by "
    "the gradient that arrives, and adds over the samples.",
)


@mistake(
    "linear_backward",
    says="The gradients were divided by the batch size here. The loss is a mean, so its 1/N is "
    "already inside the gradient that arrives: dividing again makes learning N times "
    "slower.",
)
def mean_taken_again(dZ, cache):
    X, W = cache
    dX = dZ @ W.T
    dW = X.T @ dZ / len(X)
    db = dZ.mean(axis=0)
    return dX, dW, db


edited(
    "dx_without_transpose",
    "linear_backward",
    old="dZ @ W.T",
    new="dZ @ W",
    says="dX was computed with W the way it was used forward. Going back the weights carry "
    "signals from outputs to inputs, so the two axes of W change places.",
)
edited(
    "outputs_in_other_order",
    "linear_backward",
    old="return dX, dW, db",
    new="return dW, db, dX",
    says="The three gradients came back in another order. The order asked for is the order of "
    "the arguments of linear_forward: that of X, then W, then b.",
)
edited(
    "dx_not_returned",
    "linear_backward",
    old="return dX, dW, db",
    new="return dW, db",
    says="Only the gradients of the parameters came back. The gradient of the input is what the "
    "layer before needs: without it backpropagation ends here.",
)

# ---- relu_forward


@mistake(
    "relu_forward",
    says="The result is the largest entry of each column. The function used reduces an array to "
    "its maximum; ReLU compares every entry with 0 and keeps the shape.",
)
def max_over_axis(Z):
    return np.max(Z, 0), Z


@mistake(
    "relu_forward",
    says="Python's own max compares two single values and cannot decide which of two arrays is "
    "larger. Use a NumPy function that compares entry by entry.",
)
def python_max(Z):
    return max(0, Z), Z


@mistake(
    "relu_forward",
    says="Z itself was overwritten. It belongs to the caller, who may still need the negative "
    "values: make a new array.",
)
def relu_in_place(Z):
    cache = Z > 0
    Z[Z < 0] = 0
    return Z, cache


edited(
    "relu_upside_down",
    "relu_forward",
    old="np.maximum(Z, 0)",
    new="np.minimum(Z, 0)",
    says="The negative values were kept and the positive ones dropped: it is the other way round.",
)
edited(
    "absolute_value",
    "relu_forward",
    old="np.maximum(Z, 0)",
    new="np.abs(Z)",
    says="Negative values were flipped to positive. ReLU gives 0 for them.",
)
edited(
    "leaky_instead",
    "relu_forward",
    old="np.maximum(Z, 0)",
    new="np.where(Z > 0, Z, 0.01 * Z)",
    says="This is the leaky ReLU, which lets a hundredth of a negative value through. Plain ReLU "
    "gives exactly 0.",
)
edited(
    "gate_instead_of_value",
    "relu_forward",
    old="np.maximum(Z, 0)",
    new="1.0 * (Z > 0)",
    says="This is the slope of ReLU (1 or 0), not its value. An open gate hands on the value "
    "itself.",
)

# ---- relu_backward


@mistake(
    "relu_backward",
    says="The gate was taken from the sign of the gradient. Whether a unit was on is decided on "
    "the way forward, by Z; the gradient that comes back may have either sign.",
)
def gate_on_gradient(dA, cache):
    return dA * (dA > 0)


edited(
    "open_at_zero",
    "relu_backward",
    old="Z > 0",
    new="Z >= 0",
    says="The gate is open at exactly 0. Either choice can be defended there, and this course "
    "follows PyTorch: slope 0 at 0.",
)
edited(
    "gate_inverted",
    "relu_backward",
    old="Z > 0",
    new="Z < 0",
    says="The gate is inverted: gradient passes where the unit was off. It must pass where the "
    "input was positive.",
)
edited(
    "no_gate",
    "relu_backward",
    old="dA * (Z > 0)",
    new="dA * 1.0",
    says="The gradient went through unchanged. Where the unit was off, moving Z changes nothing, "
    "so nothing may come back there.",
)
edited(
    "upstream_forgotten",
    "relu_backward",
    old="dA * (Z > 0)",
    new="1.0 * (Z > 0)",
    says="This is only ReLU's own slope. The chain rule multiplies it by the gradient that "
    "arrives.",
)
edited(
    "times_value",
    "relu_backward",
    old="Z > 0",
    new="np.maximum(Z, 0)",
    says="The gradient was multiplied by ReLU's value. It is the slope that counts: 1 wherever "
    "the unit was on, however strongly.",
)


@mistake(
    "relu_backward",
    says="The right numbers were written into dA itself. That array belongs to the caller: make "
    "a new one.",
)
def gate_in_place(dA, cache):
    dA[cache <= 0] = 0
    return dA


# ---- mlp_forward


@mistake(
    "mlp_forward",
    says="The last layer went through ReLU too. Logits must be free to be negative: a class that "
    "cannot get a negative score can hardly be ruled out.",
)
def relu_after_last(X, params):
    A, caches = X, []
    for W, b in params:
        caches.append((A, W))
        A = np.maximum(A @ W + b, 0)
    return A, caches


edited(
    "no_relu_between",
    "mlp_forward",
    old="np.maximum(Z, 0)",
    new="Z",
    says="There is no ReLU between the layers. Linear layers in a row collapse into a single "
    "linear layer, however many there are.",
)
edited(
    "relu_on_input",
    "mlp_forward",
    old="A, caches = X, []",
    new="A, caches = np.maximum(X, 0), []",
    says="The inputs went through ReLU before the first layer, which throws away every negative "
    "feature. ReLU stands between layers.",
)
edited(
    "every_layer_sees_x",
    "mlp_forward",
    old="Z = A @ W + b",
    new="Z = X @ W + b",
    says="Every layer was given X. Only the first one sees the data; each later one sees what "
    "the layer before it produced.",
)
edited(
    "mlp_bias_forgotten",
    "mlp_forward",
    old="Z = A @ W + b",
    new="Z = A @ W",
    says="The biases are missing from the layers.",
)
edited(
    "last_layer_left_out",
    "mlp_forward",
    old="in params:",
    new="in params[:-1] or params:",
    says="The loop stops one layer early: what comes back is the last hidden layer, not the "
    "logits.",
)
edited(
    "softmax_at_the_end",
    "mlp_forward",
    old="return Z, caches",
    new="return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True), caches",
    says="Probabilities came back, but logits were asked for. The softmax belongs to the loss, "
    "which would otherwise apply it a second time.",
)


@mistake(
    "mlp_forward",
    "mlp_backward",
    says="All layers share one cache object, so each layer overwrote what the layer before had "
    "stored. Backward then finds the last layer's arrays everywhere. Every layer needs its "
    "own.",
)
def caches_overwritten():
    def mlp_forward(X, params):
        A, caches, cache = X, [], {}
        for W, b in params:
            cache["A"], cache["W"] = A, W
            caches.append(cache)
            Z = A @ W + b
            A = np.maximum(Z, 0)
        return Z, caches

    def mlp_backward(dZ, caches):
        grads = []
        for cache in reversed(caches):
            A, W = cache["A"], cache["W"]
            grads.append((A.T @ dZ, dZ.sum(axis=0)))
            dZ = (dZ @ W.T) * (A > 0)
        return grads[::-1]


# ---- mlp_backward

edited(
    "grads_reversed",
    "mlp_backward",
    old="grads[::-1]",
    new="grads",
    says="The gradients are in the order in which backward meets the layers, last first. The "
    "answer must follow the order of params, or each layer gets another one's update.",
)
edited(
    "mlp_no_gate",
    "mlp_backward",
    old="(dZ @ W.T) * (A > 0)",
    new="dZ @ W.T",
    says="The gradient passed the ReLUs without being gated. A unit that was off did not "
    "influence the loss, so no gradient may flow through it.",
)
edited(
    "mlp_times_activation",
    "mlp_backward",
    old="(A > 0)",
    new="A",
    says="The gradient was multiplied by the activation itself. ReLU's slope is 1 wherever the "
    "unit was on, however large its output.",
)
edited(
    "mlp_gate_on_gradient",
    "mlp_backward",
    old="(A > 0)",
    new="(dZ @ W.T > 0)",
    says="The ReLU gates were taken from the sign of the gradient. They were set on the way "
    "forward, by the values; the gradient may have either sign.",
)


@mistake(
    "mlp_backward",
    says="A ReLU was gated by another layer's activations. With equal widths the shapes fit and "
    "nothing crashes, and with one hidden layer the mistake cannot even be seen. The gate "
    "between two layers is the array that went from the one into the other.",
)
def gate_of_another_layer(dZ, caches):
    grads = []
    for l in reversed(range(len(caches))):
        A, W = caches[l]
        grads.append((A.T @ dZ, dZ.sum(axis=0)))
        gate = caches[max(l - 1, 1)][0] if l > 0 else A
        dZ = (dZ @ W.T) * (gate > 0)
    return grads[::-1]


edited(
    "layers_in_forward_order",
    "mlp_backward",
    old="reversed(caches)",
    new="list(caches)",
    says="The layers were visited first to last. The gradient of the logits belongs to the last "
    "layer: start there and walk to the front.",
)


@mistake(
    "mlp_backward",
    says="The caches were emptied while they were read. The list belongs to the caller, and a "
    "second backward pass finds nothing left.",
)
def caches_used_up(dZ, caches):
    grads = []
    while caches:
        A, W = caches.pop()
        grads.append((A.T @ dZ, dZ.sum(axis=0)))
        dZ = (dZ @ W.T) * (A > 0)
    return grads[::-1]


edited(
    "first_layer_left_out",
    "mlp_backward",
    old="reversed(caches)",
    new="reversed(caches[1:] or caches)",
    says="The first layer got no gradient: the loop ends one layer too soon, and that layer "
    "would never learn.",
)
edited(
    "mean_in_every_layer",
    "mlp_backward",
    old="(A.T @ dZ, dZ.sum(axis=0))",
    new="(A.T @ dZ / len(A), dZ.mean(axis=0))",
    says="Each layer divided its gradients by the batch size. The 1/N belongs to the loss, once; "
    "it is already inside the gradient that arrives.",
)
edited(
    "mlp_dw_transposed",
    "mlp_backward",
    old="A.T @ dZ",
    new="dZ.T @ A",
    says="Every dW came out transposed. A gradient has the shape of its parameter.",
)
edited(
    "mlp_db_kept_as_row",
    "mlp_backward",
    old="axis=0",
    new="axis=0, keepdims=True",
    says="Every db is a (1, H) matrix, but b is (H,). A gradient has exactly the shape of its "
    "parameter.",
)
edited(
    "pairs_swapped",
    "mlp_backward",
    old="(A.T @ dZ, dZ.sum(axis=0))",
    new="(dZ.sum(axis=0), A.T @ dZ)",
    says="Each pair has the gradient of b first. The pairs of params have W first.",
)

# ---- mlp_loss

edited(
    "one_over_n_missing",
    "mlp_loss",
    old="dZ / len(y)",
    new="dZ",
    says="The loss is a mean over the batch, but its gradient lacks the 1/N. The step size would "
    "then grow with the batch.",
)
edited(
    "divided_by_n_twice",
    "mlp_loss",
    old="dZ / len(y)",
    new="dZ / len(y) ** 2",
    says="The gradients were divided by the batch size twice. The mean in the loss gives one "
    "1/N, and the sums over samples in the layers give none.",
)
edited(
    "loss_summed",
    "mlp_loss",
    old=".mean()",
    new=".sum()",
    says="The losses of the samples were summed. The loss asked for is their mean, which does "
    "not grow with the batch.",
)
edited(
    "mean_over_classes",
    "mlp_loss",
    old="log_P[rows, y].mean()",
    new="log_P[rows, y].sum() / log_P.size",
    says="The mean was taken over samples and classes. One-hot labels leave one term per sample, "
    "so the mean is over the N samples.",
)
edited(
    "every_row_with_every_label",
    "mlp_loss",
    old="loss = -log_P[rows, y]",
    new="loss = -log_P[:, y]",
    says="Indexing all rows with all labels gives an (N, N) table: every sample scored with "
    "every other sample's label. Each row needs only its own label.",
)
edited(
    "one_hot_not_subtracted",
    "mlp_loss",
    old="dZ[rows, y] -= 1",
    new="pass",
    says="The gradient of the logits is the predicted distribution minus the true one. Here only "
    "the prediction is left, so every class is pushed down, the right one too.",
)
edited(
    "gradient_uphill",
    "mlp_loss",
    old="mlp_backward(dZ / len(y)",
    new="mlp_backward(-dZ / len(y)",
    says="Every gradient has the wrong sign: truth minus prediction points towards less loss. "
    "The gradient points towards more loss, and the update step subtracts it.",
)
edited(
    "softmax_over_the_batch",
    "mlp_loss",
    old="np.exp(Z).sum(axis=1, keepdims=True)",
    new="np.exp(Z).sum(axis=0, keepdims=True)",
    says="The softmax was normalised over the samples. Each sample's probabilities over the "
    "classes must sum to 1, so the sum runs along the row.",
)


@mistake(
    "mlp_loss",
    says="exp of a large logit overflows to infinity. Shift each row by its largest logit first: "
    "the probabilities stay the same, and every exponent is at most 0.",
)
def exp_overflows(X, y, params):
    Z, caches = mlp_forward(X, params)
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(P[rows, y]).mean()
    dZ = P.copy()
    dZ[rows, y] -= 1
    return loss, mlp_backward(dZ / len(y), caches)


@mistake(
    "mlp_loss",
    says="The softmax was taken twice: probabilities were treated as logits. All classes then "
    "look almost equally likely, and learning slows down.",
)
def softmax_twice(X, y, params):
    def softmax(Z):
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        return E / E.sum(axis=1, keepdims=True)

    Z, caches = mlp_forward(X, params)
    P = softmax(softmax(Z))
    rows = np.arange(len(y))
    dZ = P - np.eye(P.shape[1])[y]
    return -np.log(P[rows, y]).mean(), mlp_backward(dZ / len(y), caches)


@mistake(
    "mlp_loss",
    says="The number of classes was taken from the labels of this batch. A batch without the "
    "last class makes the one-hot table too narrow: the logits know how many classes there "
    "are.",
)
def classes_counted_in_y(X, y, params):
    Z, caches = mlp_forward(X, params)
    Z = Z - Z.max(axis=1, keepdims=True)
    log_P = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
    Y = np.eye(y.max() + 1)[y]
    loss = -(Y * log_P).sum(axis=1).mean()
    return loss, mlp_backward((np.exp(log_P) - Y) / len(y), caches)


# ---- numerical_gradient


@mistake(
    "numerical_gradient",
    says="This is the forward difference: only the step up is looked at. Its error shrinks with "
    "eps, that of the symmetric difference with eps², which is what makes the check sharp.",
)
def forward_difference(f, x, eps=1e-5):
    grad = np.zeros_like(x)
    start = f(x)
    for i in np.ndindex(x.shape):
        kept = x[i]
        x[i] = kept + eps
        grad[i] = (f(x) - start) / eps
        x[i] = kept
    return grad


edited(
    "x_not_restored",
    "numerical_gradient",
    old="x[i] = kept\n",
    new="pass\n",
    says="x was not put back: its entries stay shifted by eps. Every later entry is then "
    "measured at another point, and the caller's weights have moved.",
)
edited(
    "divided_by_eps",
    "numerical_gradient",
    old="(2 * eps)",
    new="eps",
    says="The two points lie 2·eps apart, but the difference was divided by eps: every slope is "
    "twice too large.",
)
edited(
    "multiplied_by_eps",
    "numerical_gradient",
    old="/ (2 * eps)",
    new="/ 2 * eps",
    says="Without brackets Python divides by 2 and then multiplies by eps. The step belongs in "
    "the denominator.",
)
edited(
    "own_eps",
    "numerical_gradient",
    old="grad = np.zeros_like(x)",
    new="grad, eps = np.zeros_like(x), 1e-5",
    says="The step that was asked for is ignored: eps is an argument, and callers vary it to see "
    "how the error depends on it.",
)


@mistake(
    "numerical_gradient",
    says="All entries were moved at once, which measures the sum of all slopes. A partial "
    "derivative moves one entry and holds the others still.",
)
def all_entries_at_once(f, x, eps=1e-5):
    return np.full_like(x, (f(x + eps) - f(x - eps)) / (2 * eps))


@mistake(
    "numerical_gradient",
    says="The loop runs over the first axis only, so whole rows were moved at once. Every single "
    "entry needs its own two evaluations.",
)
def rows_at_once(f, x, eps=1e-5):
    grad = np.zeros_like(x)
    for i in range(len(x)):
        kept = x[i].copy()
        x[i] = kept + eps
        above = f(x)
        x[i] = kept - eps
        below = f(x)
        x[i] = kept
        grad[i] = (above - below) / (2 * eps)
    return grad


@mistake(
    "numerical_gradient",
    says="The gradient came back flat. It must have the shape of x, so that it can be compared "
    "with the analytic one.",
)
def gradient_left_flat(f, x, eps=1e-5):
    grad = []
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += eps
        down[i] -= eps
        grad.append((f(up) - f(down)) / (2 * eps))
    return np.array(grad)


@mistake(
    "numerical_gradient",
    says="ravel() or reshape(-1) gives a copy when x is not contiguous in memory (a transpose, a "
    "slice). Nudging the copy never reaches f, so the slope comes out as 0.",
)
def nudges_a_copy(f, x, eps=1e-5):
    flat, grad = x.reshape(-1), np.zeros(x.size)
    for i in range(flat.size):
        kept = flat[i]
        flat[i] = kept + eps
        above = f(x)
        flat[i] = kept - eps
        below = f(x)
        flat[i] = kept
        grad[i] = (above - below) / (2 * eps)
    return grad.reshape(x.shape)


# ---- relative_error

edited(
    "absolute_error",
    "relative_error",
    old="np.abs(a - b) / np.maximum(1e-8, size)",
    new="np.abs(a - b)",
    says="This is the absolute difference. Whether 0.001 is much depends on the size of the "
    "gradients: divide by it, entry by entry.",
)
edited(
    "mean_error",
    "relative_error",
    old="np.max(np.abs",
    new="np.mean(np.abs",
    says="The ratios were averaged. One wrong entry among thousands would vanish in the mean, so "
    "the worst entry is what is reported.",
)


@mistake(
    "relative_error",
    says="The largest difference was divided by the largest size, from different entries. A "
    "wrong small entry then hides behind a large right one: take each entry's own ratio, "
    "then the largest.",
)
def largest_over_largest(a, b):
    return np.max(np.abs(a - b)) / max(1e-8, np.max(np.abs(a) + np.abs(b)))


edited(
    "zero_over_zero",
    "relative_error",
    old="np.maximum(1e-8, size)",
    new="size",
    says="Where both gradients are 0, this is 0/0. The small floor in the denominator makes that "
    "case an error of 0.",
)
edited(
    "difference_without_abs",
    "relative_error",
    old="np.abs(a - b)",
    new="(a - b)",
    says="Without the absolute value a difference with a minus sign counts as less than none, "
    "and the maximum never sees it.",
)
edited(
    "size_of_the_sum",
    "relative_error",
    old="np.abs(a) + np.abs(b)",
    new="np.abs(a + b)",
    says="The size was taken of the sum. Two gradients of opposite sign cancel there, and the "
    "ratio blows up: add the two sizes instead.",
)
edited(
    "only_one_size",
    "relative_error",
    old="np.abs(a) + np.abs(b)",
    new="np.abs(a)",
    says="Only the first argument sets the scale, so swapping the two changes the answer. Both "
    "sizes belong in the denominator.",
)
edited(
    "larger_of_the_two",
    "relative_error",
    old="np.abs(a) + np.abs(b)",
    new="np.maximum(np.abs(a), np.abs(b))",
    says="Dividing by the larger of the two sizes is a sound measure too, but not the one asked "
    "for, which divides by their sum and so stays at most 1.",
)


@mistake(
    "relative_error",
    says="The norms of the whole arrays were compared. That is a fair summary, but a wrong small "
    "entry hides in it: take each entry's own ratio, then the largest.",
)
def ratio_of_norms(a, b):
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / max(1e-8, size)


# ---- train_mlp

edited(
    "uphill",
    "train_mlp",
    old="[(W - lr * dW, b - lr * db)",
    new="[(W + lr * dW, b + lr * db)",
    says="The step goes up the gradient, so the loss grows. The gradient points uphill: go "
    "against it.",
)
edited(
    "biases_never_learn",
    "train_mlp",
    old="b - lr * db",
    new="b",
    says="Only the weights were updated. Biases are parameters too, and have gradients of their "
    "own.",
)
edited(
    "learning_rate_unused",
    "train_mlp",
    old="(W - lr * dW, b - lr * db)",
    new="(W - 0.01 * dW, b - 0.01 * db)",
    says="The step size is fixed in the code: the lr that was passed in has no effect.",
)
edited(
    "start_returned",
    "train_mlp",
    old="params = [(W",
    new="_ = [(W",
    says="The updated parameters were computed and dropped: every step starts again from the "
    "first ones, and these come back in the end.",
)


@mistake(
    "train_mlp",
    says="The parameters you were given have been overwritten. Someone may want to start again "
    "from them: make new arrays in each step.",
)
def start_overwritten(X, y, params, lr, steps):
    losses = []
    for _ in range(steps):
        loss, grads = mlp_loss(X, y, params)
        losses.append(loss)
        for (W, b), (dW, db) in zip(params, grads):
            W -= lr * dW
            b -= lr * db
    return params, losses


@mistake(
    "train_mlp",
    says="Each loss was recorded after its step. The list should begin with the loss of the "
    "parameters you started from.",
)
def losses_after_the_step(X, y, params, lr, steps):
    losses = []
    for _ in range(steps):
        _, grads = mlp_loss(X, y, params)
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
        losses.append(mlp_loss(X, y, params)[0])
    return params, losses


@mistake(
    "train_mlp",
    says="The gradients were computed once and used for every step. They belong to one point: "
    "after each step the network is somewhere else and they must be taken anew.",
)
def gradients_taken_once(X, y, params, lr, steps):
    losses = []
    _, grads = mlp_loss(X, y, params)
    for _ in range(steps):
        losses.append(mlp_loss(X, y, params)[0])
        params = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
    return params, losses


edited(
    "one_step_short",
    "train_mlp",
    old="range(steps)",
    new="range(1, steps)",
    says="One step is missing: starting to count at 1 makes one step fewer than asked for.",
)
edited(
    "only_the_last_loss",
    "train_mlp",
    old="return params, losses",
    new="return params, losses[-1] if losses else None",
    says="Only the last loss came back. The whole list is asked for, one number per step: its "
    "curve is how you see whether training works.",
)


@mistake(
    "train_mlp",
    says="Each W was updated inside the backward loop, before the gradient for the layer below "
    "had been taken through it. That gradient must use the weights that the forward pass "
    "used: first all gradients, then all updates.",
)
def updates_inside_backward(X, y, params, lr, steps):
    losses, params = [], [(W.copy(), b.copy()) for W, b in params]
    for _ in range(steps):
        inputs, A = [], X
        for W, b in params:
            inputs.append(A)
            Z = A @ W + b
            A = np.maximum(Z, 0)
        P = np.exp(Z - Z.max(axis=1, keepdims=True))
        P /= P.sum(axis=1, keepdims=True)
        losses.append(-np.log(P[np.arange(len(y)), y]).mean())
        dZ = (P - np.eye(P.shape[1])[y]) / len(y)
        for A, (W, b) in zip(inputs[::-1], params[::-1]):
            W -= lr * A.T @ dZ
            b -= lr * dZ.sum(axis=0)
            dZ = (dZ @ W.T) * (A > 0)
    return params, losses


@mistake(
    "train_mlp",
    says="The layers were updated one after the other, with fresh gradients in between. In "
    "gradient descent all parameters move at once, along one gradient taken at one point.",
)
def one_layer_at_a_time(X, y, params, lr, steps):
    losses, params = [], list(params)
    for _ in range(steps):
        losses.append(mlp_loss(X, y, params)[0])
        for l in range(len(params)):
            dW, db = mlp_loss(X, y, params)[1][l]
            params[l] = (params[l][0] - lr * dW, params[l][1] - lr * db)
    return params, losses

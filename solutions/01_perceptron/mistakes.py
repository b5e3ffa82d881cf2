"""Wrong answers that real students give in unit 01, and what to tell them."""

import numpy as np

from course_utils.checks import edited, mistake

# ---- perceptron_predict

edited(
    "strict_threshold", "perceptron_predict", old=">= 0", new="> 0",
    says="A weighted sum of exactly 0 lies on the line, and by this unit's rule a neuron on its "
    "line fires. Yours stays silent there.",
)  # fmt: skip

edited(
    "bias_forgotten", "perceptron_predict", old="X @ w + b", new="X @ w",
    says="The bias plays no part in your answer. Without it every line goes through the origin.",
)  # fmt: skip

edited(
    "bias_subtracted", "perceptron_predict", old="X @ w + b", new="X @ w - b",
    says="You took the bias away from the weighted sum. That is how a threshold is used; a bias is "
    "a threshold with the opposite sign, so a larger bias makes firing easier.",
)  # fmt: skip

edited(
    "booleans_returned", "perceptron_predict", old=".astype(int)", new="",
    says="You return True and False. The classes of this course are the whole numbers 1 and 0, so "
    "that y − ŷ can be computed: NumPy refuses to subtract booleans.",
)  # fmt: skip

edited(
    "floats_returned", "perceptron_predict", old="astype(int)", new="astype(float)",
    says="The answers are right but are floats. A class is a label, not a measurement, and is "
    "stored as a whole number.",
)  # fmt: skip

edited(
    "plus_minus_one", "perceptron_predict",
    old="(z >= 0).astype(int)", new="np.where(z >= 0, 1, -1)",
    says="You answer −1 where the neuron stays silent. Many books name the classes so; here they "
    "are 0 and 1, and the update rule y − ŷ relies on it.",
)  # fmt: skip

edited(
    "no_threshold", "perceptron_predict", old="(z >= 0).astype(int)", new="z",
    says="You return the weighted sum itself. A neuron answers yes or no: the sum still has to "
    "pass the threshold.",
)  # fmt: skip

edited(
    "threshold_at_half", "perceptron_predict", old=">= 0", new=">= 0.5",
    says="You cut at one half, as one does with probabilities. A weighted sum is not a "
    "probability; where to cut is what the bias is for, and the cut itself is at 0.",
)  # fmt: skip

edited(
    "classes_swapped", "perceptron_predict", old=">= 0", new="< 0",
    says="Your neuron fires on the wrong side: 1 is the answer where the weighted sum is not "
    "negative, the side to which w points.",
)  # fmt: skip

edited(
    "rounded_first", "perceptron_predict",
    old="(z >= 0).astype(int)", new="(z.astype(int) >= 0).astype(int)",
    says="You turned the weighted sum into a whole number before the comparison. That rounds "
    "toward 0, so sums between −1 and 0 fire although they are negative.",
)  # fmt: skip

edited(
    "sign_of_z", "perceptron_predict", old="(z >= 0).astype(int)", new="np.sign(z).astype(int)",
    says="The sign of the sum has three values: −1, 0 and 1. A neuron has two, and 0 here has to "
    "mean “stays silent”, not “exactly on the line”.",
)  # fmt: skip

# ---- perceptron_update

edited(
    "direction_reversed", "perceptron_update", old="y - y_hat", new="y_hat - y",
    says="You step along ŷ − y. A neuron that should have fired is then made even less likely to "
    "fire on this sample: every update makes the mistake worse.",
)  # fmt: skip

edited(
    "bias_never_updated", "perceptron_update", old="b + lr * error", new="b",
    says="The bias never changes. It is a weight too, one whose input is always 1, and without its "
    "step the line can turn but not shift.",
)  # fmt: skip


@mistake(
    "perceptron_update",
    says="Your function changed the array it was given. Whoever called you still holds that array "
    "and did not ask for it to change; build a new one and return it.",
)
def updated_in_place(x, y, w, b, lr):
    error = y - int(x @ w + b >= 0)
    try:
        w += lr * error * x
    except TypeError:  # an integer array does not take floats
        w = w + lr * error * x
    b += lr * error
    return w, b


edited(
    "lr_forgotten", "perceptron_update",
    old="w + lr * error * x, b + lr * error", new="w + error * x, b + error",
    says="The learning rate plays no part: your step always has the full length of x.",
)  # fmt: skip

edited(
    "lr_not_on_bias", "perceptron_update", old="b + lr * error", new="b + error",
    says="The weights step by the learning rate, the bias by a whole 1. Both are parameters of the "
    "same neuron and take steps of the same scale.",
)  # fmt: skip

edited(
    "answer_ignored", "perceptron_update", old="error = y - y_hat", new="error = y",
    says="You step whenever y is 1, whatever the neuron answered. That is Hebb's rule of 1949. "
    "Rosenblatt's rule learns only from mistakes, and also from those where y is 0.",
)  # fmt: skip

edited(
    "error_before_threshold", "perceptron_update", old="int(x @ w + b >= 0)", new="x @ w + b",
    says="Your error compares y with the weighted sum, not with the answer 0 or 1. That is the "
    "rule of Widrow and Hoff (Adaline, 1960), which goes on changing weights that answer right.",
)  # fmt: skip

edited(
    "strict_threshold_in_update", "perceptron_update", old=">= 0", new="> 0",
    says="In your update a weighted sum of exactly 0 counts as silent. By this unit's rule it "
    "fires, and `perceptron_predict` and the training must agree on that.",
)  # fmt: skip

edited(
    "x_forgotten", "perceptron_update", old="lr * error * x", new="lr * error",
    says="Every weight got the same step. A weight is to blame in proportion to its input: where "
    "the input was 0 it had no say in the answer and should not move.",
)  # fmt: skip

edited(
    "bias_not_in_answer", "perceptron_update", old="x @ w + b", new="x @ w",
    says="You found ŷ without the bias, so you correct mistakes the neuron did not make and miss "
    "some that it did.",
)  # fmt: skip

edited(
    "always_toward_x", "perceptron_update", old="error = y - y_hat", new="error = abs(y - y_hat)",
    says="You always add the sample when the answer is wrong. That is right when the neuron should "
    "have fired; when it should have stayed silent, w must move away from x.",
)  # fmt: skip


@mistake(
    "perceptron_update",
    says="Nothing came back for a sample that was answered right. “No change” still means "
    "returning weights and bias, the ones that came in.",
)
def nothing_returned_when_right(x, y, w, b, lr):
    error = y - int(x @ w + b >= 0)
    if error != 0:
        return w + lr * error * x, b + lr * error


@mistake(
    "perceptron_update",
    says="You asked the neuron for its answer twice: the second time, for the bias, with weights "
    "that had already moved. Find the error once, then take both steps with it.",
)
def answered_again_after_the_step(x, y, w, b, lr):
    w = w + lr * (y - int(x @ w + b >= 0)) * x
    b = b + lr * (y - int(x @ w + b >= 0))
    return w, b


@mistake(
    "perceptron_update",
    says="Your test for a mistake multiplies y with the weighted sum. That works when the classes "
    "are −1 and +1; here the silent class is 0, the product is always 0 for it, and such samples "
    "teach the neuron nothing.",
)
def labels_taken_for_plus_minus_one(x, y, w, b, lr):
    if y * (x @ w + b) <= 0:
        return w + lr * y * x, b + lr * y
    return w, b


# ---- perceptron_fit


@mistake(
    "perceptron_fit",
    says="You update once per epoch, with all errors of the epoch added up. In the perceptron's "
    "rule each sample is answered by the weights that the sample before it left behind.",
)
def one_update_per_epoch(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        error = y - (X @ w + b >= 0)
        w, b = w + lr * error @ X, b + lr * error.sum()
        mistakes.append(int(np.abs(error).sum()))
        if mistakes[-1] == 0:
            break
    return w, b, mistakes


edited(
    "strict_threshold_in_fit", "perceptron_fit", old=">= 0)", new="> 0)",
    says="In your training a weighted sum of exactly 0 counts as silent. It fires, and at the "
    "start, where all weights are 0, every sum is exactly 0.",
)  # fmt: skip

edited(
    "bias_never_trained", "perceptron_fit", old="b + lr * error\n", new="b\n",
    says="The bias stays 0 through the whole training, so the line always passes through the "
    "origin. AND, for one, has no such line.",
)  # fmt: skip

edited(
    "fit_reversed", "perceptron_fit", old="w + lr * error * x, b + lr * error",
    new="w - lr * error * x, b - lr * error",
    says="Your steps go the wrong way: after a mistake the neuron is further from the right answer "
    "on that sample than before, and training never ends.",
)  # fmt: skip

edited(
    "lr_ignored_in_fit", "perceptron_fit", old="w + lr * error * x, b + lr * error",
    new="w + error * x, b + error",
    says="The learning rate plays no part. From a start at zeros it does not change which samples "
    "are answered wrongly, but it does scale w and b.",
)  # fmt: skip

edited(
    "never_stops", "perceptron_fit", old="if wrong == 0:", new="if False:",
    says="You go on after an epoch without a mistake. Nothing can change any more from there: no "
    "mistake means no update, so every later epoch is a copy.",
)  # fmt: skip


@mistake(
    "perceptron_fit",
    says="You stop before the count of the last epoch is noted. The 0 at the end of the list is "
    "what shows that training succeeded.",
)
def last_zero_missing(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        wrong = 0
        for x, target in zip(X, y, strict=True):
            error = target - int(x @ w + b >= 0)
            w, b = w + lr * error * x, b + lr * error
            wrong += int(error != 0)
        if wrong == 0:
            break
        mistakes.append(wrong)
    return w, b, mistakes


@mistake(
    "perceptron_fit",
    says="You counted after the epoch, with the final weights. A mistake is counted when it is "
    "made: at the moment the sample is seen, with the weights of that moment.",
)
def counted_after_the_epoch(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        for x, target in zip(X, y, strict=True):
            error = target - int(x @ w + b >= 0)
            w, b = w + lr * error * x, b + lr * error
        mistakes.append(int(((X @ w + b >= 0) != y).sum()))
        if mistakes[-1] == 0:
            break
    return w, b, mistakes


edited(
    "starts_at_ones", "perceptron_fit", old="np.zeros(X.shape[1])", new="np.ones(X.shape[1])",
    says="The weights start at ones. The task starts them at zeros, which favours no direction and "
    "lets two people compare their results.",
)  # fmt: skip

edited(
    "bias_starts_at_one", "perceptron_fit",
    old="np.zeros(X.shape[1]), 0.0,", new="np.zeros(X.shape[1]), 1.0,",
    says="The bias starts at 1. It is a weight like the others and starts at 0 with them.",
)  # fmt: skip


@mistake(
    "perceptron_fit",
    says="The count is not set back to 0 at the start of an epoch: your list grows like a running "
    "total, and training cannot see that an epoch had no mistake.",
)
def count_never_reset(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes, wrong = np.zeros(X.shape[1]), 0.0, [], 0
    for _ in range(max_epochs):
        before = wrong
        for x, target in zip(X, y, strict=True):
            error = target - int(x @ w + b >= 0)
            w, b = w + lr * error * x, b + lr * error
            wrong += int(error != 0)
        mistakes.append(wrong)
        if wrong == before:
            break
    return w, b, mistakes


edited(
    "signed_count", "perceptron_fit", old="int(error != 0)", new="int(error)",
    says="You add up the errors with their signs, so a +1 and a −1 cancel: an epoch with two "
    "mistakes can look like one with none. Count mistakes, whatever their direction.",
)  # fmt: skip

edited(
    "one_mistake_per_epoch_counted", "perceptron_fit", old="wrong += int(error != 0)",
    new="wrong = max(wrong, int(error != 0))",
    says="Your list says only whether an epoch had a mistake, not how many. Each entry is the "
    "number of samples that were answered wrongly in that epoch.",
)  # fmt: skip

edited(
    "stops_at_first_mistake", "perceptron_fit",
    old="            wrong += int(error != 0)\n",
    new="            wrong += int(error != 0)\n            if error:\n                break\n",
    says="You leave the epoch at its first mistake and start again at the first sample. An epoch "
    "visits every sample, right or wrong.",
)  # fmt: skip

edited(
    "samples_shuffled", "perceptron_fit",
    old="zip(X, y, strict=True):",
    new="[(X[i], y[i]) for i in np.random.default_rng(0).permutation(len(X))]:",
    says="You visit the samples in a shuffled order. That often helps, but which line a perceptron "
    "ends with depends on the order, and this task fixes it: first sample first.",
)  # fmt: skip


@mistake(
    "perceptron_fit",
    says="You give up as soon as an epoch is no better than the one before. The mistakes of a "
    "perceptron go up and down on their way to 0; only 0 is a reason to stop early.",
)
def stops_when_no_better(X, y, lr=1.0, max_epochs=100):
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, []
    for _ in range(max_epochs):
        wrong = 0
        for x, target in zip(X, y, strict=True):
            error = target - int(x @ w + b >= 0)
            w, b = w + lr * error * x, b + lr * error
            wrong += int(error != 0)
        mistakes.append(wrong)
        if wrong == 0 or (len(mistakes) > 1 and wrong >= mistakes[-2]):
            break
    return w, b, mistakes


@mistake(
    "perceptron_fit",
    says="Each of your epochs starts again from zeros and forgets what the one before it learned. "
    "Weights are set to zero once, before the first epoch.",
)
def forgets_every_epoch(X, y, lr=1.0, max_epochs=100):
    mistakes = []
    for _ in range(max_epochs):
        w, b, wrong = np.zeros(X.shape[1]), 0.0, 0
        for x, target in zip(X, y, strict=True):
            error = target - int(x @ w + b >= 0)
            w, b = w + lr * error * x, b + lr * error
            wrong += int(error != 0)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


edited(
    "one_epoch_too_few", "perceptron_fit", old="range(max_epochs)", new="range(1, max_epochs)",
    says="You run one epoch fewer than max_epochs allows: counting from 1 to below n makes "
    "n − 1 rounds.",
)  # fmt: skip

edited(
    "total_returned", "perceptron_fit",
    old="return w, b, mistakes", new="return w, b, sum(mistakes)",
    says="You return the total number of mistakes. The list, one count per epoch, tells more: "
    "whether training still moves, and whether it ended with 0.",
)  # fmt: skip

# ---- xor_network

edited(
    "and_for_nand", "xor_network",
    old="np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([-0.5, 1.5])",
    new="np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-0.5, -1.5])",
    says="Your network computes AND: it fires only where both inputs are 1. One of your hidden "
    "neurons should say “not both”; its weights and its bias need the opposite signs.",
)  # fmt: skip

edited(
    "only_or", "xor_network", old="np.array([1.0, 1.0]), -1.5", new="np.array([1.0, 0.0]), -0.5",
    says="Your network computes OR: (1, 1) fires too. “At least one” is half of XOR; the other "
    "half, “not both”, has no say in your output.",
)  # fmt: skip

edited(
    "only_nand", "xor_network", old="np.array([1.0, 1.0]), -1.5", new="np.array([0.0, 1.0]), -0.5",
    says="Your network computes “not both”: (0, 0) fires too. XOR also asks for at least one.",
)  # fmt: skip

edited(
    "xnor", "xor_network", old="np.array([1.0, 1.0]), -1.5", new="np.array([-1.0, -1.0]), 1.5",
    says="Every answer is the opposite of XOR: you fire where the inputs are equal. The output "
    "neuron's weights and bias have the wrong sign.",
)  # fmt: skip

edited(
    "no_hidden_threshold", "xor_network", old="(X @ W1 + b1 >= 0).astype(int)", new="X @ W1 + b1",
    says="Your hidden neurons hand on their weighted sums without a threshold. Two such layers are "
    "only one neuron in disguise, one line, and never fire as XOR does.",
)  # fmt: skip

edited(
    "hidden_bias_forgotten", "xor_network", old="X @ W1 + b1", new="X @ W1",
    says="The hidden biases play no part, so both hidden lines pass through the corner (0, 0). "
    "They have to pass between the corners.",
)  # fmt: skip

edited(
    "output_bias_forgotten", "xor_network", old="H @ w2 + b2", new="H @ w2",
    says="The output neuron fires always: it adds numbers that are 0 or 1, and such a sum is never "
    "negative. Its bias decides how many hidden neurons have to agree.",
)  # fmt: skip

edited(
    "first_not_second", "xor_network",
    old="np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([-0.5, 1.5])",
    new="np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([-0.5, -0.5])",
    says="Your network fires for “the first but not the second” only. XOR is that, or the other "
    "way round: each hidden neuron can take one of the two cases.",
)  # fmt: skip


@mistake(
    "xor_network",
    says="Your hidden lines pass exactly through corners. The corners themselves come out right, "
    "but the slightest noise on an input changes the answer. Cut half way between the corners.",
)
def lines_through_corners(X):
    at_least_one = X[:, 0] + X[:, 1] >= 1
    both = X[:, 0] + X[:, 1] >= 2
    return (at_least_one & ~both).astype(int)


@mistake(
    "xor_network",
    says="You compare the two inputs with each other. On the exact corners that happens to be XOR, "
    "but it is a rule about equality: two inputs that differ by a hair count as different. A "
    "network of neurons cuts the plane with lines and has room around each corner.",
)
def inputs_compared(X):
    return (X[:, 0] != X[:, 1]).astype(int)


edited(
    "xor_booleans", "xor_network", old="(H @ w2 + b2 >= 0).astype(int)", new="H @ w2 + b2 >= 0",
    says="You return True and False; the classes are the whole numbers 1 and 0.",
)  # fmt: skip

edited(
    "xor_column", "xor_network",
    old="(H @ w2 + b2 >= 0).astype(int)", new="(H @ w2[:, None] + b2 >= 0).astype(int)",
    says="Your answers stand in a column (N, 1). One answer per row is an array (N,): compared "
    "with labels (N,), a column would silently broadcast to N × N.",
)  # fmt: skip

# ---- collapse

edited(
    "b2_forgotten", "collapse", old="b1 @ W2 + b2", new="b1 @ W2",
    says="The second layer's bias is missing. It is added last and reaches the output as it is.",
)  # fmt: skip

edited(
    "b1_forgotten", "collapse", old="b1 @ W2 + b2", new="b2",
    says="The first layer's bias is missing. It does not vanish: it goes through the second layer "
    "like everything the first layer puts out.",
)  # fmt: skip

edited(
    "b1_not_mapped", "collapse", old="b1 @ W2 + b2", new="b1 + b2",
    says="You add the two biases. But the first is added before the second layer, so it is "
    "multiplied by that layer's weights too; it even has another number of entries.",
)  # fmt: skip

edited(
    "both_biases_mapped", "collapse", old="b1 @ W2 + b2", new="(b1 + b2) @ W2",
    says="You send both biases through the second layer's weights. The second bias is added after "
    "them and is not multiplied.",
)  # fmt: skip

edited(
    "order_reversed", "collapse", old="W1 @ W2", new="W2 @ W1",
    says="The two matrices are multiplied in the wrong order. Rows of X meet the first layer "
    "first, so its matrix stands on the left. Matrix products cannot be swapped.",
)  # fmt: skip

edited(
    "elementwise_product", "collapse", old="W1 @ W2", new="W1 * W2",
    says="You multiplied the matrices entry by entry. Every output collects every path through the "
    "hidden neurons, a sum of products: that is the matrix product.",
)  # fmt: skip

edited(
    "matrices_added", "collapse", old="W1 @ W2", new="W1 + W2",
    says="You added the two matrices. The second layer acts on the result of the first; maps "
    "applied one after the other multiply.",
)  # fmt: skip

edited(
    "pytorch_shape", "collapse", old="W = W1 @ W2", new="W = (W1 @ W2).T",
    says="Your W is the transpose of the right one. PyTorch stores weights as (outputs, inputs); "
    "in this course W is (inputs, outputs), so that X @ W works as it stands.",
)  # fmt: skip

edited(
    "second_transposed", "collapse", old="W1 @ W2", new="W1 @ W2.T",
    says="You transposed the second matrix before multiplying. In this course it is already "
    "(inputs, outputs); the transpose belongs to PyTorch's way of storing weights.",
)  # fmt: skip

edited(
    "bias_as_row", "collapse", old="b1 @ W2 + b2", new="b1[None, :] @ W2 + b2",
    says="Your bias has shape (1, C). A bias is one number per output, shape (C,); broadcasting "
    "adds it to every row without the extra axis.",
)  # fmt: skip


@mistake(
    "collapse",
    says="You added into the array b2 that you were given, so the second layer the caller still "
    "holds now has another bias. Build a new array.",
)
def added_into_b2(W1, b1, W2, b2):
    b2 += b1 @ W2
    return W1 @ W2, b2

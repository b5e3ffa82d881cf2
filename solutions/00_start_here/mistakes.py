"""Wrong answers to exercise 00 that real students give, each with the sentence that explains it."""

from course_utils.checks import edited, mistake

NEEDS = {}

# ---- standardize


@mistake(
    "standardize",
    says="Mean and deviation were taken over the whole table. Age and income then share one "
    "scale: each column is a feature and needs its own.",
)
def one_scale_for_all(X, eps=1e-8):
    return (X - X.mean()) / (X.std() + eps)


@mistake(
    "standardize",
    says="The rows were standardized. A row is one sample; to compare a feature between samples, "
    "mean and deviation must run down its column.",
)
def rows_standardized(X, eps=1e-8):
    mean = X.mean(axis=1, keepdims=True)
    return (X - mean) / (X.std(axis=1, keepdims=True) + eps)


edited(
    "sample_deviation",
    "standardize",
    old="X.std(axis=0)",
    new="X.std(axis=0, ddof=1)",
    says="The deviation was divided by N − 1. That is the sample standard deviation; here the "
    "population one is asked for, which divides by N.",
)
edited(
    "variance_for_deviation",
    "standardize",
    old="X.std(axis=0)",
    new="X.var(axis=0)",
    says="The columns were divided by their variance. Its unit is the square of the feature's; "
    "the standard deviation is the root of it.",
)
edited(
    "mean_kept",
    "standardize",
    old="(X - mean)",
    new="X",
    says="The columns were scaled, but their means were not taken away.",
)
edited(
    "scale_kept",
    "standardize",
    old="(X - mean) / (std + eps)",
    new="X - mean",
    says="The means were taken away, but the columns still have their old sizes.",
)
edited(
    "brackets_forgotten",
    "standardize",
    old="(X - mean) / (std + eps)",
    new="X - mean / (std + eps)",
    says="Without brackets only the mean is divided, because division binds more tightly than "
    "subtraction.",
)
edited(
    "constant_column_divided_by_zero",
    "standardize",
    old="std + eps",
    new="std",
    says="A column of equal values has deviation 0, and 0/0 is not a number (NaN). That is what "
    "the small eps in the denominator is for.",
)
edited(
    "large_eps",
    "standardize",
    old="std + eps",
    new="std + 1",
    says="The number added to the deviation is so large that it changes the result. It should "
    "only matter where the deviation is 0.",
)


@mistake(
    "standardize",
    says="Each column was stretched to run from 0 to 1. That is min–max scaling; standardizing "
    "uses mean and standard deviation.",
)
def min_max_scaled(X, eps=1e-8):
    low, high = X.min(axis=0), X.max(axis=0)
    return (X - low) / (high - low + eps)


@mistake(
    "standardize",
    says="X itself was changed. It belongs to the caller, who may still need the original "
    "numbers: return a new array.",
)
def standardized_in_place(X, eps=1e-8):
    X -= X.mean(axis=0)
    X /= X.std(axis=0) + eps
    return X


# ---- affine

edited(
    "bias_forgotten",
    "affine",
    old="X @ W + b",
    new="X @ W",
    says="The bias is missing. Without it an all-zero input can only give all-zero outputs.",
)
edited(
    "bias_subtracted",
    "affine",
    old="+ b",
    new="- b",
    says="The bias was subtracted. It is added to the weighted sum.",
)
edited(
    "weight_transposed",
    "affine",
    old="X @ W",
    new="X @ W.T",
    says="W was transposed. PyTorch stores its weights as (outputs, inputs) and needs that; our "
    "W is (inputs, outputs), so the inner sizes match as they are.",
)
edited(
    "factors_swapped",
    "affine",
    old="X @ W",
    new="W @ X",
    says="The factors are the wrong way round. Samples are rows, so X stands on the left: the "
    "inner sizes must be the number of inputs.",
)
edited(
    "entry_by_entry",
    "affine",
    old="X @ W",
    new="X * W",
    says="The star multiplies entry by entry. A weighted sum over the inputs is a matrix product.",
)
edited(
    "bias_inside_product",
    "affine",
    old="X @ W + b",
    new="X @ (W + b)",
    says="The bias was added to the weights before the product, so it got multiplied by the "
    "inputs. It is the part of an output that does not depend on them.",
)
edited(
    "bias_one_per_sample",
    "affine",
    old="+ b",
    new="+ b[:, None]",
    says="The bias was turned into a column, one entry per sample. There is one bias per output, "
    "and all samples share it.",
)

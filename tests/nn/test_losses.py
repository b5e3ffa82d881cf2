"""Every loss and gradient equals torch's in float64."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from hypothesis import given
from hypothesis import strategies as st
from torch_oracle import CLOSE, matrices, quick, unchanged, value_and_grads

from course_utils import nn
from course_utils.nn import losses
from course_utils.nn.gradcheck import numerical_gradient, relative_error


def pinball(pred, target, q):
    u = target - pred
    return torch.where(u > 0, q * u, (q - 1) * u).mean()


def log_cosh(pred, target):
    d = (pred - target).abs()
    return (d + torch.log1p(torch.exp(-2 * d)) - np.log(2)).mean()


REGRESSION = {
    "mse": (losses.mse, F.mse_loss),
    "mae": (losses.mae, F.l1_loss),
    "huber": (losses.huber, F.huber_loss),
    "huber 0.3": (
        lambda p, t: losses.huber(p, t, delta=0.3),
        lambda p, t: F.huber_loss(p, t, delta=0.3),
    ),
    "log_cosh": (losses.log_cosh, log_cosh),
    "quantile 0.5": (lambda p, t: losses.quantile(p, t, 0.5), lambda p, t: pinball(p, t, 0.5)),
    "quantile 0.9": (lambda p, t: losses.quantile(p, t, 0.9), lambda p, t: pinball(p, t, 0.9)),
}


def focal(z, y, gamma=2.0, alpha=0.25):
    """The formula of the paper; log p_t by logsigmoid, so that it survives large logits."""
    sign = 2 * y - 1
    alpha_t = alpha * y + (1 - alpha) * (1 - y)
    return (-alpha_t * torch.sigmoid(-sign * z) ** gamma * F.logsigmoid(sign * z)).mean()


BINARY = {  # of logits or scores; the labels are 0 and 1, mapped to -1 and +1 for the margins
    "bce_with_logits": (losses.bce_with_logits, F.binary_cross_entropy_with_logits),
    "focal": (losses.focal_with_logits, focal),
    "focal 1.5, 0.7": (  # below gamma = 1 autograd divides 0 by 0 at large logits, ours does not
        lambda z, y: losses.focal_with_logits(z, y, gamma=1.5, alpha=0.7),
        lambda z, y: focal(z, y, gamma=1.5, alpha=0.7),
    ),
    "hinge": (
        lambda z, y: losses.hinge(z, 2 * y - 1),
        lambda z, y: F.relu(1 - (2 * y - 1) * z).mean(),
    ),
    "squared_hinge": (
        lambda z, y: losses.squared_hinge(z, 2 * y - 1),
        lambda z, y: (F.relu(1 - (2 * y - 1) * z) ** 2).mean(),
    ),
}


def agree(ours, oracle, pred, target):
    """Loss and gradient of one case equal the oracle's, and nothing is written to."""
    want, (dwant,) = value_and_grads(lambda p: oracle(p, torch.as_tensor(target)), pred)
    loss, dpred = unchanged(ours, pred, target)
    assert type(loss) is float
    np.testing.assert_allclose(loss, want, **CLOSE)
    np.testing.assert_allclose(dpred, dwant, **CLOSE)


@pytest.mark.parametrize("name", REGRESSION)
@quick
@given(pred=matrices(-1000, 1000), seed=st.integers(0, 99))
def test_regression_losses_equal_torch(name, pred, seed):
    target = np.random.default_rng(seed).normal(size=pred.shape)
    agree(*REGRESSION[name], pred, target)


@pytest.mark.parametrize("name", BINARY)
@quick
@given(z=matrices(-1e4, 1e4), seed=st.integers(0, 99))
def test_binary_losses_equal_torch(name, z, seed):
    y = np.random.default_rng(seed).integers(0, 2, z.shape).astype(float)
    agree(*BINARY[name], z, y)


@pytest.mark.parametrize("name", REGRESSION | BINARY)
def test_strides_one_row_and_one_axis(name):
    ours, oracle = (REGRESSION | BINARY)[name]
    rng = np.random.default_rng(0)
    pred, target = 3 * rng.normal(size=(8, 6)), rng.integers(0, 2, (8, 6)).astype(float)
    for rows in (np.s_[::2, ::-1], np.s_[:1], np.s_[:, 3], np.s_[0, 0:1]):
        agree(ours, oracle, pred[rows].copy(), target[rows].copy())
        strided, dstrided = ours(pred[rows], target[rows])
        loss, dpred = ours(pred[rows].copy(), target[rows].copy())
        assert strided == pytest.approx(loss, rel=1e-14)
        np.testing.assert_array_equal(dstrided, dpred)


@pytest.mark.parametrize("name", REGRESSION | BINARY)
def test_column_against_row_is_refused(name):
    ours, _ = (REGRESSION | BINARY)[name]
    with pytest.raises(ValueError, match=r"\(3, 1\).*\(3,\)"):
        ours(np.ones((3, 1)), np.ones(3))


def test_gradients_at_the_kinks():
    zero, one = np.zeros(1), np.ones(1)
    assert losses.mae(one, one)[1] == 0
    assert losses.quantile(one, one, 0.9)[1] == 0
    assert losses.hinge(one, one)[1] == 0
    assert losses.hinge(zero, one)[1] == -1


@quick
@given(p=matrices(1e-9, 1 - 1e-9), seed=st.integers(0, 99))
def test_bce_of_probabilities_equals_torch(p, seed):
    y = np.random.default_rng(seed).integers(0, 2, p.shape).astype(float)
    agree(losses.bce, F.binary_cross_entropy, p, y)


def test_bce_of_certainty_equals_torch():
    p, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 1.0])
    want, (dwant,) = value_and_grads(lambda p: F.binary_cross_entropy(p, torch.tensor(y)), p)
    loss, dp = losses.bce(p, y)
    assert loss == want == 50
    np.testing.assert_allclose(dp, dwant, rtol=1e-8)  # torch's 1e-12 is rounded to float32


def test_focal_keeps_its_small_digits():
    miss = 1 / (1 + np.exp(20.0))  # 1 - p_t, which subtraction would leave with 8 digits
    loss, _ = losses.focal_with_logits(np.array([20.0]), np.array([1.0]))
    assert loss == pytest.approx(-0.25 * miss**2 * np.log1p(-miss), rel=1e-12, abs=0)


def test_focal_below_gamma_one_is_finite():
    z, y = np.array([-1e4, -710.0, 710.0, 1e4]), np.array([0.0, 0.0, 1.0, 1.0])
    assert losses.focal_with_logits(z, y, gamma=0.5)[0] == 0
    assert (losses.focal_with_logits(z, y, gamma=0.5)[1] == 0).all()


def test_bce_with_soft_labels():
    rng = np.random.default_rng(0)
    z, y = rng.normal(size=(4, 3)), rng.random((4, 3))
    agree(losses.bce_with_logits, F.binary_cross_entropy_with_logits, z, y)
    agree(losses.bce, F.binary_cross_entropy, rng.random((4, 3)), y)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weighted", [False, True])
@quick
@given(Z=matrices(-1e4, 1e4, cols=(2, 6)), seed=st.integers(0, 99))
def test_cross_entropy_equals_torch(smoothing, weighted, Z, seed):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, Z.shape[1], len(Z))
    weight = rng.uniform(0.1, 3, Z.shape[1]) if weighted else None

    def oracle(Z, y):
        w = None if weight is None else torch.tensor(weight)
        return F.cross_entropy(Z, y, weight=w, label_smoothing=smoothing)

    agree(lambda Z, y: losses.cross_entropy(Z, y, weight, smoothing), oracle, Z, y)


def test_cross_entropy_of_equal_logits_is_log_C():
    loss, _ = losses.cross_entropy(np.zeros((3, 10)), np.array([0, 4, 9]))
    assert loss == pytest.approx(np.log(10), rel=1e-14)


def test_cross_entropy_refuses_a_column_of_labels():
    with pytest.raises(ValueError, match=r"labels of shape \(3,\), got \(3, 1\)"):
        losses.cross_entropy(np.zeros((3, 2)), np.zeros((3, 1), dtype=int))


DIVERGENCES = {
    "kl": (
        losses.kl_divergence,
        losses.kl_divergence_backward,
        lambda p, q: F.kl_div(q.log(), p, reduction="sum") / (p.numel() / p.shape[-1]),
    ),
    "js": (
        losses.js_divergence,
        losses.js_divergence_backward,
        lambda p, q: (p * (2 * p / (p + q)).log() + q * (2 * q / (p + q)).log()).sum(-1).mean() / 2,
    ),
}


@pytest.mark.parametrize("name", DIVERGENCES)
@pytest.mark.parametrize("shape", [(4,), (1, 2), (5, 3)])
def test_divergences_equal_torch(name, shape):
    ours, backward, oracle = DIVERGENCES[name]
    rng = np.random.default_rng(0)
    p, q = (rng.dirichlet(np.ones(shape[-1]), shape[:-1]) for _ in "pq")
    want, (dp, dq) = value_and_grads(oracle, p, q)
    got = unchanged(ours, p, q)
    assert type(got) is float
    np.testing.assert_allclose(got, want, **CLOSE)
    np.testing.assert_allclose(backward(p, q), (dp, dq), **CLOSE)
    assert ours(p, p) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("shape", [(4,), (1, 2), (5, 3)])
def test_entropy_equals_torch(shape):
    p = np.random.default_rng(0).dirichlet(np.ones(shape[-1]), shape[:-1])
    want, (dp,) = value_and_grads(lambda p: torch.special.entr(p).sum(-1).mean(), p)
    np.testing.assert_allclose(unchanged(losses.entropy, p), want, **CLOSE)
    np.testing.assert_allclose(losses.entropy_backward(p), dp, **CLOSE)


def test_divergences_where_a_probability_is_zero():
    p, q = np.array([0.0, 0.5, 0.5]), np.array([0.25, 0.25, 0.5])
    assert losses.kl_divergence(p, q) == pytest.approx(0.5 * np.log(2))
    assert losses.kl_divergence(q, p) == np.inf
    assert losses.kl_divergence(p, p) == 0
    assert losses.cross_entropy_of(q, p) == np.inf
    assert losses.entropy(p) == pytest.approx(np.log(2))
    apart = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    assert losses.js_divergence(*apart) == pytest.approx(np.log(2))
    np.testing.assert_allclose(losses.js_divergence_backward(*apart)[0], [0.5 * np.log(2), 0])
    np.testing.assert_allclose(losses.entropy_backward(p), [0, np.log(2) - 1, np.log(2) - 1])


def test_cross_entropy_is_entropy_plus_kl():
    p, q = np.random.default_rng(0).dirichlet(np.ones(4), (2, 3))
    want = -np.mean((p * np.log(q)).sum(axis=1))
    assert losses.cross_entropy_of(p, q) == pytest.approx(want, rel=1e-12)


def test_kl_is_not_symmetric_and_js_is():
    p, q = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    assert losses.kl_divergence(p, q) == pytest.approx(0.9 * np.log(1.8) + 0.1 * np.log(0.2))
    assert losses.kl_divergence(q, p) == pytest.approx(0.5 * np.log(5 / 9) + 0.5 * np.log(5))
    assert losses.js_divergence(p, q) == losses.js_divergence(q, p)


def contrastive(X1, X2, same, margin):
    d = (X1 - X2).norm(dim=1)
    return (torch.where(same, d**2, F.relu(margin - d) ** 2) / 2).mean()


@pytest.mark.parametrize("N", [1, 7])
@pytest.mark.parametrize("margin", [0.5, 1.0, 4.0])
def test_contrastive_equals_torch(N, margin):
    rng = np.random.default_rng(0)
    X1, X2, same = rng.normal(size=(N, 3)), rng.normal(size=(N, 3)), np.arange(N) % 2
    oracle = torch.tensor(same == 1)
    want, grads = value_and_grads(lambda a, b: contrastive(a, b, oracle, margin), X1, X2)
    loss, got = unchanged(losses.contrastive, X1, X2, same, margin)
    np.testing.assert_allclose(loss, want, **CLOSE)
    np.testing.assert_allclose(got, grads, **CLOSE)


def test_contrastive_of_coinciding_points():
    X = np.ones((2, 3))
    loss, (dX1, dX2) = losses.contrastive(X, X, same=np.array([1, 0]), margin=2.0)
    assert loss == 1  # the unlike pair alone: ½ · 2², over two pairs
    np.testing.assert_array_equal([dX1, dX2], np.zeros((2, 2, 3)))


@pytest.mark.parametrize("N", [1, 8])
@pytest.mark.parametrize("margin", [0.1, 1.0, 3.0])
def test_triplet_equals_torch(N, margin):
    rng = np.random.default_rng(0)
    triple = [rng.normal(size=(N, 4)) for _ in range(3)]
    want, grads = value_and_grads(
        lambda a, p, n: F.triplet_margin_loss(a, p, n, margin=margin), *triple
    )
    loss, got = unchanged(losses.triplet, *triple, margin)
    np.testing.assert_allclose(loss, want, **CLOSE)
    np.testing.assert_allclose(got, grads, **CLOSE)


def test_triplet_of_one_point_equals_torch():
    X = np.ones((2, 3))
    want, grads = value_and_grads(F.triplet_margin_loss, X, X, X)
    loss, got = losses.triplet(X, X, X)
    np.testing.assert_allclose(loss, want, **CLOSE)
    np.testing.assert_allclose(got, grads, **CLOSE)


def dice(p, y, smooth=1.0):
    axes = tuple(range(1, p.ndim))
    return (1 - (2 * (p * y).sum(axes) + smooth) / (p.sum(axes) + y.sum(axes) + smooth)).mean()


@pytest.mark.parametrize("shape", [(1, 5), (3, 4), (2, 1, 4, 5)])
@pytest.mark.parametrize("smooth", [1.0, 1e-3])
def test_dice_equals_torch(shape, smooth):
    rng = np.random.default_rng(0)
    p, y = rng.random(shape), rng.integers(0, 2, shape).astype(float)
    agree(lambda p, y: losses.dice(p, y, smooth), lambda p, y: dice(p, y, smooth), p, y)


def test_dice_of_equal_regions_is_zero():
    y = np.array([[0.0, 1, 1], [0, 0, 0]])
    assert losses.dice(y, y)[0] == 0


def test_perceptual_equals_torch_and_differences():
    rng = np.random.default_rng(0)
    features = nn.Sequential(nn.Linear(4, 6, rng), nn.Tanh(), nn.Linear(6, 3, rng))
    pred, target = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    W1, b1, W2, b2 = (torch.tensor(p) for p in features.parameters().values())

    def oracle(pred, target):
        f = [torch.tanh(X @ W1 + b1) @ W2 + b2 for X in (pred, target)]
        return F.mse_loss(*f)

    agree(lambda p, t: losses.perceptual(p, t, features), oracle, pred, target)
    numeric = numerical_gradient(lambda p: losses.perceptual(p, target, features)[0], pred)
    assert relative_error(losses.perceptual(pred, target, features)[1], numeric) < 1e-6


TRANSCRIPTS = {
    "plain": (6, 4, [3, 1, 2]),
    "repeated letter": (6, 4, [1, 1, 2]),
    "just long enough": (5, 3, [1, 1, 2, 1]),
    "one letter": (4, 2, [1]),
    "one step": (1, 3, [2]),
    "empty": (3, 3, []),
    "long": (40, 10, [1, 2, 3, 3, 3, 4, 9, 1]),
}


@pytest.mark.parametrize("name", TRANSCRIPTS)
@pytest.mark.parametrize("scale", [1, 100])
def test_ctc_equals_torch(name, scale):
    T, C, y = TRANSCRIPTS[name]
    Z = scale * np.random.default_rng(0).normal(size=(T, C))

    def oracle(Z):
        labels = torch.tensor(y, dtype=torch.long)[None]
        return F.ctc_loss(Z.log_softmax(-1)[:, None], labels, [T], [len(y)], reduction="sum")

    want, (dwant,) = value_and_grads(oracle, Z)
    loss, dZ = unchanged(losses.ctc, Z, np.array(y, dtype=int))
    np.testing.assert_allclose(loss, want, **CLOSE)
    np.testing.assert_allclose(dZ, dwant, rtol=1e-9, atol=1e-11)


def test_ctc_with_another_blank():
    Z = np.random.default_rng(0).normal(size=(6, 3))
    loss, dZ = losses.ctc(Z, np.array([1, 2]))
    moved, dmoved = losses.ctc(Z[:, [1, 2, 0]], np.array([0, 1]), blank=2)
    assert moved == pytest.approx(loss, rel=1e-12)
    np.testing.assert_allclose(dmoved, dZ[:, [1, 2, 0]], **CLOSE)


def test_ctc_adds_up_every_path():
    Z = np.zeros((3, 3))  # 27 equally likely paths; "1" is read from 111, 11-, -11, 1--, -1-, --1
    loss, _ = losses.ctc(Z, np.array([1]))
    assert np.exp(-loss) == pytest.approx(6 / 27)


def test_ctc_of_what_cannot_be_read():
    loss, dZ = losses.ctc(np.zeros((2, 3)), np.array([1, 1]))  # needs a blank in between
    assert loss == np.inf
    np.testing.assert_array_equal(dZ, np.zeros((2, 3)))

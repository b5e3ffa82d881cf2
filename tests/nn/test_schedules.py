"""Schedules, clipping and averaging equal PyTorch's step by step."""

import math

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler, swa_utils

from course_utils.nn import schedules as s


def torch_lrs(schedule, steps, lr=0.4):
    """The learning rates PyTorch uses at steps 0 … steps − 1."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler, lrs = schedule(optimizer), []
    for t in range(steps):
        if t > 0:
            optimizer.step()
            scheduler.step()
        lrs.append(optimizer.param_groups[0]["lr"])
    return lrs


def warmup_then(*parts, milestones, warmup):
    """LinearLR over `warmup` steps, then other schedulers."""

    def schedule(o):
        first = lr_scheduler.LinearLR(o, 1 / warmup, total_iters=warmup - 1)
        return lr_scheduler.SequentialLR(o, [first, *(part(o) for part in parts)], milestones)

    return schedule


def hold(o):
    return lr_scheduler.ConstantLR(o, 1.0)


CASES = {
    "constant": (lambda t: s.constant(t, 0.4), hold, 5),
    "step": (lambda t: s.step_decay(t, 0.4, 3, 0.5), lambda o: lr_scheduler.StepLR(o, 3, 0.5), 13),
    "multi_step": (
        lambda t: s.multi_step(t, 0.4, [2, 5, 6], 0.3),
        lambda o: lr_scheduler.MultiStepLR(o, [2, 5, 6], 0.3),
        10,
    ),
    "exponential": (
        lambda t: s.exponential(t, 0.4, 0.9),
        lambda o: lr_scheduler.ExponentialLR(o, 0.9),
        20,
    ),
    "polynomial": (
        lambda t: s.polynomial(t, 7, 0.4, 2.5),
        lambda o: lr_scheduler.PolynomialLR(o, 7, 2.5),
        12,
    ),
    "cosine": (
        lambda t: s.cosine(t, 9, 0.4, 0.02),
        lambda o: lr_scheduler.CosineAnnealingLR(o, 9, 0.02),
        10,
    ),
    "restarts, same length": (
        lambda t: s.cosine_restarts(t, 0.4, 4, lr_min=0.02),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 4, eta_min=0.02),
        15,
    ),
    "restarts, longer": (
        lambda t: s.cosine_restarts(t, 0.4, 3, 2),
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 3, 2),
        40,
    ),
    "linear_warmup": (
        lambda t: s.linear_warmup(t, 5, 0.4),
        lambda o: lr_scheduler.LinearLR(o, 1 / 5, total_iters=4),
        10,
    ),
    "warmup_cosine": (
        lambda t: s.warmup_cosine(t, 12, 4, 0.4, 0.02),
        warmup_then(lambda o: lr_scheduler.CosineAnnealingLR(o, 8, 0.02), milestones=[4], warmup=4),
        13,
    ),
    "warmup_stable_decay": (
        lambda t: s.warmup_stable_decay(t, 20, 4, 6, 0.4, 0.02),
        warmup_then(
            hold,
            lambda o: lr_scheduler.LinearLR(o, 1.0, 0.05, total_iters=6),
            milestones=[4, 14],
            warmup=4,
        ),
        25,
    ),
    "one_cycle": (
        lambda t: s.one_cycle(t, 20, 0.4),
        lambda o: lr_scheduler.OneCycleLR(o, 0.4, 20),
        20,
    ),
    "one_cycle, the top between two steps": (
        lambda t: s.one_cycle(t, 17, 0.4, 0.4, 10.0, 100.0),
        lambda o: lr_scheduler.OneCycleLR(
            o, 0.4, 17, pct_start=0.4, div_factor=10.0, final_div_factor=100.0
        ),
        17,
    ),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.filterwarnings("ignore:The epoch parameter:UserWarning")  # inside SequentialLR
def test_equals_torch_step_by_step(case):
    ours, theirs, steps = CASES[case]
    want = torch_lrs(theirs, steps)
    np.testing.assert_allclose([ours(t) for t in range(steps)], want, rtol=1e-12, atol=1e-15)


def test_ends():
    assert s.cosine(0, 10, 0.4, 0.1) == 0.4
    assert s.cosine(10, 10, 0.4, 0.1) == s.cosine(99, 10, 0.4, 0.1) == 0.1
    assert s.warmup_cosine(0, 10, 4, 0.4) == 0.1
    assert s.warmup_cosine(3, 10, 4, 0.4) == s.warmup_cosine(4, 10, 4, 0.4) == 0.4
    assert s.warmup_cosine(10, 10, 4, 0.4) == s.warmup_cosine(50, 10, 4, 0.4) == 0
    assert s.warmup_stable_decay(9, 10, 2, 4, 0.4) == pytest.approx(0.1)
    assert s.polynomial(12, 10, 0.4, 2.0, 0.1) == 0.1
    assert s.one_cycle(0, 10, 0.5) == pytest.approx(0.02)
    assert s.one_cycle(2, 10, 0.5) == 0.5
    assert s.one_cycle(9, 10, 0.5) == s.one_cycle(10, 10, 0.5) == pytest.approx(2e-6)
    assert s.one_cycle(0, 10, 0.5, pct_start=0.1) == 0.5
    assert s.warmup_stable_decay(0, 10, 0, 4, 0.4) == s.warmup_cosine(0, 10, 0, 0.4) == 0.4


@pytest.mark.parametrize(
    "factor, patience, min_delta", [(0.1, 10, 0.0), (0.5, 2, 0.0), (0.3, 0, 0.2)]
)
def test_reduce_on_plateau_equals_torch(factor, patience, min_delta):
    rng = np.random.default_rng(3)
    noisy = 1 + rng.normal(size=60) ** 2
    losses = np.concatenate([np.linspace(3, 1, 15), [1.0] * 15, noisy, [math.nan] * 4])
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    theirs = lr_scheduler.ReduceLROnPlateau(
        optimizer,
        factor=factor,
        patience=patience,
        threshold=min_delta,
        threshold_mode="abs",
        eps=0,
    )
    ours, seen = s.ReduceOnPlateau(0.4, factor, patience, min_delta), set()
    for loss in losses:
        theirs.step(loss)
        assert ours.step(loss) == optimizer.param_groups[0]["lr"]
        seen.add(ours.lr)
    assert len(seen) > 2


def gradients():
    rng = np.random.default_rng(5)
    return {"W": rng.normal(size=(4, 3)), "b": rng.normal(size=3)}


def torch_clipped(grads, clip):
    tensors = [torch.zeros(g.shape, dtype=torch.float64) for g in grads.values()]
    for x, g in zip(tensors, grads.values(), strict=True):
        x.grad = torch.tensor(g)
    norm = clip(tensors)
    return {n: x.grad.numpy() for n, x in zip(grads, tensors, strict=True)}, norm


@pytest.mark.parametrize("kind", [dict, list])
@pytest.mark.parametrize("max_norm", [0.1, 2.0, 1e3])
def test_clip_by_global_norm_equals_torch(kind, max_norm):
    grads = gradients()
    want, norm = torch_clipped(grads, lambda x: torch.nn.utils.clip_grad_norm_(x, max_norm))
    given = grads if kind is dict else list(grads.values())
    got, got_norm = s.clip_by_global_norm(given, max_norm)
    assert type(got) is kind
    assert got_norm == pytest.approx(norm.item(), rel=1e-12)
    for g, name in zip(got.values() if kind is dict else got, want, strict=True):
        np.testing.assert_allclose(g, want[name], rtol=1e-12)
        np.testing.assert_array_equal(grads[name], gradients()[name])
        assert not np.shares_memory(g, grads[name])


def test_clip_by_global_norm_leaves_small_gradients_and_zeros_alone():
    got, norm = s.clip_by_global_norm({"a": np.array([0.3, 0.4]), "z": np.zeros(2)}, 1.0)
    assert norm == pytest.approx(0.5)
    np.testing.assert_array_equal(got["a"], [0.3, 0.4])
    assert s.clip_by_global_norm([np.zeros(3)], 1.0)[1] == 0


def test_clip_by_value_equals_torch():
    want, _ = torch_clipped(gradients(), lambda x: torch.nn.utils.clip_grad_value_(x, 0.5))
    got = s.clip_by_value(gradients(), 0.5)
    for name in want:
        np.testing.assert_array_equal(got[name], want[name])


def test_lr_range_test_is_geometric_and_stops_when_the_loss_explodes():
    losses = iter([8.0, 4.0, 2.0, 7.9, 8.1, 3.0])
    tried = []
    lrs, seen = s.lr_range_test(lambda lr: tried.append(lr) or next(losses), 1e-3, 1e2, 6)
    np.testing.assert_allclose(lrs, [1e-3, 1e-2, 1e-1, 1, 10])
    np.testing.assert_array_equal(seen, [8, 4, 2, 7.9, 8.1])
    np.testing.assert_array_equal(lrs, tried)


def test_lr_range_test_goes_to_the_end_and_stops_at_nan():
    lrs, losses = s.lr_range_test(lambda lr: 1.0, 0.1, 1.0, 4)
    assert len(lrs) == len(losses) == 4 and lrs[-1] == pytest.approx(1.0)
    lrs, losses = s.lr_range_test(lambda lr: math.nan if lr > 0.4 else 1.0, 0.1, 1.0, 5)
    assert len(lrs) == 4 and math.isnan(losses[-1])


@pytest.mark.parametrize(
    "ours, theirs",
    [
        (s.EMA(0.9), {"multi_avg_fn": swa_utils.get_ema_multi_avg_fn(0.9)}),
        (s.SWA(), {}),
    ],
    ids=["EMA", "SWA"],
)
def test_weight_averages_equal_torch(ours, theirs):
    rng = np.random.default_rng(9)
    model = torch.nn.Linear(3, 2).double()
    average = swa_utils.AveragedModel(model, **theirs)
    for _ in range(6):
        params = {"weight": rng.normal(size=(2, 3)), "bias": rng.normal(size=2)}
        model.load_state_dict({k: torch.tensor(w) for k, w in params.items()})
        average.update_parameters(model)
        ours.update(params)
        for w in params.values():
            w += 100  # the average must not look at the live arrays later
    for name, w in average.module.state_dict().items():
        np.testing.assert_allclose(ours.params[name], w.numpy(), rtol=1e-12)
    live = {name: np.zeros_like(w) for name, w in ours.params.items()}
    kept = live["bias"]
    ours.copy_to(live)
    np.testing.assert_array_equal(kept, ours.params["bias"])

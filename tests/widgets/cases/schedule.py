"""Schedules: rates by torch's schedulers, losses by the same net in torch."""

import numpy as np
import torch
from torch.optim import lr_scheduler as torch_lr

from course_utils.widgets import Schedule
from course_utils.widgets.schedule import STEPS, batches, range_test, small_net

from . import Case, shown


def warm(warmup, after):
    """`after(optimizer, steps left)` behind a linear warm-up of `warmup` steps."""

    def make(o):
        if warmup == 0:
            return after(o, STEPS)
        rise = torch_lr.LambdaLR(o, lambda t: (t + 1) / warmup)
        return torch_lr.SequentialLR(o, [rise, after(o, STEPS - warmup)], [warmup])

    return make


def stable_decay(warmup):
    decay = STEPS // 4
    rise = lambda t: min(1.0, (t + 1) / max(1, warmup))  # noqa: E731
    fall = lambda t: (STEPS - t) / decay  # noqa: E731
    return lambda o: torch_lr.LambdaLR(o, lambda t: rise(t) if t < STEPS - decay else fall(t))


def scheduler(w):
    """A function that puts the torch scheduler of the widget's state on an optimizer."""
    warmup, period = round(w.warmup * STEPS), STEPS // (w.drops + 1)
    return {
        "constant": lambda o: torch_lr.LambdaLR(o, lambda t: 1.0),
        "step decay": lambda o: torch_lr.StepLR(o, period, 0.3),
        "exponential": lambda o: torch_lr.ExponentialLR(o, 0.01 ** (1 / STEPS)),
        "polynomial": lambda o: torch_lr.PolynomialLR(o, STEPS),
        "cosine": lambda o: torch_lr.CosineAnnealingLR(o, STEPS),
        "warm restarts": lambda o: torch_lr.CosineAnnealingWarmRestarts(o, period),
        "warm-up + cosine": warm(warmup, torch_lr.CosineAnnealingLR),
        "warm-up, stable, decay": stable_decay(warmup),
        "one cycle": lambda o: torch_lr.OneCycleLR(
            o, w.peak, total_steps=STEPS, pct_start=w.warmup, cycle_momentum=False
        ),
    }[w.kind]


def torch_net():
    ours = small_net().parameters()
    net = torch.nn.Sequential(torch.nn.Linear(2, 16), torch.nn.Tanh(), torch.nn.Linear(16, 2))
    for index in (0, 2):
        net[index].weight.data = torch.tensor(ours[f"{index}.W"].T.copy())
        net[index].bias.data = torch.tensor(ours[f"{index}.b"].copy())
    return net


def train(peak, schedule):
    X, y, rows = batches()
    X, y = torch.tensor(X), torch.tensor(y)
    net, ce = torch_net(), torch.nn.functional.cross_entropy
    optimizer = torch.optim.SGD(net.parameters(), peak, momentum=0.5)
    scheduler = schedule(optimizer)
    rates, losses = [], [ce(net(X), y).item()]
    for batch in rows[:STEPS]:
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.zero_grad()
        ce(net(X[batch]), y[batch]).backward()
        optimizer.step()
        scheduler.step()
        losses.append(ce(net(X), y).item())
    return np.array(rates), np.array(losses)


def numbers(w):
    rate, loss = train(w.peak, scheduler(w))
    found = {"rate": rate, "test_loss": range_test()[1]}
    if w.peak > 3:  # chaos: the last digit of one step decides the next ones
        return found
    _, constant = train(w.peak, lambda o: torch_lr.LambdaLR(o, lambda t: 1.0))
    return found | {"loss": loss, "constant": constant}


def says(w, step):
    run = numbers(w)
    rate, loss, end = run["rate"][step], run["loss"][step], run["loss"][-1]
    return [
        f"Step {step}: learning rate {shown(rate, 2)}, loss {shown(loss, 2)}",
        f"At the end: {shown(end, 2)}; at a constant rate: {shown(run['constant'][-1], 2)}",
    ]


CASE = Case(
    make=Schedule,
    main="Peak learning rate",
    numbers=numbers,
    says=says,
    worst={"kind": "constant", "peak": 10.0},
    wrong=(
        ({"peak": float("nan")}, "finite"),
        ({"peak": "1"}, "number"),
        ({"warmup": 2}, "0 to 0.5"),
        ({"drops": None}, "number"),
        ({"kind": "random"}, "one cycle"),
    ),
)

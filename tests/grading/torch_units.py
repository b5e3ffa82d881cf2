"""Two units on torch: four functions as a course on PyTorch asks for, and one long training."""

from pathlib import Path

import mini

TINY, LONG = "10_tiny_torch", "10_long_training"

SETUP = """\
import numpy as np
import torch
from course_utils.checks import expect, rng
from torch import nn
from torch.nn.functional import cross_entropy"""

NUMPY_TO_TORCH = (
    '''\
def numpy_to_torch(params):
    """An nn.Sequential with weights [(W (D, K), b (K,)), ...] and ReLU between its layers."""''',
    """\
    layers = []
    for W, b in params:
        layer = nn.Linear(*W.shape, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor(W.T))
            layer.bias.copy_(torch.tensor(b))
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])""",
    """\
W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.5, -0.5])
expect("one layer", got=numpy_to_torch([(W, b)])(torch.eye(2).double()), want=lambda: W + b)""",
    """\
r = rng("numpy_to_torch")
P = [(r.normal(size=shape), r.normal(size=shape[1])) for shape in ((4, 5), (5, 6), (6, 3))]
X = r.normal(size=(7, 4))


def forward(A):
    for W, b in P[:-1]:
        A = np.maximum(A @ W + b, 0)
    return A @ P[-1][0] + P[-1][1]


model = numpy_to_torch(P)
expect("three layers", got=model(torch.tensor(X)), want=lambda: forward(X))
expect("kinds of layers", got=[type(layer).__name__ for layer in model],
       want=lambda: ["Linear", "ReLU", "Linear", "ReLU", "Linear"])""",
)
COUNT_PARAMETERS = (
    '''\
def count_parameters(model):
    """How many numbers an optimizer may change."""''',
    "    return sum(p.numel() for p in model.parameters() if p.requires_grad)",
    'expect("of a layer", got=count_parameters(nn.Linear(3, 2)), want=lambda: 8)',
    """\
model = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Linear(5, 3, bias=False))
expect("without buffers", got=count_parameters(model), want=lambda: 50)
model[0].weight.requires_grad_(False)
expect("without what is frozen", got=count_parameters(model), want=lambda: 30)""",
)
TRAIN_EPOCH = (
    '''\
def train_epoch(model, X, y, batch_size, optimizer):
    """Train once on X (N, D), y (N,), batch by batch; returns the mean loss per sample."""''',
    """\
    model.train()
    total = 0.0
    for Xb, yb in zip(X.split(batch_size), y.split(batch_size)):
        optimizer.zero_grad()
        loss = cross_entropy(model(Xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(Xb)
    return total / len(X)""",
    """\
model = nn.Linear(2, 2, dtype=torch.float64)
nn.init.zeros_(model.weight)
nn.init.zeros_(model.bias)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loss = train_epoch(model, torch.eye(2).double(), torch.tensor([0, 1]), 2, optimizer)
expect("loss of one batch", got=loss, want=lambda: np.log(2))""",
    """\
def small(kind, **options):
    r = rng("train_epoch")
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)).double()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.tensor(0.3 * r.normal(size=p.shape)))
    X, y = torch.tensor(r.normal(size=(50, 4))), torch.tensor(r.integers(3, size=50))
    return model, X, y, kind(model.parameters(), **options)


def by_hand(model, X, y, optimizer, epochs):
    losses = []
    for i in [*range(0, len(X), 16)] * epochs:
        optimizer.zero_grad()
        loss = cross_entropy(model(X[i:i + 16]), y[i:i + 16], reduction="sum")
        (loss / len(X[i:i + 16])).backward()
        optimizer.step()
        losses.append(loss.item())
    return [sum(part) / len(X) for part in np.split(np.array(losses), epochs)], model[2].weight


for kind, options in ((torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
                      (torch.optim.Adam, {"lr": 0.01})):
    model, X, y, optimizer = small(kind, **options)
    losses = [train_epoch(model, X, y, 16, optimizer) for _ in range(2)]
    expect(f"losses and weights with {kind.__name__}", got=(losses, model[2].weight),
           want=lambda: by_hand(*small(kind, **options), 2))""",
)
EVALUATE = (
    '''\
def evaluate(model, X, y):
    """(mean cross-entropy, accuracy) in evaluation mode; the model's mode stays as it was."""''',
    """\
    before = model.training
    model.eval()
    with torch.no_grad():
        logits = model(X)
    model.train(before)
    return cross_entropy(logits, y).item(), (logits.argmax(1) == y).double().mean().item()""",
    """\
model = nn.Linear(2, 2, dtype=torch.float64)
nn.init.zeros_(model.weight)
nn.init.zeros_(model.bias)
expect("equal logits", got=evaluate(model, torch.eye(2).double(), torch.tensor([0, 1])),
       want=lambda: (float(np.log(2)), 0.5))""",
    """\
model = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.9)).double()
r = rng("evaluate")
X, y = torch.tensor(r.normal(size=(30, 4))), torch.tensor(r.integers(3, size=30))
with torch.no_grad():
    for p in model.parameters():
        p.copy_(torch.tensor(r.normal(size=p.shape)))


def by_hand():
    Z = (X @ model[0].weight.T + model[0].bias).detach().numpy()
    logs = Z - np.log(np.exp(Z).sum(1, keepdims=True))
    return float(-logs[np.arange(30), y].mean()), float((Z.argmax(1) == y.numpy()).mean())


expect("without dropout", got=evaluate(model, X, y), want=by_hand)
expect("the mode afterwards", got=model.training, want=lambda: True)
evaluate(model.eval(), X, y)
expect("the mode of evaluation afterwards", got=model.training, want=lambda: False)""",
)
FIT = (
    '''\
def fit(X, y, steps, lr):
    """Weights (D,) of a linear model without bias after `steps` of Adam from zeros."""''',
    """\
    model = nn.Linear(X.shape[1], 1, bias=False, dtype=torch.float64)
    nn.init.zeros_(model.weight)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(X)[:, 0] - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    return model.weight.detach()[0]""",
    """\
X, y = torch.eye(2, dtype=torch.float64), torch.tensor([1.0, -1.0]).double()
expect("one step of Adam", got=fit(X, y, 1, 0.1), want=lambda: np.array([0.1, -0.1]), rtol=1e-5)""",
    """\
r = rng("fit")
X = torch.tensor(r.normal(size=(8, 2)))
y = X @ torch.tensor([2.0, 1.0], dtype=torch.float64)
expect("weights after many steps", got=fit(X, y, 300, 0.1),
       want=lambda: np.array([2.0, 1.0]), rtol=0.02)""",
)
UNITS = {
    TINY: {
        "numpy_to_torch": NUMPY_TO_TORCH,
        "count_parameters": COUNT_PARAMETERS,
        "train_epoch": TRAIN_EPOCH,
        "evaluate": EVALUATE,
    },
    LONG: {"fit": FIT},
}


def add_to(course):
    """Write both units into a course's solutions."""
    for unit, functions in UNITS.items():
        cells = [mini.code(SETUP, "setup")]
        for name, (head, body, visible, hidden) in functions.items():
            cells.append(mini.solution(name, head, body))
            cells.append(mini.checks(f"check_{name}", 2, visible, hidden))
        slug = unit.partition("_")[2]
        mini.save(Path(course, "solutions", unit, f"{slug}.ipynb"), cells)

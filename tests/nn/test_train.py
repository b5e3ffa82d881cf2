"""The loop: batches cover the data once, training equals torch's, digits are learnt."""

import numpy as np
import pytest
import torch

from course_utils import data, nn
from course_utils.nn.train import accuracy, fit, minibatches, train_step


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("N", "batch_size", "sizes"),
    [(10, 3, [3, 3, 3, 1]), (6, 3, [3, 3]), (2, 5, [2]), (1, 1, [1]), (0, 4, [])],
)
def test_minibatches_hold_every_row_once(N, batch_size, sizes):
    X, y = np.arange(2 * N).reshape(N, 2), np.arange(N)
    batches = list(minibatches(X, y, batch_size, rng()))
    assert [len(Xb) for Xb, _ in batches] == sizes
    seen = [int(label) for _, yb in batches for label in yb]
    assert sorted(seen) == list(range(N))
    for Xb, yb in batches:
        np.testing.assert_array_equal(Xb, X[yb])


def test_minibatches_are_shuffled_anew():
    X, y, generator = np.zeros((50, 1)), np.arange(50), rng()

    def order(rng):
        return np.concatenate([yb for _, yb in minibatches(X, y, 7, rng)])

    first, second = order(generator), order(generator)
    assert not np.array_equal(first, y)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(order(rng()), first)


def small_problem():
    X, y = rng(1).normal(size=(30, 4)), rng(2).integers(0, 3, 30)
    return nn.Sequential(nn.Linear(4, 8, rng()), nn.ReLU(), nn.Linear(8, 3, rng())), X, y


def test_fit_follows_torch_step_by_step():
    model, X, y = small_problem()
    twin = torch.nn.Sequential(
        torch.nn.Linear(4, 8, dtype=torch.float64), torch.nn.ReLU(),
        torch.nn.Linear(8, 3, dtype=torch.float64),
    )  # fmt: skip
    for theirs, ours in zip(twin.parameters(), model.parameters().values(), strict=True):
        theirs.data = torch.tensor(ours.T.copy())
    losses, batches = [], rng(5)
    for _ in range(3):
        total = 0.0
        for Xb, yb in minibatches(X, y, 7, batches):
            twin.zero_grad()
            loss = torch.nn.functional.cross_entropy(twin(torch.tensor(Xb)), torch.tensor(yb))
            loss.backward()
            with torch.no_grad():
                for theirs in twin.parameters():
                    theirs -= 0.3 * theirs.grad
            total += loss.item() * len(Xb)
        losses.append(total / len(X))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.3)
    history = fit(model, X, y, nn.losses.cross_entropy, optimizer, 3, 7, rng(5))
    np.testing.assert_allclose(history["loss"], losses, rtol=1e-12)
    for theirs, ours in zip(twin.parameters(), model.parameters().values(), strict=True):
        np.testing.assert_allclose(ours, theirs.detach().numpy().T, rtol=1e-10, atol=1e-12)


def test_train_step_returns_the_loss_before_the_step():
    model, X, y = small_problem()
    before, _ = nn.losses.cross_entropy(model(X), y)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    assert train_step(model, X, y, nn.losses.cross_entropy, optimizer) == before
    assert nn.losses.cross_entropy(model(X), y)[0] < before


def test_progress_and_validation():
    model, X, y = small_problem()
    calls = []
    history = fit(
        model, X, y, nn.losses.cross_entropy, nn.optim.SGD(model.parameters(), lr=0.1),
        epochs=3, batch_size=8, rng=rng(), validation=(X[:5], y[:5]),
        progress=lambda epoch, history: calls.append((epoch, history["loss"][-1])),
    )  # fmt: skip
    assert calls == list(enumerate(history["loss"]))
    assert len(history["val_loss"]) == 3
    assert history["val_loss"][-1] == nn.losses.cross_entropy(model(X[:5]), y[:5])[0]


def test_no_validation_no_entry():
    model, X, y = small_problem()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    history = fit(model, X, y, nn.losses.cross_entropy, optimizer, 0, 8, rng())
    assert history == {"loss": []}


@pytest.mark.parametrize(
    ("Z", "y", "want"),
    [
        ([[2, 1, 0], [0, 5, 1], [1, 0, 3]], [0, 1, 0], 2 / 3),
        ([[0.5], [-0.5], [2]], [1, 0, 0], 2 / 3),
        ([0.5, -0.5], [1, 0], 1.0),
        ([[-1]], [[1]], 0.0),
        ([[1], [-1], [2]], [[1], [0], [0]], 2 / 3),
    ],
)
def test_accuracy(Z, y, want):
    assert accuracy(nn.Identity(), np.array(Z, dtype=float), np.array(y)) == pytest.approx(want)


def test_two_layers_learn_the_digits():
    X, y, X_test, y_test = data.digits()
    model = nn.Sequential(nn.Linear(64, 128, rng()), nn.ReLU(), nn.Linear(128, 10, rng(1)))
    optimizer = nn.optim.SGD(model.parameters(), lr=0.3)
    fit(model, X, y, nn.losses.cross_entropy, optimizer, epochs=20, batch_size=64, rng=rng(2))
    assert accuracy(model, X_test, y_test) >= 0.95
    assert accuracy(model, X, y) > 0.97


def test_xor_needs_the_hidden_layer():
    X, y = data.xor()
    deep = nn.Sequential(nn.Linear(2, 8, rng()), nn.Tanh(), nn.Linear(8, 1, rng(1)))
    flat = nn.Sequential(nn.Linear(2, 1, rng()))
    scores = []
    for model in (deep, flat):
        optimizer = nn.optim.SGD(model.parameters(), lr=0.5)
        fit(model, X, y[:, None], nn.losses.bce_with_logits, optimizer, 500, 4, rng())
        scores.append(accuracy(model, X, y))
    assert scores[0] == 1
    assert scores[1] <= 0.75

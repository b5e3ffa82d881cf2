"""The training loop: shuffle, cut into batches, forward, loss, backward, step. Repeat.

Derived in notebooks/04 and notebooks/06.
"""

import numpy as np


def minibatches(X, y, batch_size, rng):
    """Yield (Xb, yb) of at most batch_size rows, shuffled: every row once, the last batch short."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


def train_step(model, X, y, loss, optimizer):
    """One step down the gradient of one batch; returns the loss before the step."""
    value, dpred = loss(model.forward(X), y)
    model.backward(dpred)
    optimizer.step(model.gradients())
    return value


def fit(model, X, y, loss, optimizer, epochs, batch_size, rng, progress=None, validation=None):
    """Train for `epochs` passes over X (N, …), y (N, …).

    loss: (pred, target) -> (loss, dpred), as in nn.losses. optimizer: has .step(grads).
    progress: called after each epoch as progress(epoch, history), epoch = 0, 1, …
    validation: a pair (X, y), whose loss is measured after each epoch.
    Returns history: {"loss": the mean over the samples of each epoch, "val_loss": …}.
    """
    history = {"loss": []}
    for epoch in range(epochs):
        total = 0.0
        for Xb, yb in minibatches(X, y, batch_size, rng):
            total += train_step(model, Xb, yb, loss, optimizer) * len(Xb)
        history["loss"].append(total / len(X))
        if validation is not None:
            val_loss, _ = loss(model.forward(validation[0]), validation[1])
            history.setdefault("val_loss", []).append(val_loss)
        if progress is not None:
            progress(epoch, history)
    return history


def accuracy(model, X, y):
    """Share of the rows X (N, D) whose largest logit is that of the label y (N,).

    A model with one logit per row, (N,) or (N, 1), says class 1 where it is above 0.
    """
    Z = model.forward(X)
    pred = Z.argmax(axis=1) if Z.ndim == 2 and Z.shape[1] > 1 else Z.ravel() > 0
    return float(np.mean(pred == y.ravel()))

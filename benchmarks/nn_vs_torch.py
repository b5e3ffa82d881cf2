"""How fast is one training epoch: our layer library and autodiff engine beside PyTorch.

    python benchmarks/nn_vs_torch.py [--json] [--repeats 15]

Everyone starts from the same float64 weights, sees the same batches in the same order and takes
the same SGD steps; the program stops if the weights after an epoch differ. Contenders take turns,
so that a busy moment of the machine meets all of them: a ratio is the median over the turns of our
seconds over PyTorch's in the same turn, with the same number of threads. The matrix products alone
show how much of a difference is the two BLAS libraries'.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import time
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from threadpoolctl import threadpool_limits

from course_utils import data, nn
from course_utils.nn.autodiff import Tensor, cross_entropy

LR = 0.05


@dataclass
class Task:
    """A net and its data; `weights` are start values everyone copies."""

    name: str
    weights: list
    X: np.ndarray
    y: np.ndarray
    batch_size: int

    def batches(self):
        starts = range(0, len(self.X), self.batch_size)
        return [(self.X[i : i + self.batch_size], self.y[i : i + self.batch_size]) for i in starts]


def small():
    X, y, _, _ = data.digits()
    return Task("64-128-128-10, batch 64", start([64, 128, 128, 10]), X, y, 64)


def wide():
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(2048, 784)), rng.integers(0, 10, 2048)
    return Task("784-512-512-10, batch 256", start([784, 512, 512, 10]), X, y, 256)


def start(sizes):
    rng = np.random.default_rng(0)
    return [(nn.init.he_normal(a, b, rng), np.zeros(b)) for a, b in pairwise(sizes)]


# --- contenders: task -> (epoch, weights), two functions without arguments ------------------


def layer_library(task):
    layers, rng = [], np.random.default_rng(0)
    for i, (W, _) in enumerate(task.weights):
        layers += [nn.Linear(*W.shape, rng, needs_dX=i > 0), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    for linear, (W, b) in zip(layers[::2], task.weights, strict=True):
        linear.params["W"][:], linear.params["b"][:] = W, b
    optimizer = nn.optim.SGD(model.parameters(), LR)
    batches = task.batches()

    def epoch():
        for X, y in batches:
            nn.train.train_step(model, X, y, nn.losses.cross_entropy, optimizer)

    return epoch, lambda: [(layer.params["W"], layer.params["b"]) for layer in layers[::2]]


def autodiff_engine(task):
    pairs = [(Tensor(W.copy()), Tensor(b.copy())) for W, b in task.weights]
    params = {
        f"{name}{i}": t for i, pair in enumerate(pairs) for name, t in zip("Wb", pair, strict=True)
    }
    optimizer = nn.optim.SGD({name: t.data for name, t in params.items()}, LR)
    batches = task.batches()

    def forward(A):
        for W, b in pairs[:-1]:
            A = (A @ W + b).relu()
        W, b = pairs[-1]
        return A @ W + b

    def epoch():
        for X, y in batches:
            cross_entropy(forward(X), y).backward()
            optimizer.step({name: t.grad for name, t in params.items()})

    return epoch, lambda: [(W.data, b.data) for W, b in pairs]


def torch_eager(task):
    layers = []
    for W, b in task.weights:
        linear = torch.nn.Linear(*W.shape, dtype=torch.float64)
        linear.load_state_dict({"weight": torch.tensor(W.T), "bias": torch.tensor(b)})
        layers += [linear, torch.nn.ReLU()]
    model, loss = torch.nn.Sequential(*layers[:-1]), torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)
    batches = [(torch.tensor(X), torch.tensor(y)) for X, y in task.batches()]

    def epoch():
        for X, y in batches:
            optimizer.zero_grad()
            loss(model(X), y).backward()
            optimizer.step()

    return epoch, lambda: [
        (m.weight.detach().numpy().T, m.bias.detach().numpy()) for m in layers[::2]
    ]


# --- what nobody can avoid: the matrix products ---------------------------------------------


def products(convert):
    """The products of an epoch with a library's arrays, made by `convert`, and nothing else."""

    def make(task):
        batches = [convert(X) for X, _ in task.batches()]
        weights = [convert(W) for W, _ in task.weights]

        def epoch():
            for X in batches:
                inputs = [X]
                for W in weights:
                    inputs.append(inputs[-1] @ W)
                dZ = inputs.pop()
                for A, W in zip(reversed(inputs), reversed(weights), strict=True):
                    _ = A.T @ dZ
                    dZ = dZ @ W.T if A is not X else None

        return epoch, None

    return make


# --- a graph of single numbers, in the style of micrograd -----------------------------------


class Value:
    """One number, its gradient, and how to hand that on to the numbers it was made from."""

    __slots__ = ("back", "data", "grad", "parents")

    def __init__(self, data, parents=(), back=None):
        self.data, self.parents, self.back, self.grad = data, parents, back, 0.0

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))

        def back():
            self.grad += out.grad
            other.grad += out.grad

        out.back = back
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))

        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad

        out.back = back
        return out

    def _unary(self, value, slope):
        out = Value(value, (self,))

        def back():
            self.grad += slope * out.grad

        out.back = back
        return out

    def relu(self):
        return self._unary(max(self.data, 0.0), float(self.data > 0))

    def exp(self):
        e = float(np.exp(self.data))
        return self._unary(e, e)

    def log(self):
        return self._unary(float(np.log(self.data)), 1 / self.data)

    def backward(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            value, done = stack.pop()
            if done:
                order.append(value)
            elif value not in seen:
                seen.add(value)
                stack.append((value, True))
                stack.extend((parent, False) for parent in value.parents)
        self.grad = 1.0
        for value in reversed(order):
            if value.back:
                value.back()


def scalar_net(task):
    """The net as lists of Values, and its loss on one sample."""
    net = [
        ([[Value(w) for w in column] for column in W.T.tolist()], [Value(b) for b in b.tolist()])
        for W, b in task.weights
    ]

    def loss(x, label):
        A = [Value(v) for v in x]
        for i, (columns, biases) in enumerate(net):
            Z = [sum((w * a for w, a in zip(ws, A, strict=True)), b)
                 for ws, b in zip(columns, biases, strict=True)]  # fmt: skip
            A = [z.relu() for z in Z] if i < len(net) - 1 else Z
        return sum((z.exp() for z in A), Value(0.0)).log() + A[label] * -1.0

    values = [v for columns, biases in net for v in (*(w for ws in columns for w in ws), *biases)]
    return loss, values, net


def scalar_seconds(task, samples):
    """Seconds of an epoch: measured forward and backward of `samples` rows, and one update.

    Both grow in proportion, to the number of rows and of batches. The garbage collector is off,
    in the scalar engine's favour: it would cost five times more, searching the graph for cycles.
    """
    loss, values, _ = scalar_net(task)
    gc.disable()
    began = time.perf_counter()
    for x, label in zip(task.X[:samples].tolist(), task.y[:samples], strict=True):
        loss(x, label).backward()
    per_sample = (time.perf_counter() - began) / samples
    began = time.perf_counter()
    for v in values:
        v.data -= LR * v.grad
        v.grad = 0.0
    update = time.perf_counter() - began
    gc.enable()
    gc.collect()
    return per_sample * len(task.X) + update * len(task.batches())


# --- the same work? -------------------------------------------------------------------------


def check_same_weights(task, contenders):
    """Stop unless everyone's weights agree after one epoch."""
    results = {}
    for who, make in contenders.items():
        epoch, weights = make(task)
        epoch()
        results[who] = np.concatenate([a.ravel() for pair in weights() for a in pair])
    want = results["PyTorch eager"]
    for who, got in results.items():
        worst = np.abs(got - want).max()
        if not worst < 1e-9:
            sys.exit(f"{task.name}: {who} ends {worst:.1e} away from PyTorch, it did other work")


def check_same_gradient(task):
    """Stop unless the scalar engine's gradient of one row is the array engine's."""
    loss, _, net = scalar_net(task)
    loss(task.X[0].tolist(), task.y[0]).backward()
    pairs = [(Tensor(W), Tensor(b)) for W, b in task.weights]
    A = task.X[:1]
    for i, (W, b) in enumerate(pairs):
        A = (A @ W + b).relu() if i < len(pairs) - 1 else A @ W + b
    cross_entropy(A, task.y[:1]).backward()
    for (columns, _), (W, _) in zip(net, pairs, strict=True):
        if np.abs(np.array([[w.grad for w in ws] for ws in columns]).T - W.grad).max() > 1e-12:
            sys.exit("the scalar engine computes another gradient")


# --- measuring ------------------------------------------------------------------------------

CONTENDERS = {
    "layer library": layer_library,
    "autodiff engine": autodiff_engine,
    "PyTorch eager": torch_eager,
}
PRODUCTS = {
    "matrix products alone, NumPy": products(np.copy),
    "matrix products alone, PyTorch": products(torch.tensor),
}


def timed(f):
    began = time.perf_counter()
    f()
    return time.perf_counter() - began


def turns(task, threads, repeats):
    """{who: seconds of each of its epochs}; turn i of everyone follows turn i - 1 of everyone."""
    torch.set_num_threads(threads)
    with threadpool_limits(threads):
        epochs = {who: make(task)[0] for who, make in (CONTENDERS | PRODUCTS).items()}
        seconds = {who: [] for who in epochs}
        for turn in range(repeats + 1):
            for who, epoch in epochs.items():
                duration = timed(epoch)
                if turn > 0:  # the first one warms up
                    seconds[who].append(duration)
    return seconds


def row(task, threads, who, seconds, torch_seconds):
    ratios = [ours / theirs for ours, theirs in zip(seconds, torch_seconds, strict=False)]
    return {
        "net": task.name,
        "threads": threads,
        "who": who,
        "seconds": statistics.median(seconds),
        "ratio_to_torch": statistics.median(ratios),
    }


def measure(repeats, samples):
    rows = []
    for task in (small(), wide()):
        check_same_weights(task, CONTENDERS)
        for threads in (1, 2):
            seconds = turns(task, threads, repeats)
            if task.name == small().name and threads == 1:
                check_same_gradient(task)
                who = f"scalar graph (scaled from {samples} of {len(task.X)} rows)"
                seconds[who] = [scalar_seconds(task, samples) for _ in range(3)]
            theirs = seconds["PyTorch eager"]
            rows += [row(task, threads, who, ours, theirs) for who, ours in seconds.items()]
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--repeats", type=int, default=15, help="epochs measured, at least 3")
    parser.add_argument("--samples", type=int, default=4, help="rows for the scalar graph")
    args = parser.parse_args()

    rows = measure(max(3, args.repeats), args.samples)
    print(f"numpy {np.__version__}, torch {torch.__version__}, {os.cpu_count()} cores; one epoch")
    print(f"{'net':<26} {'threads':>7}  {'who':<43} {'seconds':>9} {'ratio':>9}")
    for r in rows:
        print(
            f"{r['net']:<26} {r['threads']:>7}  {r['who']:<43} "
            f"{r['seconds']:>9.4f} {r['ratio_to_torch']:>8.2f}x"
        )
    if args.json:
        print(json.dumps({"name": "nn_vs_torch", "rows": rows}))


if __name__ == "__main__":
    main()

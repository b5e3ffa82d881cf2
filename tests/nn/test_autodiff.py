"""Both modes of automatic differentiation against torch in float64."""

import gc
import math
import operator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course_utils import data, nn
from course_utils.nn.autodiff import (
    Dual,
    Tensor,
    cross_entropy,
    lift,
    topological_order,
    unbroadcast,
)

# Every rule once: shapes of the operands, ours, torch's.
RULES = {
    "a + b": ([(3, 4), (4,)], lambda a, b: a + b, None),
    "a - b": ([(3, 1), (3, 4)], lambda a, b: a - b, None),
    "a * b": ([(3, 4), (2, 1, 4)], lambda a, b: a * b, None),
    "a / b": ([(3, 1), (1, 4)], lambda a, b: a / b, None),
    "a / scalar": ([(3, 4), ()], lambda a, b: a / b, None),
    "-a": ([(3, 4)], lambda a: -a, None),
    "2 + a": ([(3, 4)], lambda a: 2 + a, None),
    "2 - a": ([(3, 4)], lambda a: 2 - a, None),
    "2 * a": ([(3, 4)], lambda a: 2 * a, None),
    "2 / a": ([(3, 4)], lambda a: 2 / a, None),
    "a + 2": ([(3, 4)], lambda a: a + 2, None),
    "a - 2": ([(3, 4)], lambda a: a - 2, None),
    "a / 2": ([(3, 4)], lambda a: a / 2, None),
    "a**3": ([(3, 4)], lambda a: a**3, None),
    "a**-1.5": ([(3, 4)], lambda a: (a * a + 0.1) ** -1.5, None),
    "a**0": ([(3,)], lambda a: (a - a) ** 0 + a, None),
    "matrix @ matrix": ([(3, 4), (4, 2)], lambda a, b: a @ b, None),
    "matrix @ vector": ([(3, 4), (4,)], lambda a, b: a @ b, None),
    "vector @ matrix": ([(3,), (3, 4)], lambda a, b: a @ b, None),
    "vector @ vector": ([(4,), (4,)], lambda a, b: a @ b, None),
    "stack @ matrix": ([(2, 3, 4), (4, 5)], lambda a, b: a @ b, None),
    "stack @ stack": ([(2, 1, 3, 4), (5, 4, 2)], lambda a, b: a @ b, None),
    "stack @ vector": ([(2, 3, 4), (4,)], lambda a, b: a @ b, None),
    "vector @ stack": ([(3,), (2, 3, 4)], lambda a, b: a @ b, None),
    "relu": ([(3, 4)], lambda a: a.relu(), None),
    "exp": ([(3, 4)], lambda a: a.exp(), None),
    "log": ([(3, 4)], lambda a: (a * a).log(), None),
    "tanh": ([(3, 4)], lambda a: a.tanh(), None),
    "sigmoid": ([(3, 4)], lambda a: a.sigmoid(), None),
    "sum": ([(3, 4)], lambda a: a.sum(), None),
    "sum axis": ([(3, 4)], lambda a: a.sum(0), None),
    "sum last axis": ([(2, 3, 4)], lambda a: a.sum(-1), None),
    "sum axes": ([(2, 3, 4)], lambda a: a.sum((0, -1)), None),
    "sum keepdims": ([(3, 4)], lambda a: a.sum(1, True), None),
    "mean": ([(3, 4)], lambda a: a.mean(), None),
    "mean axis": ([(3, 4)], lambda a: a.mean(1), None),
    "mean keepdims": ([(2, 3, 4)], lambda a: a.mean((0, 2), True), None),
    "max": ([(3, 4)], lambda a: a.max(), lambda a: a.amax()),
    "max axis": ([(3, 4)], lambda a: a.max(1), lambda a: a.amax(1)),
    "max keepdims": ([(2, 3, 4)], lambda a: a.max((0, 2), True), lambda a: a.amax((0, 2), True)),
    "reshape": ([(3, 4)], lambda a: a.reshape(2, 6), None),
    "reshape by tuple": ([(3, 4)], lambda a: a.reshape((-1, 2)), None),
    "T": ([(3, 4)], lambda a: a.T, None),
    "transpose": (
        [(2, 3, 4)],
        lambda a: a.transpose(1, 2, 0),
        lambda a: a.permute(1, 2, 0),
    ),
    "row": ([(3, 4)], lambda a: a[1], None),
    "slice": ([(3, 4)], lambda a: a[1:, ::2], None),
    "rows taken twice": ([(3, 4)], lambda a: a[[0, 2, 0]], None),
    "pairs": ([(3, 4)], lambda a: a[[0, 1, 2], [3, 0, 3]], None),
    "x * x": ([(3,)], lambda a: a * a, None),
    "x + x": ([(3,)], lambda a: a + a, None),
    "diamond": ([(3,)], lambda a: (a.tanh() * 2 + a.tanh()) * (a * 3), None),
}


def weighted_sum(x, weights):
    """One number in which each element of x counts differently: no rule hides behind symmetry."""
    return (x * weights).sum()


def compare(ours, theirs, arrays, tol=1e-10):
    mine = [Tensor(a.copy()) for a in arrays]
    peers = [torch.tensor(a, requires_grad=True) for a in arrays]
    value, want = ours(*mine), theirs(*peers)
    weights = np.cos(1.0 + np.arange(value.data.size)).reshape(value.shape)
    close(value.data, want.detach().numpy(), tol)
    weighted_sum(value, weights).backward()
    weighted_sum(want, torch.tensor(weights)).backward()
    for a, m, p in zip(arrays, mine, peers, strict=True):
        assert isinstance(m.grad, np.ndarray) and m.grad.shape == a.shape
        close(m.grad, np.zeros(a.shape) if p.grad is None else p.grad.numpy(), tol)
        np.testing.assert_array_equal(m.data, a)


def close(got, want, tol):
    """Equal up to rounding, which is relative to the largest element."""
    assert got.shape == want.shape
    assert np.abs(got - want).max(initial=0) <= tol * max(1.0, np.abs(want).max(initial=0))


@pytest.mark.parametrize("name", RULES)
def test_every_rule_equals_torch(name):
    shapes, ours, theirs = RULES[name]
    rng = np.random.default_rng(len(name))
    compare(ours, theirs or ours, [rng.normal(size=shape) for shape in shapes], tol=1e-12)


def test_relu_has_slope_0_at_0_and_ties_share():
    x = Tensor([-1.0, 0.0, 2.0])
    x.relu().sum().backward()
    np.testing.assert_array_equal(x.grad, [0, 0, 1])
    x = np.array([[3.0, 3.0, 1.0], [5.0, 5.0, 5.0]])
    compare(lambda a: a.max(1), lambda a: a.amax(1), [x])
    compare(lambda a: a.max(), lambda a: a.amax(), [x])


def sum_(x, axis):
    return x.sum(axis, True)


def mean_(x, axis):
    return x.mean(axis, True)


def max_(x, axis):
    return x.amax(axis, True) if isinstance(x, torch.Tensor) else x.max(axis, True)


# What a random graph is made of; values stay within a few units, so that none overflows.
UNARY = [
    lambda x: x.tanh(),
    lambda x: x.sigmoid(),
    lambda x: x.relu(),
    lambda x: -x,
    lambda x: x.tanh().exp(),
    lambda x: (x * x + 0.5).log(),
    lambda x: x.tanh() ** 3,
    lambda x: (x * x + 1) ** -0.5,
    lambda x: 1.5 - x,
    lambda x: 1 / (x * x + 1),
    lambda x: x[1:, [0, 1, 1, 3]],
    lambda x: x[:2],
    lambda x: x.reshape(-1, 2, x.shape[1] // 2).sum(1) if x.shape[1] % 2 == 0 else x,
    lambda x: x.tanh() @ x.T.sigmoid() * 0.1,
    *(lambda x, f=f, axis=axis: f(x, axis) for f in (sum_, mean_, max_) for axis in (0, 1, (0, 1))),
]
BINARY = [
    operator.add,
    operator.sub,
    lambda x, y: x.tanh() * y.tanh(),
    lambda x, y: x / (y * y + 1),
]


def compatible(shape, other):
    return all(a == b or 1 in (a, b) for a, b in zip(shape, other, strict=True))


def grow(leaves, program):
    """Run a program, (operation, operand, operand) triples, on Tensors or torch tensors alike."""
    values = list(leaves)
    for op, i, j in program:
        x = values[-1 - i % len(values)]
        mates = [v for v in values if compatible(v.shape, x.shape)]
        if op < len(UNARY) and 0 not in x.shape:
            new = UNARY[op](x) if op != 10 or x.shape[1] == 4 else x
        else:
            new = BINARY[op % len(BINARY)](x, mates[-1 - j % len(mates)])
        values.append(new if 0 not in new.shape else x)
    return sum((v.tanh().sum() for v in values[-3:]), start=values[-1].mean())


PROGRAMS = st.lists(
    st.tuples(
        st.integers(0, len(UNARY) + 3 * len(BINARY) - 1), st.integers(0, 9), st.integers(0, 9)
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(PROGRAMS, st.integers(0, 2**32 - 1))
def test_random_graphs_equal_torch(program, seed):
    rng = np.random.default_rng(seed)
    leaves = [rng.normal(size=shape) for shape in [(3, 4), (3, 1), (1, 4), (1, 1)]]
    compare(lambda *x: grow(x, program), lambda *x: grow(x, program), leaves)


@pytest.mark.parametrize("length", [5_000, 100_000])
def test_a_long_chain_needs_no_recursion(length):
    x = y = Tensor([1.0, 2.0])
    for _ in range(length):
        y = y + 1e-3
    (y * y).sum().backward()
    np.testing.assert_allclose(x.grad, 2 * (np.array([1.0, 2.0]) + length * 1e-3), rtol=1e-10)
    del y
    gc.collect()


def test_each_node_is_visited_once_and_after_its_users():
    x = Tensor(1.0)
    y = x
    for _ in range(60):  # 2**60 paths lead from the result to x
        y = y + y
    order = topological_order(y)
    assert len(order) == 61 and order[0] is x and order[-1] is y
    y.backward()
    assert x.grad == 2.0**60


def test_grad_is_zeros_before_backward_and_of_the_last_loss_after():
    x = Tensor([[1.0, 2.0, 3.0]])
    np.testing.assert_array_equal(x.grad, np.zeros((1, 3)))
    loss = (x * x).sum()
    loss.backward()
    loss.backward()
    np.testing.assert_array_equal(x.grad, [[2, 4, 6]])
    (x * 5).sum().backward()
    np.testing.assert_array_equal(x.grad, [[5, 5, 5]])
    np.testing.assert_array_equal(loss.grad, 1.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda x: x + Tensor([3.0, 4.0]),
        lambda x: (x + Tensor([3.0, 4.0])) * 2,
        lambda x: x.reshape(2, 1) * 2,
        lambda x: x.reshape(2, 1).T.exp(),
        lambda x: x.sum(),
    ],
)
def test_gradients_of_leaves_are_their_own_arrays(make):
    x = Tensor([1.0, 2.0])
    loss = make(x).sum()
    loss.backward()
    others = [t for t in topological_order(loss) if t is not x]
    before = [t.grad.copy() for t in others]
    x.grad *= 10
    for t, grad in zip(others, before, strict=True):
        np.testing.assert_array_equal(t.grad, grad)


def test_the_gradient_of_a_number_is_an_array():
    x = Tensor(2.0)
    (x * 3 + x).backward()
    assert isinstance(x.grad, np.ndarray) and x.grad.shape == () and x.grad == 4
    x.grad[...] = 1
    assert x.grad == 1
    x.grad = None
    assert x.grad == 0


def test_intermediate_gradients_stay_right_under_fan_out():
    x = Tensor([1.0, 2.0])
    a = x * 2
    b = a + 0
    (a * a + b).sum().backward()
    np.testing.assert_array_equal(b.grad, [1, 1])
    np.testing.assert_array_equal(a.grad, [5, 9])


def test_arrays_are_constants_on_either_side():
    X, W = np.arange(6.0).reshape(3, 2), Tensor(np.array([[1.0, -1.0], [0.5, 2.0]]))
    for out in (X @ W, X[:, :1] * (X @ W), X + (X @ W), X - (X @ W), X / (X @ W + 9)):
        assert isinstance(out, Tensor) and out.shape == (3, 2)
    Z = X @ W
    assert [parent for parent, _ in Z.edges] == [W]
    Z.sum().backward()
    np.testing.assert_array_equal(W.grad, [[6, 6], [9, 9]])


def test_a_parameter_shares_its_array():
    w = np.array([1.0, 2.0])
    x = Tensor(w)
    w -= 1
    np.testing.assert_array_equal(x.data, [0, 1])
    assert Tensor([1, 2]).data.dtype == np.float64


def test_what_cannot_be_done_says_so():
    with pytest.raises(ValueError, match=r"shape \(2,\)"):
        Tensor([1.0, 2.0]).backward()
    with pytest.raises(TypeError, match="constant"):
        Tensor(2.0) ** Tensor(3.0)
    with pytest.raises(ValueError, match="broadcast"):
        unbroadcast(np.ones((3, 4)), (3,))


@pytest.mark.parametrize(
    "big, small",
    [((3, 4), (4,)), ((3, 4), (3, 1)), ((3, 4), ()), ((2, 3, 4), (3, 1)), ((2, 3), (2, 3))],
)
def test_unbroadcast_is_the_adjoint_of_broadcasting(big, small):
    rng = np.random.default_rng(1)
    g, x = rng.normal(size=big), rng.normal(size=small)
    got = unbroadcast(g, small)
    assert got.shape == small
    assert np.sum(g * np.broadcast_to(x, big)) == pytest.approx(np.sum(got * x), rel=1e-12)


def test_unbroadcast_of_ones_of_length_one():
    assert unbroadcast(np.ones((1, 1)), (1,)).shape == (1,)
    np.testing.assert_array_equal(unbroadcast(np.ones((2, 1, 3)), (1, 1)), [[6]])


def test_cross_entropy_and_lifted_losses_equal_torch():
    rng = np.random.default_rng(2)
    y = np.array([0, 2, 1, 2])
    compare(
        lambda Z: cross_entropy(Z * 2, y),
        lambda Z: torch.nn.functional.cross_entropy(Z * 2, torch.tensor(y)),
        [rng.normal(size=(4, 3))],
    )
    target = rng.normal(size=(4, 3))
    compare(
        lambda P: lift(nn.losses.mse)(P.tanh(), target) * 3,
        lambda P: torch.nn.functional.mse_loss(P.tanh(), torch.tensor(target)) * 3,
        [rng.normal(size=(4, 3))],
    )


def test_cross_entropy_from_its_parts_is_the_same():
    rng = np.random.default_rng(3)
    Z, y = rng.normal(size=(5, 4)), np.array([0, 3, 1, 1, 2])
    whole, parts = Tensor(Z), Tensor(Z)
    shifted = parts - parts.max(1, keepdims=True)
    loss = -(shifted - shifted.exp().sum(1, keepdims=True).log())[np.arange(5), y].mean()
    loss.backward()
    cross_entropy(whole, y).backward()
    np.testing.assert_allclose(parts.grad, whole.grad, rtol=0, atol=1e-14)


def test_an_mlp_learns_the_digits():
    X, y, X_test, y_test = data.digits()
    rng = np.random.default_rng(0)
    params = {
        "W1": Tensor(nn.init.he_normal(64, 64, rng)),
        "b1": Tensor(np.zeros(64)),
        "W2": Tensor(nn.init.he_normal(64, 10, rng)),
        "b2": Tensor(np.zeros(10)),
    }
    optimizer = nn.optim.Adam({name: p.data for name, p in params.items()}, lr=5e-3)

    def forward(X):
        return (X @ params["W1"] + params["b1"]).relu() @ params["W2"] + params["b2"]

    for _ in range(8):
        for Xb, yb in nn.train.minibatches(X, y, 64, rng):
            cross_entropy(forward(Xb), yb).backward()
            optimizer.step({name: p.grad for name, p in params.items()})
    assert np.mean(forward(X_test).data.argmax(1) == y_test) >= 0.95


# --- dual numbers ---------------------------------------------------------------------------

DUAL_RULES = {
    "+": lambda x: x + 2 * x + 1,
    "-": lambda x: 3 - x - (x - 1) * x,
    "*": lambda x: x * x * 5,
    "/": lambda x: (x + 1) / (x * x) + 2 / x + x / 4,
    "**": lambda x: x**3 + x**-0.5,
    "** of duals": lambda x: x ** (x + 1) + 2.0**x,
    "exp": lambda x: (2 * x).exp(),
    "sin": lambda x: (x * x).sin(),
    "cos": lambda x: (x * x).cos(),
    "log": lambda x: (1 + x * x).log(),
    "tanh": lambda x: (0.5 * x).tanh(),
    "-x": lambda x: -x * x,
    "all": lambda x: (-((x.sin() / (x.exp() + 1)) ** 2)).tanh() * x.log() ** 3,
}


@pytest.mark.parametrize("x", [0.3, 1.7, np.float64(2.5)])
@pytest.mark.parametrize("name", DUAL_RULES)
def test_dual_equals_torch(name, x):
    f = DUAL_RULES[name]
    value, slope = value_and_slope(f, x)
    got = f(Dual(x, 1.5))
    assert got.value == pytest.approx(value, rel=1e-13)
    assert got.deriv == pytest.approx(1.5 * slope, rel=1e-12)


def value_and_slope(f, x):
    t = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    out = f(t)
    return out.item(), torch.autograd.grad(out, t)[0].item()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(sorted(DUAL_RULES)), min_size=1, max_size=6), st.floats(-2, 2))
def test_chains_of_duals_equal_torch(names, x):
    def f(x):
        for name in names:
            x = DUAL_RULES[name](x.tanh() + 1.5)
        return x

    value, slope = value_and_slope(f, x)
    got = f(Dual(x, 1.0))
    assert got.value == pytest.approx(value, rel=1e-10)
    assert got.deriv == pytest.approx(slope, rel=1e-10, abs=1e-10)


def test_a_function_of_numbers_runs_on_duals_unchanged():
    def f(x):
        return np.exp(np.sin(x)) * np.log(x) + np.tanh(x) / np.cos(x)

    x, h = 0.7, 1e-6
    assert f(Dual(x, 1.0)).value == pytest.approx(f(x), rel=1e-15)
    assert f(Dual(x, 1.0)).deriv == pytest.approx((f(x + h) - f(x - h)) / (2 * h), rel=1e-8)


def test_duals_of_arrays_give_a_directional_derivative():
    a, x, v = np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.1, 2.0]), np.array([1.0, -1.0, 0.5])
    out = a * Dual(x, v) ** 2 - a / Dual(x, v)
    np.testing.assert_allclose(out.deriv, (2 * a * x + a / x**2) * v, rtol=1e-14)
    assert isinstance(np.float64(2) * Dual(1.0, 1.0), Dual)


def test_duals_of_duals_give_second_derivatives():
    x = Dual(Dual(0.8, 1.0), Dual(1.0, 0.0))
    assert (x.sin() * x).deriv.deriv == pytest.approx(2 * math.cos(0.8) - 0.8 * math.sin(0.8))
    assert (x**3).deriv.deriv == pytest.approx(6 * 0.8)
    assert np.log(np.exp(x) + 1).deriv.deriv == pytest.approx(
        math.exp(0.8) / (math.exp(0.8) + 1) ** 2
    )


def test_a_constant_has_derivative_zero():
    assert Dual(3.0).deriv == 0 and (Dual(0.0, 1.0) ** 0).deriv == 0
    assert repr(Dual(1.0, 2.0)) == "Dual(1.0, 2.0)"

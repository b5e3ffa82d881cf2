"""Every optimizer equals an independent one: torch.optim, pytorch_optimizer, or its paper."""

import inspect

import numpy as np
import pytest
import pytorch_optimizer
import torch

from course_utils.nn import optim

SHAPES = {"W": (4, 3), "b": (3,), "wide": (2, 5)}
STEPS = 50


def start():
    rng = np.random.default_rng(7)
    return {name: rng.normal(size=shape) for name, shape in SHAPES.items()}


def gradients(params, t):
    """Of an uneven bowl that moves with t: no coordinate behaves as another, signs change."""
    return {
        name: (1 + np.arange(w.size).reshape(w.shape)) * (w - np.sin(0.3 * t)) / 4
        for name, w in params.items()
    }


def ours(cls, params, steps=STEPS, **hyper):
    optimizer = cls(params, **hyper)
    for t in range(steps):
        optimizer.step(gradients(params, t))
    return params


def theirs(cls, params, steps=STEPS, **hyper):
    """The same with a torch optimizer, on float64 copies of params."""
    tensors = {name: torch.tensor(w, requires_grad=True) for name, w in params.items()}
    optimizer = cls(list(tensors.values()), **hyper)
    for t in range(steps):
        grads = gradients({name: x.detach().numpy() for name, x in tensors.items()}, t)
        for name, x in tensors.items():
            x.grad = torch.tensor(grads[name])
        optimizer.step()
    return {name: x.detach().numpy() for name, x in tensors.items()}


def assert_same(got, want, atol=1e-9):
    for name in want:
        np.testing.assert_allclose(got[name], want[name], rtol=0, atol=atol, err_msg=name)


IN_TORCH = [
    ("SGD", "SGD", {"lr": 0.05}),
    ("SGD", "SGD", {"lr": 0.05, "weight_decay": 0.1}),
    ("SGD", "SGD", {"lr": 0.05, "momentum": 0.9}),
    ("SGD", "SGD", {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    ("AdaGrad", "Adagrad", {"lr": 0.1}),
    ("AdaGrad", "Adagrad", {"lr": 0.1, "eps": 1e-2, "weight_decay": 0.1}),
    ("RMSprop", "RMSprop", {"lr": 0.01}),
    ("RMSprop", "RMSprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "weight_decay": 0.1}),
    ("RMSprop", "RMSprop", {"lr": 0.01, "centered": True}),
    ("RMSprop", "RMSprop", {"lr": 0.01, "momentum": 0.9, "centered": True, "alpha": 0.9}),
    ("Adadelta", "Adadelta", {}),
    ("Adadelta", "Adadelta", {"lr": 0.5, "rho": 0.8, "eps": 1e-4, "weight_decay": 0.1}),
    ("Adam", "Adam", {}),
    ("Adam", "Adam", {"lr": 0.1, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.1}),
    ("Adam", "Adam", {"lr": 0.1, "amsgrad": True, "betas": (0.9, 0.9)}),
    ("Adam", "Adam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("AdamW", "AdamW", {}),
    ("AdamW", "AdamW", {"lr": 0.1, "weight_decay": 0.3, "amsgrad": True, "betas": (0.9, 0.9)}),
    ("NAdam", "NAdam", {}),
    ("NAdam", "NAdam", {"lr": 0.1, "momentum_decay": 0.1, "weight_decay": 0.1, "eps": 1e-3}),
    ("NAdam", "NAdam", {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("RAdam", "RAdam", {"lr": 0.05}),
    ("RAdam", "RAdam", {"lr": 0.05, "betas": (0.8, 0.9), "weight_decay": 0.1, "eps": 1e-3}),
    ("RAdam", "RAdam", {"lr": 0.05, "weight_decay": 0.1, "decoupled_weight_decay": True}),
    ("Adafactor", "Adafactor", {}),
    ("Adafactor", "Adafactor", {"lr": 0.5, "weight_decay": 0.1, "d": 1.5}),
    ("Adafactor", "Adafactor", {"lr": 0.5, "beta2_decay": -0.5, "eps": (1e-4, 0.5)}),
    ("Adafactor", "Adafactor", {"lr": 0.5, "eps": (0.5, 1e-3)}),
]


@pytest.mark.parametrize("name, peer, hyper", IN_TORCH)
def test_equals_torch(name, peer, hyper):
    want = theirs(getattr(torch.optim, peer), start(), **hyper)
    assert_same(ours(getattr(optim, name), start(), **hyper), want)


@pytest.mark.parametrize("name, peer", sorted({(name, peer) for name, peer, _ in IN_TORCH}))
def test_defaults_are_torchs(name, peer):
    params = inspect.signature(getattr(torch.optim, peer)).parameters
    for option, value in vars(getattr(optim, name)({})).items():
        if option in params and (name, option) not in {("SGD", "lr"), ("AdaGrad", "params")}:
            assert value == params[option].default or option == "params", option


IN_PYTORCH_OPTIMIZER = [
    ("AdaBelief", "AdaBelief", {"lr": 0.05}),
    ("AdaBelief", "AdaBelief", {"lr": 0.05, "betas": (0.8, 0.9), "weight_decay": 0.1, "eps": 1e-8}),
    ("Lion", "Lion", {}),
    ("Lion", "Lion", {"lr": 0.01, "betas": (0.6, 0.9), "weight_decay": 0.2}),
    ("LARS", "LARS", {"lr": 0.5}),
    ("LARS", "LARS", {"lr": 0.5, "momentum": 0.5, "trust_coefficient": 0.1}),
]


@pytest.mark.parametrize("name, peer, hyper", IN_PYTORCH_OPTIMIZER)
def test_equals_pytorch_optimizer(name, peer, hyper):
    want = theirs(getattr(pytorch_optimizer, peer), start(), foreach=False, **hyper)
    assert_same(ours(getattr(optim, name), start(), **hyper), want)


def test_lars_decays_inside_its_trust_ratio():
    hyper = {"lr": 0.5, "weight_decay": 0.1, "trust_coefficient": 0.1}
    want = theirs(pytorch_optimizer.LARS, start(), foreach=False, **hyper)
    assert_same(ours(optim.LARS, start(), **hyper), want)


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_lamb_is_algorithm_2_of_its_paper(weight_decay):
    params = start()
    m = {name: 0 * w for name, w in params.items()}
    v = {name: 0 * w for name, w in params.items()}
    for t in range(1, STEPS + 1):
        for name, g in gradients(params, t - 1).items():
            w = params[name]
            m[name] = 0.8 * m[name] + 0.2 * g
            v[name] = 0.9 * v[name] + 0.1 * g * g
            r = m[name] / (1 - 0.8**t) / (np.sqrt(v[name] / (1 - 0.9**t)) + 1e-6)
            step = r + weight_decay * w
            params[name] = w - 0.05 * np.sqrt((w**2).sum() / (step**2).sum()) * step
    got = ours(optim.LAMB, start(), lr=0.05, betas=(0.8, 0.9), weight_decay=weight_decay)
    assert_same(got, params)


def test_lamb_starts_from_zero_weights():
    params = {"b": np.zeros(3)}
    optim.LAMB(params, lr=0.1).step({"b": np.array([1.0, -2.0, 4.0])})
    np.testing.assert_allclose(params["b"], [-0.1, 0.1, -0.1], rtol=1e-5)


@pytest.mark.parametrize(
    "hyper",
    [
        {},
        {"lr": 0.1, "momentum": 0.8, "nesterov": False, "weight_decay": 0.3},
        {"lr": 0.1, "adjust_lr": "match_rms_adamw", "ns_steps": 3},
    ],
)
def test_muon_equals_torch_on_the_transposed_matrix(hyper, monkeypatch):
    # PyTorch iterates in bfloat16, three digits; kept in float64 it must agree to the last ones.
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    matrices = {name: w for name, w in start().items() if w.ndim == 2}
    renamed = {{"adjust_lr": "adjust_lr_fn"}.get(k, k): v for k, v in hyper.items()}
    tensors = {name: torch.tensor(w.T.copy(), requires_grad=True) for name, w in matrices.items()}
    peer = torch.optim.Muon(list(tensors.values()), **renamed)
    mine = optim.Muon(matrices, **hyper)
    for t in range(STEPS):
        mine.step(gradients(matrices, t))
        for x in tensors.values():
            x.grad = torch.zeros_like(x)
        for name, g in gradients({k: x.detach().numpy().T for k, x in tensors.items()}, t).items():
            tensors[name].grad = torch.tensor(g.T.copy())
        peer.step()
    assert_same(matrices, {name: x.detach().numpy().T for name, x in tensors.items()})


@pytest.mark.parametrize("shape", [(6, 6), (20, 5), (5, 20)])
def test_orthogonalize_brings_singular_values_near_one(shape):
    G = np.random.default_rng(0).normal(size=shape)
    U, _, Vt = np.linalg.svd(G, full_matrices=False)
    inner = U.T @ optim.orthogonalize(G) @ Vt.T
    assert np.abs(inner - np.diag(np.diag(inner))).max() < 1e-12  # same singular vectors
    assert np.diag(inner).min() > 0.6 and np.diag(inner).max() < 1.3


def test_muon_refuses_vectors():
    with pytest.raises(ValueError, match="matrices"):
        optim.Muon({"b": np.ones(3)}).step({"b": np.ones(3)})


CLASSES = [cls for cls, options in optim.OPTIMIZERS.values() if not options]


@pytest.mark.parametrize("cls", CLASSES)
def test_functional_form_takes_the_same_steps_and_changes_nothing(cls):
    names = ["W", "wide"] if cls is optim.Muon else list(SHAPES)
    params = {name: start()[name] for name in names}
    want = ours(cls, {name: w.copy() for name, w in params.items()}, lr=0.05, weight_decay=0.1)
    f = optim.functional(cls, lr=0.3)
    for name in names:
        w, state, kept = params[name], {}, []
        for t in range(STEPS):
            dw = gradients({name: w}, t)[name]
            kept.append((w, w.copy(), dw, dw.copy(), state, copied(state)))
            w, state = f(w, dw, state, lr=0.05, weight_decay=0.1)
        np.testing.assert_allclose(w, want[name], rtol=0, atol=1e-12)
        for w, w_before, dw, dw_before, state, state_before in kept:
            np.testing.assert_array_equal(w, w_before)
            np.testing.assert_array_equal(dw, dw_before)
            assert state.keys() == state_before.keys()
            for key in state:
                np.testing.assert_array_equal(state[key], state_before[key])


def copied(state):
    return {key: np.copy(value) for key, value in state.items()}


@pytest.mark.parametrize(
    "name, cls, options",
    [
        ("momentum", optim.SGD, {"momentum": 0.9}),
        ("nesterov", optim.SGD, {"momentum": 0.9, "nesterov": True}),
        ("amsgrad", optim.Adam, {"amsgrad": True}),
        ("AdamW", optim.AdamW, {}),
    ],
)
def test_functional_by_name(name, cls, options):
    w, dw, state = np.array([1.0, -2.0]), np.array([0.5, 3.0]), {}
    params = {"w": w.copy()}
    optimizer = cls(params, lr=0.1, **options)
    f = optim.functional(name, lr=0.1)
    for _ in range(3):
        w, state = f(w, dw, state)
        optimizer.step({"w": dw})
        dw = -0.5 * dw
    np.testing.assert_array_equal(w, params["w"])


def test_functional_spells_momentum_mu_as_well():
    w, state = optim.functional("momentum")(np.ones(2), np.ones(2), {}, lr=0.1, mu=0.5)
    w, state = optim.functional("momentum")(w, np.ones(2), state, lr=0.1, mu=0.5)
    np.testing.assert_allclose(w, 1 - 0.1 - 0.1 * 1.5)


def test_functional_says_what_it_does_not_know():
    with pytest.raises(ValueError, match="adamw"):
        optim.functional("adamm")
    with pytest.raises(TypeError, match="beta"):
        optim.functional("adam", beta=0.9)


def test_functional_takes_whole_numbers_and_keeps_float32():
    w, _ = optim.functional("sgd")(np.array([1, 2]), np.array([1, 1]), {}, lr=0.5)
    np.testing.assert_array_equal(w, [0.5, 1.5])
    w, state = optim.functional("adam")(np.ones(2, "f4"), np.ones(2, "f4"), {})
    assert w.dtype == state["m"].dtype == np.float32


@pytest.mark.parametrize("cls", CLASSES)
def test_step_changes_the_very_arrays_it_was_given(cls):
    W = np.ones((2, 3))
    params = {"W": W}
    optimizer = cls(params)
    optimizer.step({"W": np.arange(6.0).reshape(2, 3) - 2})
    assert params["W"] is W
    assert not np.array_equal(W, np.ones((2, 3)))


def test_the_optimizer_does_not_hold_on_to_a_gradient_array():
    # Layers may write the next gradient into the same array.
    params, dW = {"W": np.ones(2)}, np.array([1.0, 2.0])
    optimizer = optim.SGD(params, 0.1, momentum=0.9)
    optimizer.step({"W": dW})
    dW[:] = 0
    optimizer.step({"W": dW})
    np.testing.assert_allclose(params["W"], 1 - 0.1 * 1.9 * np.array([1.0, 2.0]))


def test_each_parameter_counts_its_own_steps():
    params = {"a": np.ones(1), "b": np.ones(1)}
    optim.Adam(params, 0.1).step({"a": np.full(1, 3.0), "b": np.full(1, 3.0)})
    np.testing.assert_allclose([params["a"], params["b"]], 0.9)


# Numbers of state per parameter of a (20, 30) matrix.
MEMORY = {"SGD": 0, "AdaGrad": 1, "RMSprop": 1, "Adadelta": 2, "Adam": 2, "AdamW": 2, "NAdam": 2}
MEMORY |= {"RAdam": 2, "AdaBelief": 2, "Lion": 1, "Muon": 1, "LARS": 1, "LAMB": 2}
MEMORY |= {"Adafactor": 50 / 600}


@pytest.mark.parametrize("name", MEMORY)
def test_state_bytes(name):
    optimizer = getattr(optim, name)({"W": np.ones((20, 30))})
    assert optimizer.state_bytes() == 0
    for _ in range(2):
        optimizer.step({"W": np.ones((20, 30))})
    assert optimizer.state_bytes() == pytest.approx(MEMORY[name] * 600 * 8)


def test_errors_name_the_parameter():
    optimizer = optim.SGD({"0.b": np.ones(3)}, 0.1)
    with pytest.raises(ValueError, match=r"'0.b' has shape \(1, 3\)"):
        optimizer.step({"0.b": np.ones((1, 3))})
    with pytest.raises(KeyError, match=r"0\.b"):
        optimizer.step({})
    with pytest.raises(ValueError, match="nesterov needs momentum"):
        optim.SGD({}, 0.1, nesterov=True)


def test_options_are_keywords_only():
    with pytest.raises(TypeError):
        optim.SGD({}, 0.1, 0.9)
    with pytest.raises(TypeError):
        optim.AdamW({}, 0.1, (0.9, 0.99))


@pytest.mark.parametrize("name", sorted(optim.OPTIMIZERS))
def test_float32_weights_keep_float32_state(name):
    w, state = np.ones((4, 3), np.float32), {}
    step = optim.functional(name)
    for _ in range(3):
        w, state = step(w, np.full((4, 3), 0.5, np.float32), state)
    arrays = [value for value in state.values() if isinstance(value, np.ndarray)]
    assert w.dtype == np.float32 and {a.dtype for a in arrays} <= {np.dtype(np.float32)}

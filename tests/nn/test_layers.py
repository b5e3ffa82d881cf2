"""Every layer's forward, backward and parameter gradients equal torch's in float64."""

import pickle

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from torch_oracle import CLOSE, unchanged, value_and_grads

from course_utils import nn
from course_utils.nn.activations import ACTIVATIONS
from course_utils.nn.gradcheck import numerical_gradient, relative_error


def rng(seed=0):
    return np.random.default_rng(seed)


def linear(X, W, b):
    return F.linear(X, W.T, b)


LAYERS = {  # name: (layer on 3 features, the same in torch of X and the layer's parameters)
    "Linear": (lambda: nn.Linear(3, 5, rng()), linear),
    "Linear to one": (lambda: nn.Linear(3, 1, rng(), init="xavier"), linear),
    "LeakyReLU": (lambda: nn.LeakyReLU(0.2), lambda X: F.leaky_relu(X, 0.2)),
    "PReLU": (lambda: nn.PReLU(), F.prelu),
    "PReLU of each": (lambda: nn.PReLU(3, alpha=0.1), F.prelu),
    "Softmax": (nn.Softmax, lambda X: torch.softmax(X, -1)),
    "LogSoftmax": (nn.LogSoftmax, lambda X: torch.log_softmax(X, -1)),
    "SwiGLU": (lambda: nn.SwiGLU(3, 4, rng()), lambda X, W, V: F.silu(X @ W) * (X @ V)),
    "Residual": (
        lambda: nn.Residual(nn.Linear(3, 3, rng()), nn.ReLU()),
        lambda X, W, b: X + F.relu(linear(X, W, b)),
    ),
    "Sequential": (
        lambda: nn.Sequential(nn.Linear(3, 6, rng()), nn.Tanh(), nn.Linear(6, 2, rng(1))),
        lambda X, W1, b1, W2, b2: linear(torch.tanh(linear(X, W1, b1)), W2, b2),
    ),
    "Sequential of Sequential": (
        lambda: nn.Sequential(
            nn.Linear(3, 4, rng()), nn.Residual(nn.SiLU(), nn.Linear(4, 4, rng(1)))
        ),
        lambda X, W1, b1, W2, b2: (Z := linear(X, W1, b1)) + linear(F.silu(Z), W2, b2),
    ),
}


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("N", [1, 6])
def test_layer_equals_torch(name, N):
    make, oracle = LAYERS[name]
    layer, X = make(), rng(2).normal(size=(N, 3))
    for param in layer.parameters().values():
        param += 0.1 * rng(3).normal(size=param.shape)  # so that no bias is 0
    params = layer.parameters()
    A, _ = value_and_grads(oracle, X, *params.values())
    dA = rng(4).normal(size=A.shape)
    _, grads = value_and_grads(lambda *args: oracle(*args) * torch.tensor(dA), X, *params.values())
    np.testing.assert_allclose(unchanged(layer.forward, X), A, **CLOSE)
    np.testing.assert_allclose(unchanged(layer.backward, dA), grads[0], **CLOSE)
    assert list(layer.gradients()) == list(params)
    for key, grad in zip(params, grads[1:], strict=True):
        np.testing.assert_allclose(layer.gradients()[key], grad, **CLOSE, err_msg=key)


ELEMENTWISE = {
    "identity": nn.Identity,
    "sigmoid": nn.Sigmoid,
    "log_sigmoid": nn.LogSigmoid,
    "tanh": nn.Tanh,
    "softsign": nn.Softsign,
    "relu": nn.ReLU,
    "elu": nn.ELU,
    "selu": nn.SELU,
    "gelu": nn.GELU,
    "gelu_tanh": nn.GELUTanh,
    "silu": nn.SiLU,
    "mish": nn.Mish,
    "softplus": nn.Softplus,
}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_elementwise_layer_is_its_row_of_the_table(name):
    Z, dA = 3 * rng().normal(size=(4, 5)), rng(1).normal(size=(4, 5))
    for layer in (ELEMENTWISE[name](), nn.Elementwise(name)):
        np.testing.assert_array_equal(unchanged(layer.forward, Z), ACTIVATIONS[name].f(Z))
        np.testing.assert_allclose(
            unchanged(layer.backward, dA), dA * ACTIVATIONS[name].df(Z), rtol=1e-14
        )
        assert layer.parameters() == layer.gradients() == {}


def test_every_activation_has_a_layer():
    assert set(ELEMENTWISE) | {"leaky_relu", "prelu"} == set(ACTIVATIONS)


def test_strided_input():
    layer, X = nn.Linear(3, 5, rng()), rng(1).normal(size=(6, 8)).T[::2, ::-2]
    dZ = rng(2).normal(size=(5, 4)).T
    np.testing.assert_allclose(layer(X), layer(X.copy()), **CLOSE)
    dX = layer.backward(dZ)
    np.testing.assert_allclose(dX, dZ @ layer.params["W"].T, **CLOSE)
    np.testing.assert_allclose(layer.grads["W"], X.T @ dZ, **CLOSE)


def test_each_layer_of_a_net_by_differences():
    model = nn.Sequential(
        nn.Linear(4, 5, rng()), nn.PReLU(5), nn.Residual(nn.SwiGLU(5, 5, rng(1))),
        nn.GELU(), nn.Linear(5, 3, rng(2)), nn.LogSoftmax(),
    )  # fmt: skip
    X, dA = rng(3).normal(size=(6, 4)), rng(4).normal(size=(6, 3))
    model.forward(X)
    dX = model.backward(dA)
    numeric = numerical_gradient(lambda X: np.sum(model.forward(X) * dA), X)
    assert relative_error(dX, numeric) < 1e-6


def test_names_of_parameters():
    model = nn.Sequential(nn.Linear(2, 3, rng()), nn.ReLU(), nn.Residual(nn.Linear(3, 3, rng())))
    assert list(model.parameters()) == ["0.W", "0.b", "2.0.W", "2.0.b"]
    shapes = [p.shape for p in model.parameters().values()]
    assert shapes == [(2, 3), (3,), (3, 3), (3,)]
    assert model.gradients() == {}


def test_parameters_are_the_arrays_themselves():
    layer = nn.Linear(2, 3, rng())
    model = nn.Sequential(layer)
    model.parameters()["0.W"][...] = 7
    np.testing.assert_array_equal(model(np.ones((1, 2))), [[14, 14, 14]])


def test_init_by_name_or_function():
    W = nn.init.xavier_uniform(4, 5, rng())
    np.testing.assert_array_equal(nn.Linear(4, 5, rng(), init="xavier_uniform").params["W"], W)
    np.testing.assert_array_equal(
        nn.Linear(4, 5, rng(), init=nn.init.xavier_uniform).params["W"], W
    )
    np.testing.assert_array_equal(
        nn.Linear(4, 5, rng()).params["W"], nn.init.he_normal(4, 5, rng())
    )
    np.testing.assert_array_equal(nn.Linear(4, 5, rng()).params["b"], np.zeros(5))


def test_first_layer_may_leave_out_dX():
    X, dZ = rng(1).normal(size=(6, 3)), rng(2).normal(size=(6, 5))
    full, lean = nn.Linear(3, 5, rng()), nn.Linear(3, 5, rng(), needs_dX=False)
    for layer in (full, lean):
        layer.forward(X)
    assert full.backward(dZ).shape == X.shape
    assert lean.backward(dZ) is None
    for key in ("W", "b"):
        np.testing.assert_array_equal(lean.grads[key], full.grads[key])


def test_a_second_backward_replaces_the_gradients():
    layer, X, dZ = nn.Linear(3, 5, rng()), rng(1).normal(size=(6, 3)), rng(2).normal(size=(6, 5))
    layer.forward(X)
    layer.backward(dZ)
    first = layer.grads["W"]
    layer.backward(2 * dZ)
    np.testing.assert_allclose(layer.grads["W"], 2 * first)


def test_layers_share_no_state():
    a, b = nn.ReLU(), nn.ReLU()
    a.forward(np.ones((1, 2)))
    b.forward(-np.ones((1, 2)))
    np.testing.assert_array_equal(a.backward(np.ones((1, 2))), [[1, 1]])
    assert nn.Linear(2, 2, rng()).params is not nn.Linear(2, 2, rng()).params


def test_a_model_survives_pickling():
    model = nn.Sequential(nn.Linear(2, 3, rng()), nn.GELU(), nn.Softmax())
    X = rng(1).normal(size=(4, 2))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model))(X), model(X))


def test_layer_is_a_promise():
    with pytest.raises(NotImplementedError):
        nn.Layer().forward(np.ones(2))
    with pytest.raises(NotImplementedError):
        nn.Layer().backward(np.ones(2))

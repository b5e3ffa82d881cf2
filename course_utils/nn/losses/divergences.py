"""How far one distribution is from another, in nats.

p and q hold probabilities along the last axis, (C,) or (N, C); of several rows the mean is taken.
0 log 0 is 0. Each `…_backward` returns the gradient with respect to each argument.
Derived in notebooks/03.
"""

import numpy as np


def entropy(p):
    """H(p) = -Σ p log p: the surprise that remains even to one who knows p. Shannon 1948."""
    return _mean_of_rows(-p * _log_where(p))


def entropy_backward(p):
    """-(log p + 1) over the number of rows; set to 0 where p is 0."""
    return np.where(p > 0, -_log_where(p) - 1, 0.0) / _rows(p)


def cross_entropy_of(p, q):
    """H(p, q) = -Σ p log q = H(p) + KL(p ‖ q); inf where q = 0 < p.

    Of two distributions; `cross_entropy` takes logits and labels.
    """
    return entropy(p) + kl_divergence(p, q)


def kl_divergence(p, q):
    """KL(p ‖ q) = Σ p log(p / q), not symmetric; inf where q = 0 < p. Kullback & Leibler 1951."""
    if np.any((q == 0) & (p > 0)):
        return float("inf")
    return _mean_of_rows(p * (_log_where(p) - _log_where(q)))


def kl_divergence_backward(p, q):
    """dp = log(p / q) + 1 and dq = -p / q over the number of rows, for positive q.

    dp is set to 0 where p is 0.
    """
    dp = np.where(p > 0, _log_where(p) - _log_where(q) + 1, 0.0)
    return dp / _rows(p), -p / q / _rows(p)


def js_divergence(p, q):
    """Jensen–Shannon: the mean KL of p and q to their mid-point m. Symmetric, at most log 2.

    Lin 1991.
    """
    m = (p + q) / 2
    return (kl_divergence(p, m) + kl_divergence(q, m)) / 2


def js_divergence_backward(p, q):
    """dp = ½ log(p / m) and dq = ½ log(q / m) over the number of rows; 0 where p or q is 0."""
    log_m = _log_where((p + q) / 2)
    dp, dq = (np.where(r > 0, 0.5 * (_log_where(r) - log_m), 0.0) for r in (p, q))
    return dp / _rows(p), dq / _rows(p)


def _log_where(p):
    """log p, and 0 where p is 0: it is always multiplied by a p that is 0 there too."""
    return np.log(np.where(np.asarray(p) > 0, p, 1.0))


def _mean_of_rows(terms):
    return float(np.mean(terms.sum(axis=-1)))


def _rows(p):
    return p.size // p.shape[-1]

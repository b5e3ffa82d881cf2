"""CTC: the loss of a transcript when nobody says at which time step each letter was heard.

The network emits one symbol per step, or a blank. Repeats merge, then blanks vanish: "hh-e-ll-l-o"
reads "hello". The probability of the transcript sums over every path that reads so; dynamic
programming adds them up in T x S steps. Graves et al. 2006. Derived in notebooks/03.
"""

import numpy as np

from course_utils.nn.activations import log_softmax


def ctc(Z, y, blank=0):
    """-log P(y | Z) of one sequence: logits Z (T, C), labels y (S,) without blanks.

    Returns (loss, dZ). Where T is too short to read y, the loss is inf and dZ is 0.
    Equals `torch.nn.functional.ctc_loss` of log_softmax(Z), not divided by S.
    """
    logp = log_softmax(Z)
    states = np.full(2 * len(y) + 1, blank)  # blank, y1, blank, y2, …, blank
    states[1::2] = y
    heard = logp[:, states]  # (T, 2S + 1)
    alpha = _log_prefix(heard, states, blank)
    beta = _log_prefix(heard[::-1, ::-1], states[::-1], blank)[::-1, ::-1]
    log_total = np.logaddexp.reduce(alpha[-1, -2:])  # ends in the last letter or the last blank
    if log_total == -np.inf:
        return float("inf"), np.zeros(Z.shape)
    visits = np.exp(alpha + beta - heard - log_total)  # P(state s at time t | y)
    expected = np.zeros(Z.shape)
    np.add.at(expected.T, states, visits.T)  # a letter that occurs twice owns two states
    return float(-log_total), np.exp(logp) - expected


def _log_prefix(heard, states, blank):
    """alpha (T, S'): log-probability of all paths that are in state s at time t."""
    may_skip = np.zeros(len(states), dtype=bool)  # over a blank, between two unlike letters
    may_skip[2:] = (states[2:] != blank) & (states[2:] != states[:-2])
    alpha = np.full(heard.shape, -np.inf)
    alpha[0, :2] = heard[0, :2]
    for t in range(1, len(heard)):
        stay = alpha[t - 1]
        step = np.r_[-np.inf, stay[:-1]]
        skip = np.where(may_skip, np.r_[-np.inf, -np.inf, stay[:-2]][: len(stay)], -np.inf)
        alpha[t] = np.logaddexp(np.logaddexp(stay, step), skip) + heard[t]
    return alpha

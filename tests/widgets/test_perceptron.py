"""The perceptron widget's mistake bound: the margin by other means."""

import numpy as np
import pytest

from course_utils.widgets.perceptron import margin, mistake_bound, samples


@pytest.mark.parametrize("name", ["two groups", "narrow gap", "AND", "OR"])
def test_no_direction_leaves_more_room_than_the_margin(name):
    rows = np.array(samples(name))
    S = np.where(rows[:, 2:] == 1, 1, -1) * np.column_stack([rows[:, :2], np.ones(len(rows))])
    U = np.random.default_rng(0).normal(size=(200_000, 3))
    tried = (U / np.linalg.norm(U, axis=1, keepdims=True) @ S.T).min(axis=1).max()
    assert tried <= margin(S) < 1.1 * tried + 0.01


def test_bound_of_two_samples_by_hand():
    """Rows s·x̃ are (0, -1) and (0.2, 1): the line through them is 0.2 / √4.04 from the origin."""
    rows = ((0.0, 0.0, 0.0), (0.2, 0.0, 1.0))
    assert mistake_bound(rows) == pytest.approx(1.04 * 4.04 / 0.04)


@pytest.mark.parametrize("name", ["XOR", "overlapping groups"])
def test_no_bound_where_no_line_separates(name):
    assert np.isnan(mistake_bound(samples(name)))

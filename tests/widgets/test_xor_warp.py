"""What the XOR widget shows is what notebook 01 says."""

import numpy as np
import pytest

from course_utils.widgets import XorWarp


@pytest.mark.parametrize(("start", "solved"), [(0, True), (1, False)])
def test_starts_the_notebook_speaks_of(start, solved):
    """Start 0 learns XOR; start 1 comes to rest with two samples undecided, at half of log 2."""
    loss = XorWarp(start=start).compute(bend="tanh", start=start, lr=1.0)["loss"][-1]
    assert loss < 0.02 if solved else abs(loss - np.log(2) / 2) < 0.01


def test_identity_never_gets_below_log_2():
    loss = XorWarp().compute(bend="identity", start=0, lr=1.0)["loss"]
    assert loss.min() >= np.log(2) - 1e-9

"""The library is NumPy alone: importing it loads no framework, no plots, no notebook."""

import subprocess
import sys

import pytest

from course_utils import nn

FOREIGN = {"torch", "matplotlib", "IPython", "sklearn", "scipy", "ipywidgets", "pandas"}
MODULES = ("nn", "data")


@pytest.mark.parametrize("module", MODULES)
def test_import_loads_nothing_else(module):
    code = (
        f"import course_utils.{module}, sys; print(*sorted(m.split('.')[0] for m in sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not FOREIGN & set(run.stdout.split())
    assert "numpy" in run.stdout


def test_everything_promised_is_there():
    for module in (nn, nn.losses):
        for name in module.__all__:
            assert hasattr(module, name)
        assert len(set(module.__all__)) == len(module.__all__)

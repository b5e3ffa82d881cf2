"""`show_source`: the code that runs is the code that is shown."""

import ast
import inspect
from textwrap import dedent

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils import nn, source


def shown(obj):
    InteractiveShell.instance()
    with capture_output() as captured:
        assert source.show_source(obj) is None
    (output,) = captured.outputs
    return output.data


@pytest.mark.parametrize("obj", [nn.Linear, nn.Linear.backward, nn.losses.mse, source.show_source])
def test_the_source_is_complete_and_named(obj):
    title, code = shown(obj)["text/plain"].split("\n", 1)
    assert title.endswith(f" · {obj.__qualname__}") and title.startswith("# course_utils/")
    assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(dedent(inspect.getsource(obj))))


def test_the_html_holds_the_same_text_and_no_path_of_this_machine():
    data = shown(nn.Linear)
    assert next(iter(data)) == "text/plain"
    assert "<span" in data["text/html"] and "class Linear" not in data["text/html"]
    assert "/home" not in str(data) and inspect.getsourcefile(nn.Linear) not in str(data)


def test_the_output_is_the_same_on_every_run():
    assert shown(nn.Linear.forward) == shown(nn.Linear.forward)


def test_a_function_outside_the_course_is_named_by_its_module():
    assert shown(dedent)["text/plain"].startswith("# textwrap · dedent")


@pytest.mark.parametrize("obj", [np.exp, 3, len])
def test_what_has_no_source_is_refused_in_words(obj):
    with pytest.raises(TypeError, match="show_source needs a function, method or class"):
        source.show_source(obj)

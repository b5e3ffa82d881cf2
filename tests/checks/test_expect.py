"""`expect` in its three settings."""

import json

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from course_utils.checks import CheckFailed, encode, expect, publishing, recording, rng, seeded


def test_right_is_said_and_returns_none(capsys):
    assert expect("two", got=2.0, want=lambda: 2.0) is None
    assert capsys.readouterr() == ("✓ two\n", "")


def test_wrong_raises_the_name_and_the_diagnosis():
    with pytest.raises(CheckFailed, match=r"^two: the sign is wrong.* Because\.$"):
        expect("two", got=-2.0, want=lambda: 2.0, why="Because.")


def test_a_property_raises_its_reason():
    with pytest.raises(CheckFailed, match="mask: kept units are scaled"):
        expect("mask", got=[1], that=lambda m: m == [2], why="kept units are scaled")
    expect("mask", got=[2], that=lambda m: m == [2], why="kept units are scaled")


def test_a_property_that_cannot_be_evaluated_fails_with_its_reason():
    with pytest.raises(CheckFailed, match="two columns"):
        expect("p", got=None, that=lambda m: m.shape == (2,), why="two columns")


def test_what_is_not_data_fails_with_a_sentence():
    with pytest.raises(CheckFailed, match="object is not plain data"):
        expect("thing", got=object(), want=lambda: 1.0)


@pytest.mark.parametrize("oracle", [{}, {"want": lambda: 1, "that": bool}])
def test_exactly_one_oracle_is_needed(oracle):
    with pytest.raises(TypeError, match="either want= or that="):
        expect("x", got=1, **oracle)


def test_known_mistakes_beside_the_notebook_are_named(tmp_path, monkeypatch):
    known = {
        "sentences": {"a": "You forgot N.", "b": "You doubled it."},
        "values": {"loss": {"a": encode(3.0), "b": encode(2.0)}},
    }
    (tmp_path / "known_mistakes.json").write_text(json.dumps(known))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckFailed, match=r"^loss: You forgot N\.$"):
        expect("loss", got=3.0, want=lambda: 1.0)
    with pytest.raises(CheckFailed, match="got 5, expected 1"):
        expect("loss", got=5.0, want=lambda: 1.0)


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}"])
def test_a_damaged_file_of_known_mistakes_costs_nothing(tmp_path, monkeypatch, text):
    (tmp_path / "known_mistakes.json").write_text(text)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CheckFailed, match="got 5, expected 1"):
        expect("loss", got=5.0, want=lambda: 1.0)


@pytest.fixture
def shell():
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


def test_jupyter_shows_the_sentence_and_no_traceback(shell):
    with capture_output() as captured:
        shell.run_cell("from course_utils.checks import expect")
        shell.run_cell("expect('v', got=[1.0], want=lambda: [2.0])")
    assert "✗ v: value 1: got 1, exactly half the expected 2." in captured.stdout
    assert "Traceback" not in captured.stdout + captured.stderr


def test_small_arrays_are_shown_side_by_side(shell):
    with capture_output() as captured:
        shell.run_cell(
            "import numpy as np\nfrom course_utils.checks import expect\n"
            "expect('v', got=np.array([1.0, 7.0]), want=lambda: np.array([1.0, 2.0]))"
        )
    text = captured.outputs[0].data["text/plain"]
    assert "7!" in text and "1!" not in text
    assert "<strong>✗ 7</strong>" in captured.outputs[0].data["text/html"]


def test_in_the_sandbox_it_publishes_and_decides_nothing():
    sent = []
    with publishing(lambda name, value: sent.append((name, value))):
        expect("x", got=np.float64(3))
        expect("y", got=(1, 2))
    assert sent == [("x", 3.0), ("y", (1, 2))]


def test_the_trusted_process_freezes_what_the_oracle_saw():
    records = []
    namespace = {"expect": expect}
    with recording(records, with_oracle=True):
        exec(
            "for n in (1, 2):\n"
            "    expect(f'w{n}', got=n, want=lambda: n)\n"
            "    expect(f't{n}', got=n, that=lambda m: m == n, why='n')",
            namespace,
        )
    assert [r.expectation.problem(1) is None for r in records] == [True, True, False, False]
    assert [r.expectation.problem(2) is None for r in records] == [False, False, True, True]


def test_inputs_are_reproducible_and_can_be_reseeded():
    assert rng("a").random() == rng("a").random() != rng("b").random()
    with seeded(5):
        assert rng("a").random() == rng("a").random()
        other = rng("a").random()
    assert other != rng("a").random()

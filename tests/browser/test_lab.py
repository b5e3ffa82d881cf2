"""Notebooks in JupyterLab as a reader meets them: every cell run in a real browser."""

import json
import urllib.request
from pathlib import Path

import pytest
from toys import code, save

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "artifacts"
NOTEBOOKS = sorted(path.name for path in ROOT.glob("notebooks/[0-9][0-9]_*.ipynb"))
FAST = {"00_start_here.ipynb", "04_backprop.ipynb"}
TALLEST = 12_000  # pixels; more than Chromium likes to put into one picture
pytestmark = pytest.mark.browser


def which(name):
    return name if name in FAST else pytest.param(name, marks=pytest.mark.slow)


def open_notebook(page, lab, name):
    page.goto(f"{lab.url}/lab/workspaces/{Path(name).stem}/tree/notebooks/{name}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
        "?.status === 'idle'"
    )


def run_all(page, seconds=240):
    """Run every cell and return the notebook as JupyterLab then holds it."""
    page.set_default_timeout(seconds * 1000)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
        " === 'idle'"
    )
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    page.wait_for_timeout(1000)  # widgets draw themselves
    return page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.toJSON()")


def heights(page, index):
    """The heights in pixels of what cell `index` displays."""
    return page.evaluate(
        "index => [...document.querySelectorAll('.jp-Notebook .jp-Cell')[index]"
        ".querySelectorAll('.jp-OutputArea-output')]"
        ".map(output => output.getBoundingClientRect().height)",
        index,
    )


def controls_without_arrow_keys(page):
    """Controls whose arrow keys JupyterLab takes to move between cells.

    It looks for `data-lm-suppress-shortcuts` on the focused element; on a parent it is too late.
    """
    return page.evaluate(
        "() => [...document.querySelectorAll('.jp-OutputArea-output :is("
        "input[type=range], input[type=radio], select, [role=slider])')]"
        ".filter(control => !control.hasAttribute('data-lm-suppress-shortcuts'))"
        ".map(control => control.outerHTML.slice(0, 120))"
    )


def picture(page, name):
    """The whole notebook in artifacts/NAME.png."""
    height = page.evaluate(
        "() => [...document.querySelectorAll('.jp-WindowedPanel-outer')]"
        ".reduce((most, panel) => Math.max(most, panel.scrollHeight), 0)"
    )
    page.set_viewport_size({"width": 1280, "height": min(height + 150, TALLEST)})
    page.evaluate(
        "() => document.querySelectorAll('.jp-WindowedPanel-outer').forEach(e => e.scrollTo(0, 0))"
    )
    page.wait_for_timeout(1000)
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{Path(name).stem}.png")


@pytest.mark.parametrize("name", [which(name) for name in NOTEBOOKS])
def test_every_cell_runs_and_every_widget_appears(page, lab, name):
    open_notebook(page, lab, name)
    nb = run_all(page)
    picture(page, name)
    for number, cell in enumerate(nb["cells"], 1):
        if cell["cell_type"] == "code":
            assert cell["execution_count"], f"cell {number} did not run"
            for output in cell["outputs"]:
                assert output["output_type"] != "error", f"cell {number}: {output['evalue']}"
                assert output.get("name") != "stderr", f"cell {number}: {output['text']}"
            for height in heights(page, number - 1):
                assert height > 8, f"cell {number} displays nothing"
    assert controls_without_arrow_keys(page) == []
    text = page.locator(".jp-Notebook").inner_text()
    for complaint in ("Error displaying widget", "Failed to load model"):
        assert complaint not in text
    assert page.seen.errors == []
    assert page.seen.outside == []


QUIZ = [
    "from course_utils.quiz import predict\n"
    "predict('Is 1 + 1 = 2?', {'No': 'Count again.', 'Yes': 'One and one.'}, answer='Yes')"
]


@pytest.fixture
def quiz(page, lab):
    """A page with one prediction question, run."""
    save(lab.folder / "notebooks" / "quiz.ipynb", *map(code, QUIZ))
    open_notebook(page, lab, "quiz.ipynb")
    run_all(page)
    return page.get_by_role("group", name="Is 1 + 1 = 2?")


def test_a_question_answers_each_choice_with_its_reason_by_keyboard(quiz, page):
    quiz.get_by_role("radio", name="No").focus()
    page.keyboard.press("Space")
    assert quiz.get_by_role("status").inner_text() == "✗ Not this one. Count again."
    page.keyboard.press("ArrowDown")
    assert quiz.get_by_role("status").inner_text() == "✓ Right. One and one."
    assert quiz.get_by_role("radio", name="Yes").is_checked()
    quiz.screenshot(path=ARTIFACTS / "question.png")
    assert page.seen.errors == []


def test_the_settings_of_the_course_are_in_force(lab):
    def setting(name):
        with urllib.request.urlopen(f"{lab.url}/lab/api/settings/{name}") as answer:
            return json.load(answer)["schema"]["properties"]

    kernels = setting("@jupyterlab/apputils-extension:kernels-settings")
    assert kernels["commsOverSubshells"]["default"] == "disabled"
    news = setting("@jupyterlab/apputils-extension:notification")
    assert news["fetchNews"]["default"] == "false"

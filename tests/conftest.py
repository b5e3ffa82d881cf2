"""A tiny course made on the spot, for tests of the tools that build, check and grade courses; and
one browser for all tests that need one.
"""

import shutil
from pathlib import Path

import nbformat
import pytest
from toys import MISTAKES, TOY, code, markdown, save

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM_FLAGS = """
    --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync
""".split()


def make_toy_course(root):
    """A course of one theory notebook and one unit, not yet built."""
    shutil.copy(ROOT / "nbgrader_config.py", root)
    save(root / "notebooks" / "01_toy.ipynb", markdown("# Toy"), code("print(6 * 7)"))
    save(root / "solutions" / "01_toy" / "toy.ipynb", *TOY)
    (root / "solutions" / "01_toy" / "mistakes.py").write_text(MISTAKES)
    (root / "solutions" / "01_toy" / "alternatives.py").write_text("# nothing yet\n")
    return root


@pytest.fixture(scope="session")
def _built(tmp_path_factory):
    from course_utils.build import build, build_index

    root = make_toy_course(tmp_path_factory.mktemp("built"))
    for path in ("notebooks/01_toy.ipynb", "solutions/01_toy/toy.ipynb"):
        build(root / path, root)
    build_index(root)
    return root


@pytest.fixture
def toy_course(_built, tmp_path):
    """A built course of one theory notebook and one unit, a copy of its own for each test."""
    return shutil.copytree(_built, tmp_path / "course")


@pytest.fixture
def student(tmp_path):
    """student(double="def …", …) -> path of a released toy exercise with these sources filled in.

    A source of None deletes the cell.
    """

    def fill_in(**sources):
        cells = [cell.copy() for cell in nbformat.from_dict(TOY)]
        for cell in cells:
            id = cell.metadata.get("nbgrader", {}).get("grade_id")
            cell.source = sources.get(id, cell.source)
        kept = [cell for cell in cells if cell.source is not None]
        return save(tmp_path / "student" / "toy.ipynb", *kept)

    return fill_in


@pytest.fixture(scope="session")
def browser():
    """Chromium, one for all tests of a process: Playwright cannot be started twice in it.

    A test that needs it fails with what to install when there is none.
    """
    from playwright.sync_api import sync_playwright

    from course_utils.doctor import chromium

    program = chromium()
    if program is None:
        pytest.fail("Chromium is missing: install the package `chromium`, or set NO_BROWSER=1")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield running
        running.close()


SLOW = (  # minutes: sandboxes, every mistake, whole classes
    "tests/grading",
    "tests/test_exercises.py",
    "tests/report/test_simulate.py",
    "tests/report/test_commands.py",
    "tests/widgets/test_export.py",
)


def pytest_collection_modifyitems(config, items):
    """Mark whole folders slow, so that `make check` stays under a minute, and browser tests.

    A process in which Playwright has run can start no kernel any more: `make test` runs browser
    tests and notebooks in processes of their own.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        path = item.path.relative_to(config.rootpath).as_posix()
        if path.startswith(SLOW):
            item.add_marker(pytest.mark.slow)

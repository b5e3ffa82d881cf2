"""`course build`: everything generated is made here, from the notebooks that people edit.

A theory notebook is executed and normalised in place. A unit of solutions/ is too, and from it
come known_mistakes.json and the exercise that students get. Last, the concept index.
"""

import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode

from course_utils.notebooks import NotebookError, dumps, execute, faults, normalise, read, write

OnCell = Callable[[int, int], None]


def course_root(path: Path | None = None) -> Path:
    """The folder of the course that `path`, else the working directory, else this package is in."""
    for start in (path or Path(), Path(), Path(__file__)):
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / "nbgrader_config.py").exists():
                return folder
    return Path.cwd()


def targets(root: Path, paths: list[Path]) -> list[Path]:
    """The notebooks that `paths` (notebooks, units, folders; none = all) stand for."""
    found: list[Path] = []
    everything = [p for p in (root / "notebooks", root / "solutions") if p.exists()]
    for path in paths or everything:
        path = path.resolve()
        if (root / "exercises") in [path, *path.parents]:
            raise NotebookError(f"{path}: exercises are generated; build solutions/ instead.")
        if not path.exists():
            raise NotebookError(f"{path}: there is no such notebook or folder.")
        notebooks = [path] if path.is_file() else sorted(path.glob("**/*.ipynb"))
        found += [p for p in notebooks if ".ipynb_checkpoints" not in p.parts]
    return list(dict.fromkeys(found))


def is_solution(path: Path, root: Path) -> bool:
    """Whether `path` is the notebook of a unit of solutions/."""
    return path.parent.parent == root / "solutions"


def build(
    path: Path, root: Path, *, check: bool = False, on_cell: OnCell = lambda i, n: None
) -> list[Path]:
    """Bring one notebook and what is made from it up to date; returns the files that changed.

    check: change nothing, only return what would change (pictures are not compared).
    on_cell: called with (cell, number of cells) before each cell runs.
    Raises NotebookError when a cell fails or writes to stderr.
    """
    nb = read(path)
    fresh = execute(nb, path, on_cell=lambda index: on_cell(index + 1, len(nb.cells)))
    if problems := list(faults(fresh, path)):
        raise NotebookError("\n".join(problems))
    fresh = normalise(fresh)
    if check:
        stale = [path] if _without_pictures(fresh) != _without_pictures(nb) else []
    else:
        stale = [path] if write(dumps(fresh), path) else []
    return stale + (_build_unit(path.parent, root, check) if is_solution(path, root) else [])


def _without_pictures(nb: NotebookNode) -> str:
    """The file without the bytes of its pictures, which may differ between machines."""
    return re.sub(r'(data:image/png;base64,|"image/png": ")[\w+/=\\]+', r"\1", dumps(nb))


def _build_unit(unit: Path, root: Path, check: bool) -> list[Path]:
    from course_utils.release import differences, release, update

    stale = _build_known_mistakes(unit, check) if (unit / "mistakes.py").exists() else []
    with tempfile.TemporaryDirectory() as scratch:
        release(root, Path(scratch), unit.name)
        made, kept = Path(scratch) / unit.name, root / "exercises" / unit.name
        return stale + (
            [kept / p for p in differences(made, kept)] if check else update(made, kept)
        )


def _build_known_mistakes(unit: Path, check: bool) -> list[Path]:
    from course_utils.checks import Exercise, known_mistakes

    known = known_mistakes(Exercise.load(unit))
    text = json.dumps(known, indent=1, ensure_ascii=False) + "\n"
    return _bring(unit / "known_mistakes.json", text, check)


def _bring(path: Path, text: str, check: bool) -> list[Path]:
    """Write `text` to `path` unless checking; returns [path] if it was different."""
    if check:
        same = path.exists() and path.read_text(encoding="utf-8") == text
        return [] if same else [path]
    return [path] if write(text, path) else []


def build_index(root: Path, *, check: bool = False) -> tuple[list[Path], list[str]]:
    """Bring notebooks/index.md up to date; returns it if it changed, and what is wrong in tags."""
    from course_utils.index import render, scan

    path = root / "notebooks" / "index.md"
    found, problems = scan(root)
    return _bring(path, render(found), check), problems


def remove_stale_exercises(root: Path, *, check: bool = False) -> list[Path]:
    """Drop exercises whose unit is no longer in solutions/; returns their files."""
    import shutil

    from course_utils.release import spare_answers

    units = {p.name for p in (root / "solutions").glob("*") if p.is_dir()}
    folders = [p for p in sorted((root / "exercises").glob("[!.]*")) if p.is_dir()]
    gone = [folder for folder in folders if folder.name not in units]
    files = [f for folder in gone for f in sorted(folder.rglob("*")) if f.is_file()]
    if not check:
        spare_answers(files)
        for folder in gone:
            shutil.rmtree(folder)
    return files

"""What a student handed in, read without trusting any of it, and mended as nbgrader would.

Only types and sources of cells are taken from the file. Ids, points, locks, checksums, checks and
the kernel come from the unit's master copy. A copied cell becomes a plain cell, a deleted check
comes back, so an innocent slip costs nothing and a crafted notebook gains nothing.
"""

import hashlib
import json
import os
import stat
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import nbformat

MAX_NOTEBOOK = 64 << 20
MAX_SOURCE = 2 << 20  # characters of all cells together
MAX_FILES = 10 << 20
MAX_CELLS = 1000
TIMESTAMP = "timestamp.txt"


class Ungradable(Exception):
    """This submission cannot be graded; the message tells the student why."""


@dataclass
class Submission:
    """One student's notebook, mended.

    cells: nbformat cells; `ids` their grade_id or None. files: what else was handed in, by name.
    digest: of everything read. notes: what was mended, for the instructor.
    """

    student: str
    cells: list[dict]
    ids: list[str | None]
    files: dict[str, bytes] = field(default_factory=dict)
    timestamp: str | None = None
    digest: str = ""
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Raw:
    """The bytes that were handed in."""

    notebook: bytes
    files: dict[str, bytes]
    notes: list[str]

    @property
    def digest(self):
        digest = hashlib.sha256(self.notebook)
        for name, content in sorted(self.files.items()):
            digest.update(f"\0{name}\0{len(content)}\0".encode("utf-8", "replace") + content)
        return digest.hexdigest()[:32]


def read(student, folder, unit, ignore=()):
    """Read and mend what a student handed in. Raises Ungradable with the reason.

    ignore: patterns of files that are left out, as nbgrader's CourseDirectory.ignore.
    """
    raw = load(folder, unit, ignore)
    notes = list(raw.notes)
    timestamp = valid_timestamp(raw.files.get(TIMESTAMP, b""), notes)
    cells, ids = mend(parse(raw.notebook), unit, notes)
    return Submission(student, cells, ids, raw.files, timestamp, raw.digest, notes)


def load(folder, unit, ignore=()):
    """The bytes in submitted/STUDENT/UNIT. Raises Ungradable."""
    folder = Path(folder)
    if folder.is_symlink() or not folder.is_dir():
        raise Ungradable(f"{folder.name} is not a folder (or a link to one).")
    try:
        notebook, notes = read_notebook(folder, unit)
        return Raw(notebook, read_files(folder, ignore), notes)
    except OSError as error:
        raise Ungradable(f"it cannot be read: {error.strerror}.") from None


# ---- files


def open_regular(path, limit):
    """The bytes of a regular file; links, devices and pipes are refused."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise Ungradable(f"{path.name} cannot be read ({error.strerror}); is it a link?") from None
    with os.fdopen(fd, "rb") as file:
        about = os.fstat(file.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise Ungradable(f"{path.name} is not a file.")
        if about.st_size > limit:
            raise Ungradable(f"{path.name} has {about.st_size >> 20} MB, more than can be graded.")
        return file.read(limit + 1)


def read_notebook(folder, unit):
    """The bytes of the unit's notebook, also under another name if there is only one notebook."""
    name = f"{unit.notebook}.ipynb"
    try:
        return open_regular(folder / name, MAX_NOTEBOOK), []
    except FileNotFoundError:
        others = sorted(p.name for p in folder.glob("*.ipynb"))
    if len(others) != 1:
        found = ", ".join(sorted(p.name for p in folder.iterdir())[:5]) or "nothing"
        raise Ungradable(f"there is no {name}; the folder holds: {found}.")
    data = open_regular(folder / others[0], MAX_NOTEBOOK)
    if not any(f'"{id}"'.encode() in data for id in unit.cells):
        raise Ungradable(f"there is no {name}, and {others[0]} is not a copy of it.")
    return data, [f"the notebook was called {others[0]}"]


def read_files(folder, ignore):
    """The other files handed in, as nbgrader copies them; links and what is too much left out."""
    files, room = {}, MAX_FILES
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        ignored = any(fnmatch(part, pattern) for part in relative.parts for pattern in ignore)
        linked = any(p.is_symlink() for p in [path, *path.parents] if p.is_relative_to(folder))
        if ignored or linked or path.suffix == ".ipynb" or not path.is_file():
            continue
        try:
            files[str(relative)] = open_regular(path, room)
        except (Ungradable, FileNotFoundError):
            continue
        room -= len(files[str(relative)])
    return files


def valid_timestamp(data, notes):
    """The text of timestamp.txt if nbgrader can read it, else None."""
    from nbgrader.utils import parse_utc

    text = data[:100].decode(errors="replace").strip()
    if not text:
        return None
    try:
        parse_utc(text)
    except (ValueError, OverflowError, TypeError):
        notes.append(f"{TIMESTAMP} is not a time: {text[:40]!r}")
        return None
    return text


# ---- the notebook


def parse(data):
    """The cells of a notebook as (type, source, grade_id) triples. Raises Ungradable."""
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Ungradable(f"the notebook is not valid JSON ({str(error)[:80]}).") from None
    if isinstance(notebook, dict) and notebook.get("nbformat") in (1, 2, 3):
        notebook = upgraded(data)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise Ungradable("the file is JSON but not a notebook: it has no list of cells.")
    if len(cells) > MAX_CELLS:
        raise Ungradable(f"the notebook has {len(cells)} cells, more than {MAX_CELLS}.")
    triples = [read_cell(cell) for cell in cells]
    if sum(len(source) for _, source, _ in triples) > MAX_SOURCE:
        raise Ungradable("the notebook's cells hold far too much text.")
    return triples


def upgraded(data):
    """A notebook of an old nbformat, brought to the present one."""
    try:
        return nbformat.reads(data.decode(), as_version=4)
    except Exception as error:
        raise Ungradable(f"the old notebook format cannot be read ({error}).") from None


def read_cell(cell):
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source if isinstance(source, str) else ""
    metadata = cell.get("metadata")
    about = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    id = about.get("grade_id") if isinstance(about, dict) else None
    kind = cell.get("cell_type")
    return (
        kind if kind in ("code", "markdown", "raw") else "raw",
        source.encode("utf-8", "replace").decode(),  # half a surrogate pair cannot be written
        id if isinstance(id, str) else None,
    )


def mend(triples, unit, notes):
    """Restore what is not the student's to change; returns (cells, their ids)."""
    ids = [id if id in unit.cells else None for _, _, id in triples]
    last = {id: index for index, id in enumerate(ids) if id}  # nbgrader, too, keeps the last copy
    if copies := {id for index, id in enumerate(ids) if id and last[id] != index}:
        notes.append(f"copied cells: {', '.join(sorted(copies))}")
    ids = [id if id and last[id] == index else None for index, id in enumerate(ids)]
    cells = [
        master_cell(unit.cells[id], source) if id else plain_cell(kind, source)
        for (kind, source, _), id in zip(triples, ids, strict=True)
    ]
    put_back(cells, ids, unit, notes)
    return [{**cell, "id": f"c{n:03d}"} for n, cell in enumerate(cells, 1)], ids


def plain_cell(kind, source, about=None):
    cell = {"cell_type": kind, "metadata": about or {}, "source": source}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def master_cell(master, source):
    """A cell with the master's metadata, and its source too unless it is for the student."""
    about = master.metadata.nbgrader
    source = source if about["solution"] else master.source
    return plain_cell(master.cell_type, source, {"nbgrader": dict(about)})


def put_back(cells, ids, unit, notes):
    """Insert deleted locked cells where they belong: behind the master cell before them.

    A check whose answer cannot be told from other cells any more goes to the end, behind them all.
    """
    before = None
    for id, master in unit.cells.items():
        about = master.metadata.nbgrader
        if id not in ids and (about["grade"] or not about["solution"]):
            notes.append(f"put back: {id}")
            position = ids.index(before) + 1 if before in ids else 0
            if before not in ids and about["grade"]:
                position = len(cells)
            cells.insert(position, master_cell(master, master.source))
            ids.insert(position, id)
        before = id

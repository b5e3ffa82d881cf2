"""Seconds to execute each notebook as `course build` does, beside what a bare kernel takes.

    python benchmarks/notebooks.py [--json] [--repeats 3] [NOTEBOOK ...]

Medians of several runs, each on a fresh kernel. The first row is a notebook that only imports
NumPy and torch: what any of them would cost if it did nothing else.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from rich.progress import track

from course_utils.notebooks import execute, read

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 60  # seconds a theory notebook may take
BARE = "a kernel that imports torch"


def all_notebooks():
    return [*sorted(ROOT.glob("notebooks/*.ipynb")), *sorted(ROOT.glob("solutions/*/*.ipynb"))]


def seconds(nb, path, repeats):
    """Median time to execute a notebook on a fresh kernel."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        execute(nb, path)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path, help="all of the course if none")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()
    paths = [path.resolve() for path in options.notebooks] or all_notebooks()
    with tempfile.TemporaryDirectory() as folder:
        bare = nbformat.v4.new_notebook()
        bare.cells = [nbformat.v4.new_code_cell("import numpy, torch")]
        todo = {BARE: (bare, Path(folder, "bare.ipynb"))}
        todo |= {str(path.relative_to(ROOT)): (read(path), path) for path in paths}
        rows = [
            {"notebook": name, "seconds": round(seconds(nb, path, options.repeats), 2)}
            for name, (nb, path) in track(
                todo.items(), "Executing", disable=not sys.stderr.isatty(), transient=True
            )
        ]
    for row in rows:
        slow = f"  over {LONGEST} s" if row["seconds"] > LONGEST else ""
        print(f"{row['notebook']:52}{row['seconds']:8.2f}{slow}")
    if options.json:
        print(json.dumps({"name": "notebooks", "rows": rows}))


if __name__ == "__main__":
    main()

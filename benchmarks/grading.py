"""Seconds and processor time per submission: ours beside nbgrader, otter and plain Python.

    python benchmarks/grading.py [--students 64] [--repeats 3] [--growth] [--json]
    python benchmarks/grading.py --bank
    python benchmarks/grading.py --honest [--units 04_backprop …]

Right submissions of a NumPy unit, of a torch unit of four functions, and of one that trains for
long, all in one run. Each takes the next of the unit's alternative right answers, if it has any.
`--bank` hands the tests' bank of attacks to plain `nbgrader autograde`, one at a time, inside a
sandbox of its own with hard limits, because nothing else would keep this machine safe from it.
`--honest` has nbgrader and us grade the right answers, stubs, known mistakes and alternatives of
the course's units, and compares the points of every cell.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "grading"))

import mini  # noqa: E402
import torch_units  # noqa: E402

UNITS = ["04_backprop", torch_units.TINY, torch_units.LONG]
STAT = Path("/proc/stat")
ENVIRONMENT = {
    **os.environ,
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
}


def make_class(root, unit, students):
    """A course with `students` right submissions of `unit`."""
    from course_utils.checks import Exercise

    mini.make_course(root)
    torch_units.add_to(root)
    if not (root / "solutions" / unit).exists():
        shutil.copytree(ROOT / "solutions" / unit, root / "solutions" / unit)
    exercise = Exercise.load(root / "solutions" / unit)
    answers = [{}, *(answer.sources for answer in exercise.alternatives)]
    for number in range(students):
        hand_in(root, exercise, f"s{number:05d}", answers[number % len(answers)])
    return root


def hand_in(root, exercise, student, sources):
    """Submit the solution with the functions in `sources` replaced."""
    notebook = json.loads((exercise.path / f"{exercise.notebook}.ipynb").read_text("utf-8"))
    for cell in notebook["cells"]:
        name = cell["metadata"].get("nbgrader", {}).get("grade_id")
        cell["source"] = sources.get(name, cell["source"])
    folder = root / "submitted" / student / exercise.name
    folder.mkdir(parents=True)
    (folder / f"{exercise.notebook}.ipynb").write_text(json.dumps(notebook))


def measured(command, cwd):
    """Run a command; return its (seconds, processor seconds)."""
    before, start = busy_seconds(), time.perf_counter()
    with started(command, cwd):
        pass
    return time.perf_counter() - start, busy_seconds() - before


def busy_seconds():
    """Processor seconds of the whole machine since it started, so let nothing else run.

    What a command's own processes used cannot be asked: bubblewrap does not wait for its children.
    """
    user, nice, system, _, _, irq, softirq = map(int, STAT.read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def peak_memory(command, cwd):
    """Run a command; return its peak memory in MB. Looking slows it down, so this is not timed."""
    peak = 0
    with started(command, cwd) as process:
        while process.poll() is None:
            peak = max(peak, memory_of(process.pid))
            time.sleep(0.2)
    return peak


@contextmanager
def started(command, cwd):
    """A command at work; waits for its end, and raises RuntimeError if it failed."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command, cwd=cwd, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=said
        )
        yield process
        if process.wait():
            said.seek(0)
            ended = f"{command[0]} ended with {process.returncode}"
            raise RuntimeError(f"{ended}: {said.read()[-800:]}")


def memory_of(pid):
    """Proportional memory of a process and all below it, in MB; shared pages count once."""
    total, waiting = 0, [pid]
    while waiting:
        pid = waiting.pop()
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(text.partition("\nPss:")[2].split()[0])
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        except (OSError, ValueError, IndexError):
            continue
    return total / 1024


def ours(root, unit, workers):
    program = Path(sys.executable).with_name("course")
    return [program, "grade", unit, "--force", "--workers", str(workers)]


def nbgrader(root, unit):
    return [sys.executable, "-m", "nbgrader", "autograde", unit, "--force"]


def prepare_nbgrader(root, unit):
    """nbgrader wants the assignment generated first; not part of what is measured."""
    generate = [sys.executable, "-m", "nbgrader", "generate_assignment", unit, "--force"]
    subprocess.run(generate, cwd=root, env=ENVIRONMENT, check=True, capture_output=True)


def script(root, unit):
    """A submission as a plain Python script: what running it costs without any grader."""
    from course_utils.checks import Exercise

    exercise = Exercise.load(root / "solutions" / unit)
    path = root / f"{unit}.py"
    path.write_text("\n\n".join(cell.source for cell in exercise.cells))
    return [sys.executable, str(path)]


# What otter calls a test file: one check cell, run in the namespace the notebook left behind.
OTTER_TEST = """from otter.test_files import test_case

OK_FORMAT = False
name = {name!r}
points = {points!r}


@test_case(points={points!r})
def check(env):
    exec({source!r}, env)
"""


def otter():
    """The program, beside this Python or on the path, or None. `pip install -e '.[bench]'`."""
    beside = Path(sys.executable).with_name("otter")
    return str(beside) if beside.exists() else shutil.which("otter")


def prepare_otter(root, unit):
    """The unit as otter has it: a notebook without checks, and a zip of test files."""
    import nbformat

    from course_utils.checks import Exercise

    exercise = Exercise.load(root / "solutions" / unit)
    with zipfile.ZipFile(root / "autograder.zip", "w") as archive:
        archive.writestr("otter_config.json", '{"pdf": false}')
        for id, points in exercise.points.items():
            (source,) = (cell.source for cell in exercise.cells if cell.id == id)
            test = OTTER_TEST.format(name=id, points=points, source=source)
            archive.writestr(f"tests/{id}.py", test)
    cells = [nbformat.v4.new_code_cell(c.source) for c in exercise.cells if not c.grade]
    submission = root / f"{unit}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), submission)
    return [otter(), "run", str(submission), "-a", str(root / "autograder.zip"), "-o", str(root)]


def check_otter(root, unit):
    """Stop unless otter gave the right submission all points: else it did other work."""
    from course_utils.checks import Exercise

    results = json.loads((root / "results.json").read_text())["tests"]
    got = sum(test.get("score", 0) for test in results if test.get("max_score"))
    want = sum(Exercise.load(root / "solutions" / unit).points.values())
    if got != want:
        sys.exit(f"otter gives {got} of {want} points to the right submission: {results}")


def medians(command, cwd, repeats, n):
    runs = [measured(command, cwd) for _ in range(repeats)]
    seconds, used = (statistics.median(column) for column in zip(*runs, strict=True))
    return seconds / n, used / n, peak_memory(command, cwd)


def compare(unit, students, repeats, workers, few):
    """Rows for one unit: plain Python, nbgrader (on `few` submissions), then ours."""
    with tempfile.TemporaryDirectory() as folder:
        small = make_class(Path(folder, "small"), unit, few)
        prepare_nbgrader(small, unit)
        whole = make_class(Path(folder, "whole"), unit, students)
        yield row("plain python", unit, 1, 1, medians(script(small, unit), small, repeats, 1))
        yield row(
            "nbgrader autograde", unit, 1, few, medians(nbgrader(small, unit), small, repeats, few)
        )
        if otter():
            figures = medians(prepare_otter(small, unit), small, repeats, 1)
            check_otter(small, unit)
            yield row("otter run", unit, 1, 1, figures)
        for count in workers:
            figures = medians(ours(whole, unit, count), whole, repeats, students)
            yield row("course grade", unit, count, students, figures)


def row(who, unit, workers, n, figures):
    seconds, used, peak = figures
    return {
        "who": who, "unit": unit, "workers": workers, "n": n,
        "seconds_per_submission": seconds, "cpu_seconds_per_submission": used, "peak_mb": peak,
    }  # fmt: skip


def told(rows):
    """The rows, each announced when it is measured: all of them take half an hour."""
    for row in rows:
        who = f"{row['unit']}, {row['who']}, {row['workers']} workers, {row['n']} submissions"
        print(f"{who}: {row['seconds_per_submission']:.3f} s each", file=sys.stderr)
        yield row


def with_ratios(rows):
    base = {r["unit"]: r["seconds_per_submission"] for r in rows if r["who"].startswith("nbgrader")}
    return [{**r, "ratio_to_nbgrader": base[r["unit"]] / r["seconds_per_submission"]} for r in rows]


def growth(unit, sizes, workers):
    """Rows of ours for growing classes: the cost of one submission should not grow."""
    for students in sizes:
        with tempfile.TemporaryDirectory() as folder:
            root = make_class(Path(folder), unit, students)
            figures = medians(ours(root, unit, workers), root, 1, students)
            yield row("course grade, growth", unit, workers, students, figures)


# ---- the bank under plain nbgrader


def contained(root, command, seconds=240):
    """Run a command that may do anything: its own processes, network, users, little of it all."""
    import importlib

    box = importlib.import_module("course_utils.grading.box")
    wrap = [
        "bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--die-with-parent",
        *box.filesystem(()), "--ro-bind-try", "/etc/passwd", "/etc/passwd",
        "--dev", "/dev", "--proc", "/proc",
        "--perms", "1777", "--size", str(256 << 20), "--tmpfs", "/tmp",
        "--perms", "755", "--dir", str(root.parent), "--bind", str(root), str(root),
        "--chdir", str(root), "--",
        "prlimit", f"--as={6 << 30}", "--nproc=200", f"--fsize={64 << 20}", "--cpu=120", "--",
    ]  # fmt: skip
    if os.getuid() == 0:
        wrap += ["setpriv", "--reuid=61235", "--regid=61235", "--clear-groups"]
    environment = {**ENVIRONMENT, "HOME": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [*wrap, *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return "did not end"


def bank_under_nbgrader(template, names=None):
    """(group, name, what plain nbgrader did) for every entry of the bank."""
    import bank

    for group in ("CHEATS", "FAULTS", "HONEST", "REFUSED"):
        for name, entry in getattr(bank, group).items():
            if names and name not in names:
                continue
            entry = entry[0] if isinstance(entry, tuple) else entry
            yield group, name, entry.score, one_under_nbgrader(template, entry)


def one_under_nbgrader(template, entry):
    """Hand in one entry and a right answer after it; say scores, and whether the batch ended."""
    import bank

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        root = Path(shutil.copytree(template, Path(folder, "course")))
        bank.place(root, "attacker", entry, {"COURSE": str(root), "PORT": "9"})
        mini.hand_in(root, "zoe")
        for path in [root, *root.rglob("*")]:
            os.chown(path, 61235, 61235, follow_symlinks=False)
        before = solutions(root)
        command = [sys.executable, "-m", "nbgrader", "autograde", mini.UNIT]
        status = contained(root, [*command, "--Execute.timeout=30"])
        scores = scores_of(root)
        changed = solutions(root) != before or (root / "written").exists()
        return {
            "score": scores.get("attacker"), "next_student": scores.get("zoe"),
            "status": status, "changed_outside": changed,
        }  # fmt: skip


def solutions(root):
    return {p: p.read_bytes() for p in (root / "solutions").rglob("*") if p.is_file()}


def scores_of(root):
    import sqlite3

    query = (
        "select s.student_id, sum(coalesce(g.manual_score, g.auto_score)), count(g.auto_score) "
        "from grade g join submitted_notebook n on g.notebook_id = n.id "
        "join submitted_assignment s on n.assignment_id = s.id group by 1"
    )
    try:
        database = sqlite3.connect(root / "gradebook.db")
        rows = database.execute(query).fetchall()
        database.close()
    except sqlite3.Error:
        return {}
    return {student: score for student, score, graded in rows if graded}


def show_bank():
    """Print the bank's two columns as a Markdown table."""
    print("| Entry | may get | plain `nbgrader autograde` | next student | changed outside |")
    print("|---|--:|--:|--:|:-:|")
    with tempfile.TemporaryDirectory() as folder:
        template = mini.make_course(Path(folder, "template"))
        prepare_nbgrader(template, mini.UNIT)
        for group, name, fair, got in bank_under_nbgrader(template):
            score = "none" if got["score"] is None else f"{got['score']:g}"
            other = "not graded" if got["next_student"] is None else f"{got['next_student']:g}"
            changed = "yes" if got["changed_outside"] else ""
            wanted = "none" if group == "REFUSED" else f"{fair:g}"
            kind = group.lower().removesuffix("s")
            print(f"| {kind}: {name} | {wanted} | {score} | {other} | {changed} |", flush=True)


# ---- every honest answer, under nbgrader and under us


def honest_answers(exercise):
    """{student: sources}: right, stubs, then a mistake, or an alternative, of each function."""
    answers = {"right": {}, "stubs": exercise.stubs()}
    for kind in ("mistakes", "alternatives"):
        for name in exercise.functions:
            own = [answer for answer in getattr(exercise, kind) if answer.functions[0] == name]
            for number, answer in enumerate(own):
                student = answers.setdefault(f"{kind}{number:02d}", {})
                for function, source in answer.sources.items():
                    student.setdefault(function, source)
    return answers


def compare_honest(unit):
    """Print how many cells of how many submissions got the same points; returns the others."""
    from course_utils.checks import Exercise
    from course_utils.grading.batch import Options, grade

    exercise = Exercise.load(ROOT / "solutions" / unit)
    with tempfile.TemporaryDirectory() as folder:
        root = mini.make_course(Path(folder, "theirs"))
        shutil.copytree(exercise.path, root / "solutions" / unit)
        answers = honest_answers(exercise)
        for student, sources in answers.items():
            hand_in(root, exercise, student, sources)
        mine = Path(shutil.copytree(root, Path(folder, "ours")))
        prepare_nbgrader(root, unit)
        subprocess.run(nbgrader(root, unit), cwd=root, env=ENVIRONMENT, capture_output=True)
        grade(mine, unit, Options(seed=0))  # the inputs that nbgrader's own run draws
        theirs, ours = cell_scores(root), cell_scores(mine)
    other = {key: (theirs.get(key), ours[key]) for key in ours if theirs.get(key) != ours[key]}
    print(f"{unit}: {len(answers)} submissions, {len(ours)} cells, {len(other)} differ", flush=True)
    for (student, cell), (their, our) in other.items():
        print(f"    {student}, {cell}: nbgrader {their}, course grade {our}")
    return other


def cell_scores(root):
    """{(student, cell): points} of all that was graded."""
    import sqlite3

    query = (
        "select s.student_id, c.name, g.auto_score from grade g "
        "join base_cell c on g.cell_id = c.id join submitted_notebook n on g.notebook_id = n.id "
        "join submitted_assignment s on n.assignment_id = s.id"
    )
    database = sqlite3.connect(root / "gradebook.db")
    rows = database.execute(query).fetchall()
    database.close()
    return {(student, cell): score for student, cell, score in rows}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=64)
    parser.add_argument("--nbgrader-students", type=int, default=16)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4, 6])
    parser.add_argument("--units", nargs="*")
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--bank", action="store_true")
    parser.add_argument("--honest", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.bank:
        return show_bank()
    if options.honest:
        every = sorted(path.name for path in (ROOT / "solutions").glob("[0-9]*"))
        return any([compare_honest(unit) for unit in options.units or every])
    if otter() is None:
        print("otter: not installed, skipped (pip install -c constraints.txt -e '.[bench]')")
    rows = []
    few = min(options.nbgrader_students, options.students)
    for unit in options.units or UNITS:
        rows += told(compare(unit, options.students, options.repeats, options.workers, few))
        if options.growth:
            rows += told(growth(unit, (16, 64, 256, 1024), max(options.workers)))
    rows = with_ratios(rows)
    print(
        f"{'unit':18}{'who':24}{'workers':>8}{'n':>6}{'s each':>9}{'cpu s':>8}{'MB':>7}{'ratio':>7}"
    )
    for r in rows:
        print(f"{r['unit']:18}{r['who']:24}{r['workers']:8}{r['n']:6}"
              f"{r['seconds_per_submission']:9.3f}{r['cpu_seconds_per_submission']:8.3f}"
              f"{r['peak_mb']:7.0f}{r['ratio_to_nbgrader']:7.1f}")  # fmt: skip
    if options.json:
        print(json.dumps({"name": "grading", "rows": rows}))
    return None


if __name__ == "__main__":
    sys.exit(main())

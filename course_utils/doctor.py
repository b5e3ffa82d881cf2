"""`course doctor`: is this machine ready for the course, and if not, what to do about it."""

import importlib.metadata
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DISTRIBUTION = "neural-networks-course"
SETUP = "run `make setup` in the course's folder"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: what was found and, when it is not in order, how to mend it."""

    name: str
    found: str
    mend: str = ""

    @property
    def ok(self) -> bool:
        return not self.mend


def python() -> Finding:
    """The interpreter: 3.11 to 3.13."""
    version = ".".join(map(str, sys.version_info[:3]))
    fine = (3, 11) <= sys.version_info < (3, 14)
    return Finding("python", version, "" if fine else "install Python 3.11, 3.12 or 3.13")


def packages() -> Finding:
    """Installed versions against the package's own requirements."""
    from packaging.requirements import Requirement

    wrong = []
    for line in importlib.metadata.requires(DISTRIBUTION) or []:
        need = Requirement(line)
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        version = _version(need.name)
        if version is None or not need.specifier.contains(version, prereleases=True):
            wrong.append(f"{need.name} {version or 'missing'}, needs {need.specifier}")
    return Finding("packages", "; ".join(wrong) or "as required", SETUP if wrong else "")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def torch() -> Finding:
    """PyTorch loads and its gradients are right."""
    try:
        import torch

        x = torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)
        (x**2).sum().backward()
        right = x.grad.tolist() == [2.0, 4.0]
    except Exception as error:
        return Finding("torch", f"does not work ({error})", SETUP)
    return Finding("torch", torch.__version__, "" if right else f"wrong gradients: {SETUP}")


def kernel() -> Finding:
    """A Python kernel starts, on this interpreter."""
    from course_utils.kernel import kernel as started
    from course_utils.notebooks import NotebookError

    try:
        with tempfile.TemporaryDirectory() as scratch, started(Path(scratch), 30) as running:
            failure = running.run(0, f"import sys; assert sys.prefix == {sys.prefix!r}, sys.prefix")
    except NotebookError as error:
        return Finding("kernel", str(error), SETUP)
    if failure:
        mend = "remove the other one: `jupyter kernelspec remove python3`, then " + SETUP
        return Finding("kernel", f"another Python's ({failure.message})", mend)
    return Finding("kernel", "starts")


def widgets() -> Finding:
    """JupyterLab's side of ipywidgets and anywidget is installed."""
    folder = Path(sys.prefix) / "share/jupyter/labextensions"
    needed = ["@jupyter-widgets/jupyterlab-manager", "anywidget"]
    missing = [name for name in needed if not (folder / name).exists()]
    if missing:
        return Finding("widgets", f"{', '.join(missing)} missing", SETUP)
    return Finding(
        "widgets", f"ipywidgets {_version('ipywidgets')}, anywidget {_version('anywidget')}"
    )


def settings() -> Finding:
    """The JupyterLab settings that keep widgets off a second thread."""
    from course_utils.lab import SETTINGS, settings_path

    path = settings_path()
    there = path.exists() and path.read_text(encoding="utf-8") == SETTINGS
    return Finding("settings", "in place" if there else "missing", "" if there else SETUP)


def write_access() -> Finding:
    """The course's folder can be written."""
    from course_utils.build import course_root

    root = course_root()
    folders = [p for p in (root, root / "notebooks", root / "exercises") if p.exists()]
    locked = [p for p in folders if not os.access(p, os.W_OK)]
    mend = f"copy the course to a folder of your own, or `chmod -R u+w {root}`" if locked else ""
    return Finding("folder", f"{locked[0]} is read-only" if locked else str(root), mend)


def nbgrader() -> Finding:
    """nbgrader loads."""
    try:
        import nbgrader
    except ImportError as error:
        return Finding("nbgrader", f"does not load ({error})", SETUP)
    return Finding("nbgrader", nbgrader.__version__)


def sandbox() -> Finding | None:
    """For graders: bubblewrap makes a sandbox (looked at where the tests' packages are)."""
    if _version("pyseccomp") is None:
        return None
    program = shutil.which("bwrap")
    if program is None:
        return Finding("sandbox", "bubblewrap missing", "install the package `bubblewrap`")
    bare = [program, "--unshare-all", "--ro-bind", "/", "/", "true"]
    ran = subprocess.run(bare, capture_output=True, text=True, check=False)
    if ran.returncode:
        mend = "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1)"
        return Finding("sandbox", ran.stderr.strip()[:100], mend)
    return Finding("sandbox", "bubblewrap works")


def browser() -> Finding | None:
    """For developers: Chromium for the browser tests (only when the extra is installed)."""
    if _version("playwright") is None:
        return None
    program = chromium()
    mend = "install the package `chromium`, or test with NO_BROWSER=1"
    return Finding("browser", program or "Chromium missing", "" if program else mend)


def chromium() -> str | None:
    """The Chromium or Chrome of this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next(filter(None, map(shutil.which, names)), None)


LOOKS: list[Callable[[], Finding | None]] = [
    python, packages, torch, kernel, widgets, settings, write_access, nbgrader, sandbox, browser
]  # fmt: skip


def examine(looks: list[Callable[[], Finding | None]] | None = None) -> list[Finding]:
    """All findings (of `looks`, default all); a look that itself breaks is a fault too."""
    findings = []
    for look in looks or LOOKS:
        try:
            finding = look()
        except Exception as error:
            finding = Finding(look.__name__, f"{type(error).__name__}: {error}", SETUP)
        if finding:
            findings.append(finding)
    return findings

"""Open the course in JupyterLab, with the settings it needs."""

import json
import os
import sys
from pathlib import Path

from course_utils.build import course_root
from course_utils.notebooks import write

# Widget callbacks on a second thread ("subshell") would race with the cell that is running, and
# the news feed asks a question about an outside server at every start.
SETTINGS = (
    json.dumps(
        {
            "@jupyterlab/apputils-extension:kernels-settings": {"commsOverSubshells": "disabled"},
            "@jupyterlab/apputils-extension:notification": {
                "fetchNews": "false",
                "checkForUpdates": False,
            },
        },
        indent=2,
    )
    + "\n"
)


def settings_path() -> Path:
    """Where this environment's JupyterLab looks for settings other than its own defaults."""
    return Path(sys.prefix) / "share/jupyter/lab/settings/overrides.json"


def install_settings() -> Path:
    """Write SETTINGS where JupyterLab finds them; returns the file."""
    write(SETTINGS, settings_path())
    return settings_path()


def command(arguments: list[str], root: Path) -> list[str]:
    """The JupyterLab command for `course lab ARGUMENTS`."""
    start = root / "notebooks" / "00_start_here.ipynb"
    opened = [str(start)] if start.exists() else []
    allow_root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [sys.executable, "-m", "jupyterlab", *opened, *allow_root, *arguments]


def open_lab(arguments: list[str]) -> None:
    """Become JupyterLab, at the first notebook of the course."""
    root = course_root()
    os.chdir(root)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    os.execv(sys.executable, command(arguments, root))


if __name__ == "__main__":
    print(install_settings())

"""Commands as a person types them, run in a course."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def course_command(*arguments, cwd, **options):
    """Run the `course` command as a person would."""
    program = Path(sys.executable).with_name("course")
    return subprocess.run(
        [program, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, **options
    )


def nbgrader_command(*arguments, cwd):
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", *map(str, arguments)]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, env={**os.environ, "PATH": path}
    )


def copy_course(root, to):
    return Path(shutil.copytree(root, to, symlinks=True))

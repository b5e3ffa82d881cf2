"""Notebooks as the course commits them: executed on a fresh kernel, then brought to one form.

`execute` runs a notebook the way a reader would, `normalise` removes what differs from run to
run (counts, ids, widget views), and `write` replaces the file in one step, so that a failing
or interrupted build never leaves half a notebook behind.
"""

import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

KERNELSPEC = {"name": "python3", "display_name": "Python 3", "language": "python"}
QUESTION = re.compile(r"\s*(from course_utils\.quiz import predict\s+)?predict\(")
CELL_METADATA = ("tags", "nbgrader", "deletable", "editable")
WIDGET_MIME = "application/vnd.jupyter.widget-"
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class NotebookError(Exception):
    """A notebook that cannot be read or built: the message says where and why."""


def read(path: Path) -> NotebookNode:
    """The notebook at `path`; raises NotebookError with one sentence when it is not one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nbformat mends missing and double ids by itself
            return nbformat.read(path, as_version=4)
    except FileNotFoundError:
        raise NotebookError(f"{path}: there is no such notebook.") from None
    except Exception as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        raise NotebookError(f"{path}: not a readable notebook ({reason}).") from None


def dumps(nb: NotebookNode) -> str:
    """The text of the file: what nbformat writes, with a newline at the end."""
    return nbformat.writes(nb).rstrip("\n") + "\n"


def write(data: str | bytes, path: Path) -> bool:
    """Put `data` at `path` in one step; returns whether the file changed."""
    data = data.encode("utf-8") if isinstance(data, str) else data
    if path.exists() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        os.unlink(scratch)
        raise
    return True


# --- the normal form ------------------------------------------------------------------------


def normalise(nb: NotebookNode) -> NotebookNode:
    """A copy of `nb` in the form the course commits (see the module's docstring)."""
    cells = [_normal_cell(cell, f"c{number:02d}") for number, cell in enumerate(nb.cells, 1)]
    return nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": dict(KERNELSPEC)}, nbformat_minor=5
    )


def _normal_cell(cell: NotebookNode, cell_id: str) -> NotebookNode:
    kept = {key: cell.metadata[key] for key in CELL_METADATA if cell.metadata.get(key, []) != []}
    fields = {"cell_type": cell.cell_type, "id": cell_id, "metadata": kept, "source": cell.source}
    if cell.get("attachments"):
        fields["attachments"] = cell.attachments
    if cell.cell_type == "code":
        if QUESTION.match(cell.source):  # the call holds the answer: JupyterLab folds it
            kept["jupyter"] = {"source_hidden": True}
        fields |= {"execution_count": None, "outputs": list(_normal_outputs(cell.outputs))}
    return nbformat.from_dict(fields)


def _normal_outputs(outputs: list) -> Iterator[dict]:
    stream = None
    for output in outputs:
        if output.output_type == "stream" and stream and stream["name"] == output.name:
            stream["text"] += output.text
            continue
        if stream:
            yield _settled(stream)
        stream = dict(output) if output.output_type == "stream" else None
        if not stream and (normal := _normal_output(output)):
            yield normal
    if stream:
        yield _settled(stream)


def _settled(stream: dict) -> dict:
    """What stays on screen of a stream: a carriage return overwrites the line (progress bars)."""
    return stream | {"text": re.sub(r"[^\n]*\r(?!\n)", "", stream["text"])}


def _normal_output(output: NotebookNode) -> dict | None:
    if output.output_type == "error":
        return dict(output)
    data = {mime: v for mime, v in output.data.items() if not mime.startswith(WIDGET_MIME)}
    metadata = {key: v for key, v in output.metadata.items() if key in data}
    normal = {"output_type": output.output_type, "data": data, "metadata": metadata}
    if output.output_type == "execute_result":
        normal["execution_count"] = None
    return normal if data else None


# --- execution ------------------------------------------------------------------------------


def kernel_environment(scratch: str) -> dict[str, str]:
    """Environment of a build's kernel: the venv's programs first, one thread, no user profile."""
    venv_bin = str(Path(sys.executable).parent)
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {
        **os.environ,
        **threads,
        "PATH": os.pathsep.join([venv_bin, os.environ.get("PATH", "")]),
        "IPYTHONDIR": scratch,
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


def execute(
    nb: NotebookNode,
    path: Path,
    *,
    timeout: int = 300,
    allow: tuple[str, ...] = (),
    on_cell: Callable[[int], None] = lambda index: None,
) -> NotebookNode:
    """A copy of `nb` with the outputs of a run on a fresh kernel in the folder of `path`.

    timeout: seconds per cell. allow: names of exceptions that do not stop the run.
    on_cell: called with each cell's index before it runs.
    Raises NotebookError naming the cell, its source line and the error.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    nb = nbformat.from_dict(nb)
    at = [0]

    def started(cell: NotebookNode, cell_index: int) -> None:
        at[0] = cell_index
        on_cell(cell_index)

    client = NotebookClient(
        nb,
        timeout=timeout,
        allow_error_names=list(allow),
        kernel_name=KERNELSPEC["name"],
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=started,
        shutdown_kernel="immediate",
    )
    with tempfile.TemporaryDirectory() as scratch:
        try:
            client.execute(env=kernel_environment(scratch))
        except CellExecutionError as error:
            raise NotebookError(_error_report(nb, at[0], path, error)) from None
        except CellTimeoutError:
            raise NotebookError(f"{_where(nb, at[0], path)}: ran for over {timeout} s.") from None
        except (DeadKernelError, AttributeError, AssertionError) as error:
            if hasattr(client, "_async_cleanup_kernel_future"):  # nbclient swallowed a Ctrl-C
                raise KeyboardInterrupt from None
            raise NotebookError(
                f"{_where(nb, at[0], path)}: the kernel died ({error}); out of memory?"
            ) from None
    return nb


def faults(nb: NotebookNode, path: Path, allow: tuple[str, ...] = ()) -> Iterator[str]:
    """What executed outputs hold that no committed notebook may: errors and anything on stderr."""
    for index, cell in enumerate(nb.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "error" and output.ename not in allow:
                yield f"{_where(nb, index, path)}: shows {output.ename}: {output.evalue}"
            if output.output_type == "stream" and output.name == "stderr":
                yield f"{_where(nb, index, path)}: wrote to stderr: {output.text.strip()}"


def _where(nb: NotebookNode, index: int, path: Path) -> str:
    source = nb.cells[index].source.strip().splitlines() or [""]
    return f'{path}, cell {index + 1} (id "c{index + 1:02d}", "{source[0][:60]}")'


def _error_report(nb: NotebookNode, index: int, path: Path, error: Exception) -> str:
    report = f"{_where(nb, index, path)}: {error.ename}: {error.evalue}"
    if line := failing_line(nb.cells[index], ANSI.sub("", error.traceback)):
        text = nb.cells[index].source.splitlines()[line - 1].strip()
        report += f"\n    line {line}: {text}"
    return report


def failing_line(cell: NotebookNode, traceback: str) -> int | None:
    """The 1-based line of `cell` named last in an IPython `traceback`, or None."""
    lines = [int(n) for n in re.findall(r"Cell In\[\d+\], line (\d+)", traceback)]
    inside = [n for n in lines if n <= len(cell.source.splitlines())]
    return inside[-1] if inside else None

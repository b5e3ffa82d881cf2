"""Show the shipped source of a function or class inside a notebook.

The code a notebook explains is the code that runs: it is read from the installed module, never
pasted.
"""

import inspect
from pathlib import Path
from textwrap import dedent

from IPython.display import display
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

PACKAGE = Path(__file__).resolve().parent
BOX = (
    "background: #f8f8f8; color: #1b1b1b; padding: 0.6em 0.8em; margin: 0; "
    "border-left: 3px solid #0072B2; overflow-x: auto; line-height: 1.35; font-family: monospace"
)


def show_source(obj) -> None:
    """Display the source of a function, method or class, highlighted, under the name of its file.

    The line number is left out on purpose: it would change in every stored notebook whenever
    somebody edits the lines above. Raises TypeError when `obj` has no Python source.
    """
    obj = inspect.unwrap(obj.fget if isinstance(obj, property) else obj)
    try:
        code = dedent(inspect.getsource(obj)).rstrip()
    except (OSError, TypeError):
        raise TypeError(
            f"show_source needs a function, method or class written in Python, got {obj!r}"
        ) from None
    title = f"{_file(obj)} · {obj.__qualname__}"
    body = highlight(code, PythonLexer(), HtmlFormatter(noclasses=True, nowrap=True))
    html = f"<div><code>{title}</code></div>\n<pre style='{BOX}'>{body}</pre>"
    display({"text/plain": f"# {title}\n{code}", "text/html": html}, raw=True)


def _file(obj) -> str:
    """The file of `obj`: relative to the course, the import name elsewhere."""
    path = Path(inspect.getsourcefile(obj) or "")
    if path.is_relative_to(PACKAGE):
        return path.relative_to(PACKAGE.parent).as_posix()
    return "this notebook" if obj.__module__ == "__main__" else obj.__module__

"""One ES module per widget, joined from the shared toolkit and the widget's own file.

Browsers load a widget's code from a string, where a relative import cannot work. So the files of
`toolkit/` and the widget's file are put one after the other, without their import lines and,
inside the toolkit, without `export`. Nothing is rewritten beyond that: what runs is what is read.
"""

import re
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
TOOLKIT = (
    *("dom", "arrays", "theme", "fields", "marks", "ticks", "plot"),
    *("controls", "transport", "handles", "kernel", "surface", "mount"),
)

_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)


@cache
def toolkit_js() -> str:
    """The shared JavaScript as one piece."""
    return "\n".join(_bare((HERE / "toolkit" / f"{name}.js").read_text()) for name in TOOLKIT)


def widget_js(path: Path) -> str:
    """The whole module of the widget whose own file is `path`."""
    return toolkit_js() + "\n" + _bare(path.read_text())


@cache
def css() -> str:
    """The shared style sheet."""
    return (HERE / "toolkit" / "toolkit.css").read_text()


def _bare(source: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", source))

"""A widget as a page of its own, with neither kernel nor network.

The page holds the widget's own module, its present state, and a stand-in for the model that
Jupyter would give it (`standalone.js`). The same works from the state a notebook stores.
"""

import base64
import html
import json
import os
from pathlib import Path

HERE = Path(__file__).parent

PAGE = """<!doctype html>
<html lang="en" data-cw-theme="{theme}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{css}
</style>
</head>
<body class="cw-page">
<main id="widget"><h1>{title}</h1></main>
<script type="module">
{esm}
{shim}
start(widget, {state});
</script>
</body>
</html>
"""


def page(state: dict, title: str, theme: str = "auto") -> str:
    """The HTML page of a widget in `state` (traits by name, bytes in base64)."""
    rest = {k: v for k, v in state.items() if k not in ("_esm", "_css")}
    return PAGE.format(
        theme=theme,
        title=html.escape(title),
        css=state["_css"],
        esm=_script(state["_esm"].replace("export default ", "const widget = ", 1)),
        shim=(HERE / "standalone.js").read_text(),
        state=_script(json.dumps(rest)),
    )


def iframe(state: dict, title: str, theme: str = "light") -> str:
    """The page inside a frame that grows with it and may do nothing but run its own script."""
    source = html.escape(page(state, title, theme), quote=True)
    name = html.escape(title, quote=True)
    return (
        f'<iframe class="course-widget" title="{name}" sandbox="allow-scripts" loading="lazy" '
        f'style="width:100%;height:560px;border:0" srcdoc="{source}"></iframe>\n{GROW}'
    )


GROW = """<script>
window.courseWidgets ||= addEventListener("message", (event) => {
  for (const frame of document.querySelectorAll("iframe.course-widget"))
    if (frame.contentWindow === event.source && event.data.height > 0)
      frame.style.height = event.data.height + "px";
}) || true;
</script>"""


def in_base64(value):
    """`value` with all bytes inside it as {"base64": text}."""
    if isinstance(value, (bytes, memoryview)):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {k: in_base64(v) for k, v in value.items()}
    return value


def baking() -> bool:
    """Whether widgets should carry what exported pages need (COURSE_BAKE_WIDGETS=1)."""
    return os.environ.get("COURSE_BAKE_WIDGETS") == "1"


def _script(text: str) -> str:
    """`text` so that no closing tag inside it ends the script element."""
    return text.replace("</", "<\\/")

"""The widget gallery in JupyterLab: every widget is there, plays, and asks its kernel."""

import pytest
from test_lab import open_notebook, picture, run_all

NOTEBOOK = "widget_gallery.ipynb"
FRAME = "new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def gallery(browser, lab):
    """The gallery with all its cells run; its widgets, and the trouble seen since the start."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    page.trouble = []
    page.on("console", lambda m: m.type == "error" and page.trouble.append(m.text))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    page.on("request", lambda r: "//127.0.0.1" in r.url or outside(r, page.trouble))
    open_notebook(page, lab, NOTEBOOK)
    page.notebook = run_all(page)
    yield page
    page.close()


def outside(request, trouble):
    if request.url.startswith(("http", "ws")):
        trouble.append(request.url)


def widgets(page):
    found = page.locator(".jp-OutputArea .cw").all()
    assert found, "the gallery shows no widget"
    return found


def canvases(page, widget):
    page.evaluate(FRAME)
    return widget.locator(".cw-plot canvas").evaluate_all("all => all.map(c => c.toDataURL())")


def test_every_cell_shows_its_widget(gallery):
    cells = [c for c in gallery.notebook["cells"] if c["cell_type"] == "code" and c["outputs"]]
    assert len(widgets(gallery)) == len(cells)
    for cell in cells:
        (output,) = cell["outputs"]
        assert set(output["data"]) >= {"text/plain", "text/html"}
    for widget in widgets(gallery):
        assert widget.locator(".cw-error").inner_text() == ""
        assert widget.locator(".cw-says").inner_text()
    picture(gallery, NOTEBOOK)


def test_every_widget_plays(gallery):
    for widget in widgets(gallery):
        play = widget.get_by_role("button", name="Play")
        if not play.count():
            continue
        before = canvases(gallery, widget)
        play.click()
        gallery.wait_for_timeout(300)
        assert canvases(gallery, widget) != before, widget.get_attribute("aria-label")
        widget.get_by_role("button", name="Reset to the start").click()


def test_every_handle_can_be_dragged(gallery):
    """The kernel computes while the mouse is down: the picture changes before it is let go."""
    for widget in widgets(gallery):
        handle = widget.locator(".cw-handle").first
        if not handle.count():
            continue
        handle.scroll_into_view_if_needed()
        before = canvases(gallery, widget)
        gallery.mouse.move(*middle(handle))
        gallery.mouse.down()
        gallery.mouse.move(*middle(handle.locator("xpath=..")), steps=5)
        gallery.wait_for_function(CHANGED, arg=[widget.element_handle(), before])
        gallery.mouse.up()
        gallery.wait_for_timeout(300)
        for place in (".cw-error", ".cw-notice"):
            assert widget.locator(place).inner_text() == ""


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


CHANGED = """([widget, before]) => [...widget.querySelectorAll(".cw-plot canvas")]
  .some((canvas, i) => canvas.toDataURL() !== before[i])"""


def test_a_menu_that_needs_the_kernel_is_answered(gallery):
    widget = gallery.get_by_role("region", name="Gradient descent")
    before = canvases(gallery, widget)
    widget.get_by_label("Surface", exact=True).select_option("Beale")
    gallery.wait_for_function(CHANGED, arg=[widget.element_handle(), before])
    assert "learning rate 0.01" in widget.locator(".cw-says").inner_text()


def test_arrow_keys_stay_in_the_widget(gallery):
    """JupyterLab would take them to move between cells."""
    slider = gallery.locator(".cw-bar input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowDown")
    slider.press("a")  # in a notebook: insert a cell above
    assert gallery.evaluate("document.activeElement.type") == "range"
    count = "jupyterapp.shell.currentWidget.content.widgets.length"
    assert gallery.evaluate(count) == len(gallery.notebook["cells"])


def test_dark_theme_reaches_the_canvas(gallery):
    widget = widgets(gallery)[0]
    light = canvases(gallery, widget)
    set_theme(gallery, "JupyterLab Dark")
    gallery.wait_for_function(CHANGED, arg=[widget.element_handle(), light])
    picture(gallery, "widget_gallery_dark")
    set_theme(gallery, "JupyterLab Light")


def set_theme(page, theme):
    page.evaluate("t => jupyterapp.commands.execute('apputils:change-theme', {theme: t})", theme)


def test_nothing_was_complained_about_or_fetched_from_outside(gallery):
    assert gallery.trouble == []

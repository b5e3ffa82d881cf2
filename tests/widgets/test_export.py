"""Exported pages: widgets play and answer in them with no kernel and no network."""

import nbformat
import pytest
from ipywidgets import Widget as IPyWidget
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from nbformat import v4
from traitlets.config import PyFileConfigLoader

from course_utils import widgets
from course_utils.widgets.export import STATE, VIEW, LiveWidgets

from .cases import CASES
from .conftest import ROOT, picture, settle

FRAMES = "iframe.course-widget"


def notebook(*widgets, state=True):
    """A notebook as it is saved after its cells displayed `widgets`."""
    cells = []
    for widget in widgets:
        data, metadata = widget._repr_mimebundle_()
        output = v4.new_output("display_data", data, metadata=metadata)
        cells.append(v4.new_code_cell("widget", outputs=[output]))
    book = v4.new_notebook(cells=cells)
    if state:
        book.metadata["widgets"] = {STATE: IPyWidget.get_manager_state()}
    return nbformat.from_dict(book)


def page_of(book):
    """The HTML nbconvert makes of it, without the scripts it would fetch for other things."""
    exporter = HTMLExporter(require_js_url="", mathjax_url="", jquery_url="")
    exporter.register_preprocessor(LiveWidgets, enabled=True)
    return exporter.from_notebook_node(book)[0]


@pytest.fixture
def show(visit, tmp_path):
    def open_page(html):
        path = tmp_path / "page.html"
        path.write_text(html)
        return visit(path.as_uri())

    return open_page


@pytest.mark.browser
def test_all_widgets_play_and_answer_in_one_exported_page(show, monkeypatch):
    monkeypatch.setenv("COURSE_BAKE_WIDGETS", "1")
    cases = list(CASES.values())
    page = show(page_of(notebook(*[case.make() for case in cases])))
    assert page.locator(FRAMES).count() == len(cases)
    for case, element in zip(cases, page.locator(FRAMES).element_handles(), strict=True):
        element.scroll_into_view_if_needed()
        frame = element.content_frame()
        frame.locator(".cw-says").wait_for()
        start = picture(frame)
        if case.plays:
            frame.get_by_role("button", name="Play").click()
            page.wait_for_timeout(250)
            assert picture(frame) != start, case
        change(frame.get_by_label(case.main, exact=True))
        settle(frame)
        assert picture(frame) != start, case
        assert frame.locator(".cw-notice").inner_text() == ""
        height = frame.evaluate("document.querySelector('.cw').offsetHeight")
        assert element.bounding_box()["height"] >= height, "the frame grows with the widget"


def change(control):
    control.press("Space" if control.get_attribute("type") == "checkbox" else "ArrowDown")


@pytest.mark.browser
def test_a_change_that_needs_the_kernel_is_answered_in_words(show):
    page = show(page_of(notebook(CASES["descent"].make())))
    frame = page.locator(FRAMES).element_handle().content_frame()
    before = picture(frame)
    frame.locator(".cw-handle").press("ArrowUp")
    frame.locator(".cw-notice", has_text="no kernel").wait_for()
    assert picture(frame) == before


def test_without_state_the_poster_stays_with_its_description():
    widget = CASES["descent"].make()
    html = page_of(notebook(widget, state=False))
    shown = html.split("<main>")[-1]
    assert f'<img alt="{widget.alt_text()}"' in shown and shown.count("data:image/png") == 1
    assert FRAMES.split(".")[1] not in shown and VIEW not in html


def test_a_frame_may_run_its_script_and_nothing_else():
    html = page_of(notebook(CASES["descent"].make()))
    assert 'sandbox="allow-scripts"' in html and "allow-same-origin" not in html


def test_the_state_that_a_kernel_leaves_in_a_notebook_is_enough():
    book = v4.new_notebook(
        cells=[v4.new_code_cell("from course_utils.widgets import Descent\nDescent()")]
    )
    NotebookClient(book, timeout=120).execute()
    html = page_of(book)
    assert 'class="course-widget"' in html and VIEW not in html


def test_feedback_pages_of_nbgrader_keep_widgets_alive():
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    exporter = HTMLExporter(config=config)
    html = exporter.from_notebook_node(notebook(CASES["descent"].make()))[0]
    assert 'class="course-widget"' in html


def test_the_gallery_shows_every_widget():
    gallery = nbformat.read(ROOT / "notebooks" / "widget_gallery.ipynb", as_version=4)
    code = [cell for cell in gallery.cells if cell.cell_type == "code"]
    shown = {name for name in widgets.__all__ for c in code if f"\n{name}(" in f"\n{c.source}"}
    assert shown == set(widgets.__all__) - {"Widget", "Race"}  # race() makes a Race
    stills = [out.data["text/html"] for c in code for out in c.outputs]
    assert len(stills) == 11 and all(still.startswith('<img alt="') for still in stills)


def test_other_widgets_and_outputs_are_left_alone():
    text = v4.new_output("stream", text="hello")
    other = v4.new_output("display_data", {VIEW: {"model_id": "x"}, "text/plain": "IntSlider"})
    book = v4.new_notebook(cells=[v4.new_code_cell("1", outputs=[text, other])])
    html = page_of(book)
    assert "hello" in html and "IntSlider" in html

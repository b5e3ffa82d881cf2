"""Widgets as pages in Chromium: one browser for all tests, offline, every error counted."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from .cases import CASES

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SHOTS = ROOT / "artifacts" / "screenshots"
AXE = "axe-core@4.10.3"
NODE = ROOT / "artifacts" / "node"


def pytest_generate_tests(metafunc):
    """A test with an argument `case` runs once for every widget."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES.values(), ids=CASES)


@pytest.fixture(scope="session")
def pages(tmp_path_factory):
    """pages(widget) writes its standalone page and returns the address."""
    folder = tmp_path_factory.mktemp("pages")

    def write(widget):
        path = folder / f"{id(widget)}.html"
        path.write_text(widget.standalone_html())
        return path.as_uri()

    return write


@pytest.fixture(scope="session")
def plain(pages):
    """plain(case): address of the page of the case's widget as it is made, written once."""
    known = {}

    def address(case):
        if case.make not in known:
            known[case.make] = pages(case.make())
        return known[case.make]

    return address


@pytest.fixture(scope="session")
def tab(browser):
    """The one page that all tests share: opening another costs more than most of them."""
    page = browser.new_context(offline=True).new_page()
    page.set_default_timeout(20_000)
    page.add_init_script(path=HERE / "probe.js")
    page.trouble = watch(page)
    return page


@pytest.fixture
def visit(tab):
    """visit(address, theme=, width=, calm=) opens a page; at the end nothing may have failed."""
    tab.trouble.clear()

    def go(address, theme="light", width=960, calm=False):
        motion = "reduce" if calm else "no-preference"
        tab.emulate_media(color_scheme=theme, reduced_motion=motion)
        tab.set_viewport_size({"width": width, "height": 800})
        tab.goto(address)
        tab.wait_for_function(DRAWN)
        settle(tab)
        return tab

    yield go
    assert tab.trouble == []


DRAWN = "!document.querySelector('.cw') || document.querySelector('.cw-says').textContent"


def watch(page):
    """A list that fills with page errors, console errors and requests to anywhere."""
    trouble = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda m: m.type in ("error", "warning") and trouble.append(m.text))
    page.on("request", lambda r: r.url.startswith("http") and trouble.append(r.url))
    return trouble


def settle(page):
    """Wait until two frames have been painted."""
    page.evaluate("new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))")


def picture(page):
    """What all canvases show, as text that can be compared."""
    settle(page)
    return page.evaluate(
        "[...document.querySelectorAll('.cw-plot canvas')].map(c => c.toDataURL())"
    )


def screenshot(page, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def name_of(case):
    return next(name for name, other in CASES.items() if other is case)


@pytest.fixture(scope="session")
def axe():
    """Source of axe-core, from the npm registry, installed once."""
    source = NODE / "node_modules" / "axe-core" / "axe.min.js"
    if not source.exists():
        install(AXE)
    return source.read_text()


def install(package):
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine, so no axe-core")
    fresh = NODE.with_name(f"node-{os.getpid()}")
    flags = ["--no-audit", "--no-fund", "--silent"]
    subprocess.run([npm, "install", "--prefix", str(fresh), *flags, package], check=True)
    if NODE.exists():  # another worker was faster
        shutil.rmtree(fresh)
    else:
        fresh.rename(NODE)


def same(got, want, half):
    """Assert equality up to the rounding of the type that travels."""
    rtol = 2**-10 if half else 2**-22
    tiny = 2**-24 if half else 1e-30
    with np.errstate(over="ignore"):
        want = np.asarray(want).astype(got.dtype)  # what is too large arrives as infinity
    np.testing.assert_allclose(
        got.astype(float), want.astype(float), rtol=rtol, atol=tiny, equal_nan=True
    )

"""The shared JavaScript on its own: number formats, the question queue, how modules are joined."""

import json
import re

import numpy as np
import pytest

from course_utils.widgets import bundle
from course_utils.widgets.controls import LogSlider, Points, Slider, Toggle
from course_utils.widgets.style import styles

LOAD = """async (source) => { window.kit = await import("data:text/javascript," +
encodeURIComponent(source)); }"""


@pytest.fixture
def kit(visit):
    """A page with parts of the toolkit as `kit.name`."""
    page = visit("about:blank")
    names = "halfToNumber, fmt, power, ticks, commonPower, tickLabel, nearest, "
    names += "Nd, Kernel, Transport, Plot, Theme"
    page.evaluate(LOAD, bundle.toolkit_js() + f"\nexport {{ {names} }};")
    return page


@pytest.mark.browser
def test_half_precision_is_read_as_numpy_writes_it(kit):
    bits = np.arange(0, 65536, 7, dtype=np.uint16)
    wanted = bits.view(np.float16).astype(float)
    got = kit.evaluate("bits => bits.map(b => String(kit.halfToNumber(b)))", bits.tolist())
    np.testing.assert_array_equal([float(v.replace("Infinity", "inf")) for v in got], wanted)


NUMBERS = [
    (0, "0"),
    (0.12345, "0.123"),
    (-2.5, "−2.5"),
    (1234.5, "1230"),
    (5e-8, "5.0×10⁻⁸"),
    (1e12, "1.0×10¹²"),
]


@pytest.mark.browser
@pytest.mark.parametrize("number, text", NUMBERS)
def test_numbers_are_written_short(kit, number, text):
    assert kit.evaluate("(v) => kit.fmt(v)", number) == text


@pytest.mark.browser
def test_what_is_no_number_is_written_too(kit):
    assert kit.evaluate("[NaN, Infinity, -Infinity, null].map((v) => kit.fmt(v))") == [
        "–",
        "∞",
        "−∞",
        "–",
    ]


@pytest.mark.browser
def test_ticks_are_round_numbers_inside_the_range(kit):
    assert kit.evaluate("kit.ticks([-1, 1], false, 5)") == [-1, -0.5, 0, 0.5, 1]
    assert kit.evaluate("kit.ticks([0, 7], false, 4)") == [0, 2, 4, 6]
    assert kit.evaluate("kit.ticks([1e-3, 10], true, 9)") == pytest.approx([1e-3, 0.01, 0.1, 1, 10])
    assert len(kit.evaluate("kit.ticks([1e-12, 1e12], true, 5)")) <= 6


@pytest.mark.browser
@pytest.mark.parametrize(
    "range, shift, labels",
    [
        ([0, 5e-10], -10, ["0", "1", "2", "3", "4", "5"]),
        ([0, 0.02], 0, ["0", "0.005", "0.01", "0.015", "0.02"]),
        ([-3e5, 3e5], 5, ["−3", "−2", "−1", "0", "1", "2", "3"]),
        ([0, 0], 0, []),
    ],
)
def test_labels_of_small_and_large_ranges_share_a_power(kit, range, shift, labels):
    shifted = f"kit.commonPower({range}, false)"
    assert kit.evaluate(shifted) == shift
    if labels:
        one = f"(v) => kit.tickLabel(v, false, {shifted})"
        assert kit.evaluate(f"kit.ticks({range}, false, 5).map({one})") == labels


@pytest.mark.browser
def test_nearest_goes_by_ratio_over_decades(kit):
    assert kit.evaluate("kit.nearest([0.001, 0.1, 10], 0.02)") == 1
    assert kit.evaluate("kit.nearest([0, 1, 2], 1.4)") == 1
    assert kit.evaluate("kit.nearest(['a', 'b'], 'b')") == 1


@pytest.mark.browser
def test_an_array_is_read_by_index(kit):
    array = "new kit.Nd(Float32Array.from([1, 2, 3, 4, 5, 6]), [2, 3])"
    assert kit.evaluate(f"{array}.at(1, 2)") == 6
    assert kit.evaluate(f"[...{array}.row(1).data]") == [4, 5, 6]


START_KERNEL = """() => {
  window.sent = []; window.said = []; window.listen = null;
  const model = { send: (m) => sent.push(m), on: (_, f) => (listen = f) };
  window.value = 0;
  window.kernel = new kit.Kernel(model, {
    params: () => ({ value }),
    preview: () => said.push("preview"), settled: () => said.push("settled"),
    status: (words) => words && said.push(words), notice: (words) => words && said.push(words),
  });
}"""


@pytest.fixture
def kernel(kit):
    kit.evaluate(START_KERNEL)
    return kit


@pytest.mark.browser
def test_one_question_in_flight_and_the_newest_wins(kernel):
    kernel.evaluate("for (value = 1; value <= 10; value++) kernel.ask(value === 10)")
    assert kernel.evaluate("sent.map(m => m.kind)") == ["hello", "compute"]
    kernel.evaluate("value = 10; listen({ kind: 'preview', id: 1, results: {} }, [])")
    last = kernel.evaluate("sent.at(-1)")
    assert last == {"kind": "compute", "id": 2, "settled": True, "params": {"value": 10}}
    kernel.evaluate("listen({ kind: 'done', id: 2 }, [])")
    assert kernel.evaluate("sent.length") == 3
    assert kernel.evaluate("said") == ["preview", "settled"]


@pytest.mark.browser
def test_an_answer_to_an_older_question_is_not_taken(kernel):
    kernel.evaluate("kernel.ask(true)")
    kernel.evaluate("listen({ kind: 'done', id: 99 }, [])")
    assert kernel.evaluate("said") == []


@pytest.mark.browser
def test_silence_is_said_in_words_and_the_next_question_goes_out(kernel):
    kernel.evaluate("void (window.setTimeout = (f) => (f(), 0))")  # all timers run out at once
    kernel.evaluate("kernel.ask(true)")
    first, second = kernel.evaluate("said")
    assert first.startswith("Computing") and second.startswith("The kernel does not answer")
    kernel.evaluate("kernel.ask(true)")
    assert kernel.evaluate("sent.length") == 3


@pytest.mark.browser
def test_without_a_kernel_the_reader_is_told_what_to_do(kernel):
    kernel.evaluate("kernel.ask(true); listen({ kind: 'refused', id: 1 }, [])")
    assert "run the cell" in kernel.evaluate("said[0]")


PLAY_SECONDS = """([rate, speed, seconds]) => {
  let pictures = 0;
  const moved = () => pictures++;
  const bar = new kit.Transport({ frames: () => 1000, rate, unit: "Step", moved });
  const whole = [];
  bar.speed = speed;
  bar.play();
  const began = bar.last;
  for (let ms = 0; ms <= 1000 * seconds; ms += 20) {
    cancelAnimationFrame(bar.next);
    bar.tick(began + ms);
    whole.push(Number.isInteger(bar.t));
  }
  bar.playing = false;
  return [bar.step, pictures, whole.every(Boolean)];
}"""


@pytest.mark.browser
@pytest.mark.parametrize("rate", [2, 3, 8, 30])
@pytest.mark.parametrize("speed", [0.1, 0.5, 1, 4])
def test_less_motion_still_moves_on_in_whole_steps(kit, rate, speed):
    kit.emulate_media(reduced_motion="reduce")
    seconds = 12
    step, pictures, whole = kit.evaluate(PLAY_SECONDS, [rate, speed, seconds])
    assert 0.5 * rate * speed * seconds <= step <= rate * speed * seconds
    assert whole and 1 <= pictures <= seconds / 0.6


@pytest.mark.browser
def test_at_full_motion_pictures_lie_between_the_steps(kit):
    step, pictures, whole = kit.evaluate(PLAY_SECONDS, [2, 0.5, 4])
    assert (step, whole) == (4, False) and pictures >= 190


DRAW = """([paint, points]) => {
  document.body.replaceChildren();
  document.body.style.background = "white";
  const plot = new kit.Plot(new kit.Theme(document.body), { x: [-2, 2], y: [0, 5], height: 200 });
  document.body.append(plot.box);
  plot.draw = (p) => paint(p);
  plot.resize();
  plot.paint();
  const { width, data } = plot.context.getImageData(0, 0, plot.canvas.width, 200);
  const first = ([x, y]) => 4 * (Math.round(plot.X(x)) + width * Math.round(plot.Y(y)));
  return points.map((point) => [...data.slice(first(point), first(point) + 4)]);
}"""
RED, GREEN, BLUE = (f"{{color: '#{rgb}', dash: []}}" for rgb in ("ff0000", "00ff00", "0000ff"))
INSIDE = [(x, y) for x in (-1.7, -0.4, 0.9, 1.8) for y in (0.3, 1.6, 2.9, 4.7)]


def drawn(kit, paint, points=INSIDE):
    """Colours (red, green, blue, alpha) at `points` of a plot of [-2, 2] by [0, 5]."""
    return kit.evaluate(DRAW.replace("paint(p)", paint), [None, [list(p) for p in points]])


@pytest.mark.browser
@pytest.mark.parametrize("w", [(1, -2, 3), (-3, 0.1, 1), (0, 1, -2), (0, 0, 1), (0, 0, -1)])
def test_a_half_plane_is_tinted_on_its_own_side(kit, w):
    colors = drawn(kit, f"p.halfPlane({list(w)}, {RED}, {BLUE})")
    for (x, y), (red, _, blue, _) in zip(INSIDE, colors, strict=True):
        assert (red > blue) == (w[0] * x + w[1] * y + w[2] > 0), (x, y)


@pytest.mark.browser
def test_the_line_of_a_half_plane_lies_where_the_sum_is_zero(kit):
    on_the_line = [(-1.5, 0.75), (0, 1.5), (1.2, 2.1)]
    paint = f"p.halfPlane([1, -2, 3], {RED}, {BLUE}, {GREEN}, 6)"
    assert drawn(kit, paint, on_the_line) == [[0, 255, 0, 255]] * 3


@pytest.mark.browser
def test_a_half_plane_of_diverged_weights_paints_nothing(kit):
    assert not np.any(drawn(kit, f"p.halfPlane([NaN, Infinity, 0], {RED}, {BLUE})"))


@pytest.mark.browser
def test_a_grid_is_tinted_and_cut_at_a_level_where_its_numbers_say(kit):
    rows = 255 * np.linspace(0, 1, 11)[:, None] * np.ones(9)  # grows with y, a half at 2.5
    grid = f"new kit.Nd(Float32Array.from({rows.ravel().tolist()}), [11, 9])"
    low, high = drawn(kit, f"p.tint({grid}, {RED}, {BLUE})", [(0, 0.2), (0, 4.8)])
    assert low[0] > low[2] and high[2] > high[0]
    line, off = drawn(kit, f"p.level({grid}, 127.5, {RED}, {{}})", [(1.1, 2.5), (1.1, 2.9)])
    assert line[3] > 200 and off[3] == 0


def test_modules_are_joined_without_imports_and_with_one_export(case):
    source = bundle.widget_js(case.make().module)
    assert not re.search(r"^\s*import\b", source, re.MULTILINE)
    assert len(re.findall(r"^export default mount\(", source, re.MULTILINE)) == 1
    assert len(re.findall(r"^export\b", source, re.MULTILINE)) == 1
    names = re.findall(r"^(?:const|let|function|class) (\w+)", source, re.MULTILINE)
    assert len(names) == len(set(names)), "two files define the same name"


def test_controls_take_what_is_right_and_name_what_is_not():
    cases = [
        (Slider("s", 0, 1, 0.5), 0.25, 0.25),
        (Slider("s", 0, 9, 5, whole=True), 3.0, 3),
        (Slider("s", 0, 1, 0.5, steps=11, grid=True), 0.3333, 0.3),
        (LogSlider("s", 1e-2, 1, 0.1, steps=3, grid=True), 0.05, 0.1),
        (Toggle("s", False), np.True_, True),
        (Points("s", [(0, 0)]), [np.array([3, 4])], ((3, 4),)),
    ]
    for control, given, taken in cases:
        assert control.clean(given) == taken
    for control, wrong, word in [
        (Slider("s", 0, 1, 0.5), True, "number"),
        (Slider("s", 0, 1, 0.5), 2, "0 to 1"),
        (Toggle("s", False), "yes", "True or False"),
        (Points("s", [(0, 0)]), [[1, 2, 3]], "2 numbers"),
    ]:
        with pytest.raises(ValueError, match=word):
            control.clean(wrong)


def test_styles_are_all_different_and_fixed_names_keep_theirs():
    names = [f"runner {i}" for i in range(12)] + ["Adam", "SGD"]
    looks = styles(names)
    assert len({json.dumps(look) for look in looks.values()}) == len(names)
    assert looks["Adam"] == styles(["Adam"])["Adam"]


def test_values_of_log_sliders_are_short_and_reach_both_ends():
    values = LogSlider("lr", 1e-4, 10, 0.1, steps=51).values()
    assert len(values) == 51 and (values[0], values[-1]) == (1e-4, 10)
    assert all(len(f"{v:g}".strip("0.").replace(".", "")) <= 3 or v < 1e-3 for v in values)
    assert np.all(np.diff(values) > 0)

import { fmt, isolines, mount, onGrid } from "./toolkit/index.js";

const CLASSES = ["class 0", "class 1"];

export default mount((w) => {
  const reach = () => w.get("reach");
  const moments = () => w.get("answer").length - 1;
  const widths = () => [w.get("first").shape[1], w.get("later")?.shape[1] ?? 0];
  const units = () => widths().flatMap((n, l) => Array.from({ length: n }, (_, k) => [l, k]));
  const style = (row) => w.style(CLASSES[row[2] > 0.5 ? 1 : 0]);
  let hovered = null, pinned = null;
  const shown = () => units()[hovered ?? pinned];

  // A recorded grid, or one unit's, between the present moment and the next.
  function grid(name, unit) {
    const part = (i) => (unit === undefined ? w.get(name).row(i) : w.get(name).row(i).row(unit));
    const a = part(w.step), b = part(Math.min(w.step + 1, moments()));
    const f = w.t - w.step;
    return { shape: a.shape, at: (i, j) => a.at(i, j) + f * (b.at(i, j) - a.at(i, j)) };
  }
  const unitGrid = ([l, k]) => (l ? shifted(grid("later", k)) : grid("first", k));

  const plane = w.plot({
    label: "The plane with the points and the boundary of the network",
    title: "Click to place a point", basis: 400, grow: 1.3, ratio: 0.92,
    draw(p) {
      Object.assign(p, { x: [-reach(), reach()], y: [-reach(), reach()] });
      const answer = unsqueezed(grid("answer"));
      p.tint(answer, ...CLASSES.map((name) => w.style(name)));
      p.inside(() => {
        units().filter(([l]) => l === 0).forEach((u) => unitLine(p, u, 1.2, 0.7));
        p.level(answer, 127.5, { color: "ink", dash: [] }, { width: 3 });
        if (shown()) unitLine(p, shown(), 4, 1);
        for (const row of w.value("points")) p.mark(row[0], row[1], style(row));
        if (shown()) signs(p, unitGrid(shown()));
      });
      p.axes({ x: "x₁", y: "x₂", grid: false });
    },
  });

  const unitStyle = ([l, k]) => ({ ...w.cycle(k + 2 + 4 * l), dash: [6, 4] });
  const unitLine = (p, unit, width, alpha) =>
    p.level(unitGrid(unit), 0, unitStyle(unit), { width, alpha });

  const side = w.column(300);
  const net = w.plot({
    label: "The network: hover or focus a hidden unit to see its own boundary", into: side, ratio: 0.78,
    margin: { left: 26, right: 26, top: 26, bottom: 8 },
    draw(p) {
      Object.assign(p, { x: [0, columns().length - 1], y: [0, 1] });
      p.text("Hover or press a unit: its own boundary", 4, 15, { bold: true });
      for (let l = 0; l < columns().length - 1; l++) drawWeights(p, l);
      columns().forEach((count, l) => {
        for (let k = 0; k < count; k++) drawUnit(p, l, k, count);
      });
    },
  });
  const columns = () => [2, ...widths().filter(Boolean), 1];
  const place = (l, k) => [l, 1 - (k + 0.5) / columns()[l]];

  // Line widths show sizes of weights; a negative one is dashed.
  function drawWeights(p, l) {
    const weights = w.get(`w${l}`).row(w.step);
    const [before, after] = weights.shape;
    for (let i = 0; i < before; i++)
      for (let j = 0; j < after; j++) {
        const v = weights.at(i, j);
        const [a, b] = [place(l, i), place(l + 1, j)];
        const look = { ...w.style(CLASSES[v > 0 ? 1 : 0]), dash: v > 0 ? [] : [5, 4] };
        p.pen(look, { width: Math.min(6, 0.4 + Math.abs(v)), alpha: 0.75 });
        p.segment(p.X(a[0]), p.Y(a[1]), p.X(b[0]), p.Y(b[1]));
        p.lift();
      }
  }

  function drawUnit(p, l, k, count) {
    const c = p.context;
    const [x, y] = place(l, k);
    const hidden = l > 0 && l < columns().length - 1;
    const mine = shown() && hidden && shown()[0] === l - 1 && shown()[1] === k;
    c.beginPath();
    c.arc(p.X(x), p.Y(y), Math.min(14, p.tall / count / 2 - 1), 0, 7);
    c.fillStyle = p.theme.back;
    c.fill();
    c.lineWidth = mine ? 5 : 2;
    c.strokeStyle = hidden ? p.theme.color(unitStyle([l - 1, k])) : p.theme.ink;
    c.stroke();
    const words = hidden ? String(k + 1) : l ? "p" : `x${"₁₂"[k]}`;
    p.text(words, p.X(x), p.Y(y) + 4, { align: "center" });
  }

  w.handles(net, {
    ring: false,
    points: () => units().map(([l, k]) => place(l + 1, k)),
    label: (i) => `Unit ${units()[i][1] + 1} of hidden layer ${units()[i][0] + 1}` +
      (pinned === i ? ", its boundary is shown" : ""),
    move() {},
    press(i) {
      pinned = pinned === i ? null : i;
      w.redraw();
    },
  });
  const over = (event) => hover([...net.box.querySelectorAll(".cw-handle")].indexOf(event.target));
  for (const name of ["pointerover", "focusin"]) net.box.addEventListener(name, over);
  for (const name of ["pointerout", "focusout"]) net.box.addEventListener(name, () => hover(-1));
  function hover(i) {
    hovered = i < 0 ? null : i;
    w.redraw(false);
  }

  w.plot({
    label: "Loss at each step, on a logarithmic scale",
    title: "Loss", into: side, ratio: 0.5, logY: true,
    draw(p) {
      const loss = w.get("loss");
      const now = Math.round(w.t * w.get("every"));
      const low = Math.min(...Array.from(loss.data).filter((v) => v > 0), 0.5);
      const top = Math.max(...Array.from(loss.data).filter((v) => v > 0), 1);
      Object.assign(p, { x: [0, loss.length - 1], y: [Math.max(low, 1e-5) * 0.7, top * 1.3] });
      p.axes({ x: "step", y: "loss" });
      const ink = { ...w.style("loss"), dash: [] };
      p.inside(() => {
        p.trace(loss.length, (i) => i, (i) => loss.at(i), ink, { width: 1.5, alpha: 0.4 });
        p.trace(now + 1, (i) => i, (i) => loss.at(i), ink);
      });
      p.mark(now, loss.at(now), ink);
    },
  });

  // Points: drag them, press one to change its class, Delete to remove it, click to add.
  const points = () => w.value("points");
  const brush = () => CLASSES.indexOf(w.value("brush"));
  const add = (x, y) => points().length < 80 && w.set("points", [...points(), [x, y, brush()]]);
  w.handles(plane, {
    ring: false,
    points: () => points().map(([x, y]) => [x, y]),
    label(i) {
      const [x, y, k] = points()[i];
      return `Point ${i + 1} of ${points().length}, ${CLASSES[k]}, x ${fmt(x, 2)}, y ${fmt(y, 2)}`;
    },
    move: (i, [x, y], settled) =>
      w.set("points", points().map((row, k) => (k === i ? [x, y, row[2]] : row)), settled),
    press: (i) =>
      w.set("points", points().map((row, k) => (k === i ? [row[0], row[1], 1 - row[2]] : row))),
    remove: (i) => points().length > 2 && w.set("points", points().filter((_, k) => k !== i)),
  });
  plane.canvas.addEventListener("click", (event) => {
    const [x, y] = [event.offsetX, event.offsetY];
    if (x > plane.left && x < plane.right && y > plane.top && y < plane.bottom)
      add(...plane.data(x, y));
  });
  w.button("Add a point", () => add(0, 0));
  w.button("Clear", () => w.set("points", [[-0.5, 0, 0], [0.5, 0, 1]]));

  return {
    frames: moments,
    rate: 8,
    unit: "Moment",
    legend: () => [
      ...CLASSES.map((name) => ({ name, style: w.style(name), line: false })),
      { name: "boundary of the network", style: { color: "ink", dash: [], mark: "circle" }, mark: false },
      { name: "a hidden unit is 0", style: unitStyle([0, 0]), mark: false },
    ],
    describe() {
      const steps = w.step * w.get("every");
      const right = `${w.get("right").at(w.step)} of ${points().length} points right`;
      const unit = shown() ? ` Thick: unit ${shown()[1] + 1} of layer ${shown()[0] + 1}.` : "";
      return `After ${steps} steps: loss ${fmt(w.get("loss").at(steps))}, ${right}.${unit}`;
    },
  };
});

// The answer arrives with its finest steps about one half, 127.5: see `squeezed` in Python.
const unsqueezed = (z) => ({ shape: z.shape, at: (i, j) => 127.5 + spread(z.at(i, j) - 127.5) });
const spread = (v) => (v * Math.abs(v)) / 127.5;

// The second layer's units arrive as 0 to 255 with zero at 127.5.
const shifted = (z) => ({ shape: z.shape, at: (i, j) => z.at(i, j) - 127.5 });

// A plus and a minus on the two sides of a unit's line, at its middle.
function signs(p, z) {
  const pieces = isolines(z, 0);
  if (!pieces.length) return;
  const [a, b] = pieces[Math.floor(pieces.length / 2)];
  const [x, y] = onGrid(p, z, [0, 1].map((d) => (a[d] + b[d]) / 2));
  const [i, j] = [0, 1].map((d) => Math.min(Math.floor(Math.min(a[d], b[d])), z.shape[1 - d] - 2));
  const slope = [z.at(j, i + 1) - z.at(j, i), z.at(j + 1, i) - z.at(j, i)];
  const far = Math.hypot(...slope) || 1;
  for (const [words, way] of [["+", 16], ["−", -16]])
    p.text(words, x + (way * slope[0]) / far, y - (way * slope[1]) / far + 5,
      { align: "center", halo: true, bold: true });
}

import { fmt, mount, signed } from "./toolkit/index.js";

const FITS = ["MSE", "MAE", "Huber", "quantile"];
const MARGIN_LOSSES = ["CE", "focal", "hinge", "squared hinge", "0–1 error"];

export default mount((w) => {
  const regression = () => w.value("view").startsWith("regression");
  const focus = () => w.value("focus");
  const line = (name) => [0, 1].map((k) => w.get("fits").at(FITS.indexOf(name), k));
  const predicted = (name, x) => line(name)[0] + line(name)[1] * x;
  const outlier = () => [w.get("x"), w.value("outlier")];
  const samples = () => [...w.value("points"), outlier()];
  const ink = { color: "ink", dash: [], mark: "circle" };

  // The row of the curves that belongs to a loss with the present δ, q or γ.
  function row(name) {
    const settings = { Huber: "delta", quantile: "q", focal: "gamma" };
    const key = name in settings ? `${name} ${w.value(settings[name])}` : name;
    return w.get(regression() ? "rows" : "margins").indexOf(key);
  }
  const value = (array, axis, name, at) => readCurve(w.get(axis), w.get(array).row(row(name)), at);
  // A line through a point arrives rounded: what is nearly 0 is 0.
  const off = (name, [x, y]) => {
    const d = predicted(name, x) - y;
    return Math.abs(d) < 0.01 ? 0 : d;
  };
  const costs = (name, sample) => value("loss", "d", name, off(name, sample));
  const pulls = (name, sample) => {
    const d = off(name, sample);
    const jumps = name === "MAE" || name === "quantile"; // at 0: nothing lies between
    return value("pull", "d", name, jumps ? Math.sign(d) * Math.max(Math.abs(d), d ? 0.1 : 0) : d);
  };
  const marginLoss = (name) => value("margin_loss", "m", name, w.value("margin"));
  const marginPull = (name) => value("margin_pull", "m", name, w.value("margin"));

  const main = w.plot({
    label: "Points with fitted lines, or losses against the margin",
    title: " ", basis: 420, grow: 1.4, ratio: 0.8,
    draw: (p) => (regression() ? drawFits(p) : drawMargin(p, "margin_loss", "loss", [0, 5])),
  });

  function drawFits(p) {
    Object.assign(p, { x: [-2.2, 2.2], y: [-4.5, 8.5], title: "Four losses, four lines" });
    p.axes({ x: "x", y: "y" });
    p.inside(() => {
      for (const [x, y] of samples()) residualTo(p, x, y);
      for (const name of FITS) {
        const look = name === focus() ? { width: 4 } : { width: 2 };
        p.trace(2, (i) => p.x[i], (i) => predicted(name, p.x[i]), w.style(name), look);
      }
      for (const [x, y] of w.value("points")) p.mark(x, y, ink);
    });
    const [x, y] = outlier();
    p.mark(x, y, { ...ink, mark: "diamond" }, 9);
    p.text("outlier", p.X(x) - 16, p.Y(y) + 4, { halo: true, align: "right" });
  }

  function residualTo(p, x, y) {
    p.pen({ ...w.style(focus()), dash: [3, 3] }, { width: 1.5, alpha: 0.6 });
    p.segment(p.X(x), p.Y(y), p.X(x), p.Y(predicted(focus(), x)));
    p.lift();
  }

  const side = w.column(300);
  w.plot({
    label: "Loss of each point, or gradient against the margin",
    title: " ", into: side, ratio: 0.62,
    draw(p) {
      if (!regression()) return drawMargin(p, "margin_pull", "gradient", [-3, 0.5]);
      const top = Math.max(3, ...samples().map((s) => costs(focus(), s)));
      Object.assign(p, { y: [0, top * 1.12], title: "What each point costs" });
      drawCurves(p, "loss", costs, "loss");
    },
  });
  const lower = w.plot({
    label: "Gradient of each point",
    title: "How hard each point pulls", into: side, ratio: 0.62,
    draw(p) {
      const far = Math.max(1.5, ...samples().map((s) => Math.abs(pulls(focus(), s))));
      p.y = [-1.15 * far, 1.15 * far];
      drawCurves(p, "pull", pulls, "gradient");
    },
  });

  function drawCurves(p, array, of, words) {
    p.x = [-7, 7];
    p.axes({ x: "prediction − target", y: words });
    p.inside(() => {
      for (const name of FITS) {
        const look = name === focus() ? { width: 3 } : { width: 1.5, alpha: 0.55 };
        curve(p, "d", array, name, look);
      }
      for (const [i, s] of samples().entries()) {
        const last = i === samples().length - 1;
        const at = off(focus(), s);
        p.mark(at, of(focus(), s), { ...ink, mark: last ? "diamond" : "circle" }, last ? 7 : 4);
      }
    });
  }

  function curve(p, axis, array, name, look) {
    const [xs, ys] = [w.get(axis), w.get(array).row(row(name))];
    p.trace(xs.length, (i) => xs.at(i), (i) => ys.at(i), w.style(name), look);
  }

  function drawMargin(p, array, words, y) {
    const upper = array === "margin_loss";
    const title = upper ? "Loss against the margin" : "Gradient against the margin";
    Object.assign(p, { x: [-4, 4], y, title });
    p.axes({ x: "margin: label × score", y: words });
    p.inside(() => {
      p.pen({ color: "ink", dash: [3, 3] }, { width: 1 });
      p.segment(p.X(0), p.top, p.X(0), p.bottom);
      p.lift();
      for (const name of MARGIN_LOSSES) {
        curve(p, "m", array, name);
        p.mark(w.value("margin"), (upper ? marginLoss : marginPull)(name), w.style(name));
      }
    });
    if (!upper) return;
    p.text("wrong", p.X(0) - 8, p.top + 16, { align: "right", halo: true });
    p.text("right", p.X(0) + 8, p.top + 16, { halo: true });
  }

  const points = () => (regression() ? samples() : [[w.value("margin"), marginLoss("CE")]]);
  w.handles(main, {
    ring: false,
    points,
    label(i) {
      if (!regression()) return `Margin ${fmt(w.value("margin"))}`;
      const [x, y] = points()[i].map((v) => fmt(v, 2));
      const last = i === points().length - 1;
      return last ? `Outlier, height ${y}` : `Point ${i + 1}, x ${x}, y ${y}`;
    },
    stride: 10,
    move(i, [x, y], settled) {
      if (!regression()) return w.set("margin", nearestOf(x, 0.1, -4, 4), settled);
      if (i === points().length - 1) return w.set("outlier", y, settled);
      w.set("points", w.value("points").map((old, k) => (k === i ? [x, y] : old)), settled);
    },
  });

  const fits = w.table("The lines and the outlier",
    ["loss", "slope", "intercept", "outlier's loss", "share of all", "its gradient"]);
  const atMargin = w.table("One positive sample at this margin", ["loss", "value", "gradient"]);

  function fillFits() {
    fits.fill(FITS.map((name) => {
      const [a, b] = line(name);
      const mine = costs(name, outlier());
      const all = samples().reduce((sum, s) => sum + costs(name, s), 0);
      const share = all > 0 ? `${Math.round((100 * mine) / all)} %` : "–";
      return [name, fmt(b), fmt(a), fmt(mine), share, signed(pulls(name, outlier()))];
    }));
  }
  const fillMargin = () => atMargin.fill(MARGIN_LOSSES.map(
    (n) => [n, fmt(marginLoss(n)), signed(marginPull(n))]));

  // Only what belongs to the present view is there.
  function arrange() {
    const first = regression();
    for (const name of ["outlier", "delta", "q", "focus"]) w.inputs[name].node.hidden = !first;
    for (const name of ["gamma", "margin"]) w.inputs[name].node.hidden = first;
    if (lower.box.hidden === first) {
      lower.box.hidden = !first;
      if (first) lower.resize();
    }
    fits.node.parentNode.hidden = !first;
    atMargin.node.parentNode.hidden = first;
  }

  let shown;
  return {
    legend: () => (regression() ? FITS : MARGIN_LOSSES)
      .map((name) => ({ name, style: w.style(name), mark: !regression() }))
      .concat(regression() ? [{ name: "points", style: ink, line: false }] : []),
    draw() {
      arrange();
      if (regression()) fillFits();
      else fillMargin();
      if (shown !== w.value("view")) w.refreshKey();
      shown = w.value("view");
    },
    describe() {
      if (!regression()) {
        const said = ["CE", "focal", "hinge"].map((n) => `${n} ${fmt(marginLoss(n))}`).join(", ");
        const kind = w.value("margin") > 0 ? "right" : "wrong";
        return `Margin ${fmt(w.value("margin"))}, the sample is ${kind}: ${said}.`;
      }
      const slopes = FITS.map((name) => `${name} ${fmt(line(name)[1], 2)}`).join(", ");
      return `Outlier at height ${fmt(w.value("outlier"))}. Slopes: ${slopes}. ` +
        `Under ${focus()} the outlier pulls with ${fmt(Math.abs(pulls(focus(), outlier())))}.`;
    },
  };
});

const nearestOf = (v, step, low, high) =>
  Math.max(low, Math.min(high, +(Math.round(v / step) * step).toFixed(3)));

// A curve sampled at equal distances, read between its samples and held at its ends.
function readCurve(xs, ys, x) {
  if (Number.isNaN(x)) return NaN;
  const n = xs.length - 1;
  const u = Math.max(0, Math.min(n, ((x - xs.at(0)) / (xs.at(n) - xs.at(0))) * n));
  const k = Math.min(Math.floor(u), n - 1);
  return ys.at(k) + (u - k) * (ys.at(k + 1) - ys.at(k));
}

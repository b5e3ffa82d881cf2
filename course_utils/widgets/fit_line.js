import { fmt, mount } from "./toolkit/index.js";

const X = [-2, 2], Y = [-2.6, 2.6];

export default mount((w) => {
  const steps = () => w.get("losses").length - 1;
  const loss = (i) => w.get("losses").at(i);
  const weights = (i) => [0, 1, 2].map((k) => w.get("weights").at(i, k));
  const alive = () => {
    let i = w.step;
    while (i > 0 && Number.isNaN(loss(i))) i--;
    return i;
  };
  const solid = () => ({ ...w.style("fit"), dash: [] });
  const height = ([a, b, c], x) => a + b * x + c * x * x;

  // The weights while the picture goes from one step to the next.
  function present() {
    const i = alive();
    const here = weights(i);
    if (i !== w.step || i === steps() || Number.isNaN(loss(i + 1))) return here;
    return weights(i + 1).map((v, k) => here[k] + (w.t - w.step) * (v - here[k]));
  }

  const plane = w.plot({
    label: "Data points and the fitted curve",
    title: "Data and model: drag a point", basis: 400, grow: 1.3, ratio: 0.7, x: X, y: Y,
    draw(p) {
      const now = present();
      p.axes({ x: "x", y: "y" });
      p.inside(() => {
        for (const [x, y] of w.value("points")) residual(p, x, y, height(now, x));
        p.trace(81, (i) => X[0] + (i * (X[1] - X[0])) / 80, (i) => height(now, X[0] + i / 20),
          solid(), { width: 3 });
        for (const [x, y] of w.value("points")) p.mark(x, y, w.style("data"));
      });
    },
  });

  function residual(p, x, y, at) {
    p.pen({ ...w.style("fit"), dash: [3, 3] }, { width: 1.5, alpha: 0.6 });
    p.segment(p.X(x), p.Y(y), p.X(x), p.Y(at));
    p.lift();
  }

  w.plot({
    label: "Loss at each step",
    title: "Loss", basis: 280, ratio: 0.9,
    draw(p) {
      const top = Math.max(loss(0), ...[1, 2, 3].map((i) => loss(i) || 0));
      Object.assign(p, { x: [0, steps()], y: [0, top * 1.1] });
      p.axes({ x: "step", y: w.value("loss") });
      p.inside(() => {
        p.trace(steps() + 1, (i) => i, loss, solid(), { width: 1.5, alpha: 0.4 });
        p.trace(alive() + 1, (i) => i, loss, solid());
      });
      p.mark(alive(), Math.min(loss(alive()), p.y[1]), w.style("fit"));
    },
  });

  w.handles(plane, {
    ring: false,
    points: () => w.value("points"),
    label: (i) => `Point ${i + 1} of ${w.value("points").length}, ` +
      `x ${fmt(w.value("points")[i][0], 2)}, y ${fmt(w.value("points")[i][1], 2)}`,
    move(i, point, settled) {
      w.set("points", w.value("points").map((old, k) => (k === i ? point : old)), settled);
    },
  });

  return {
    frames: steps,
    rate: 12,
    legend: () => [
      { name: "data", style: w.style("data"), line: false },
      { name: "fit", style: solid(), mark: false },
    ],
    describe() {
      const i = alive();
      if (i < w.step) return `Diverged after step ${i}: try a smaller learning rate.`;
      const [a, b, c] = weights(i).map((v) => fmt(v, 2));
      const formula = { constant: a, line: `${a} + ${b} x`, parabola: `${a} + ${b} x + ${c} x²` };
      return `Step ${i}: y = ${formula[w.value("model")].replaceAll("+ −", "− ")}, ` +
        `${w.value("loss")} ${fmt(loss(i))}.`;
    },
  };
});

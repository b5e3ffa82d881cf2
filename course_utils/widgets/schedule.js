import { fmt, mount } from "./toolkit/index.js";

export default mount((w) => {
  const mine = () => w.style("this schedule");
  const plain = () => w.style("constant");
  const steps = () => w.get("loss").length - 1;
  const rate = (i) => w.get("rate").at(Math.min(i, steps() - 1));
  const curve = (p, name, n, style, look) => {
    const array = w.get(name);
    p.trace(n, (i) => i, (i) => array.at(i), style, look);
  };

  w.plot({
    label: "Learning rate at each step",
    title: "Learning rate", ratio: 0.85,
    draw(p) {
      Object.assign(p, { x: [0, steps()], y: [0, w.value("peak") * 1.1] });
      p.axes({ x: "step", y: "learning rate" });
      p.inside(() => {
        p.trace(2, (i) => p.x[i], () => w.value("peak"), plain(), { width: 1.5 });
        curve(p, "rate", steps(), mine(), { width: 1.5, alpha: 0.4 });
        curve(p, "rate", Math.min(w.step + 1, steps()), mine());
      });
      p.mark(Math.min(w.step, steps() - 1), rate(w.step), mine());
    },
  });

  w.plot({
    label: "Loss of the net after each step, on a logarithmic scale",
    title: "Loss", ratio: 0.85, logY: true, y: [5e-3, 20],
    draw(p) {
      p.x = [0, steps()];
      p.axes({ x: "step", y: "loss" });
      p.inside(() => {
        curve(p, "constant", steps() + 1, plain(), { width: 1.5, alpha: 0.8 });
        curve(p, "loss", steps() + 1, mine(), { width: 1.5, alpha: 0.4 });
        curve(p, "loss", w.step + 1, mine());
      });
      p.mark(w.step, w.get("loss").at(w.step), mine());
    },
  });

  const test = w.plot({
    label: "Range test: loss while the learning rate grows",
    title: "Range test: drag the peak", ratio: 0.85, logX: true,
    draw(p) {
      const [rates, losses] = [w.get("test_rate"), w.get("test_loss")];
      const n = rates.length;
      Object.assign(p, { x: [1e-3, 100], y: [0, 2 * losses.at(0)] });
      p.axes({ x: "learning rate", y: "loss" });
      p.inside(() => {
        p.trace(2, () => w.value("peak"), (i) => p.y[i], mine(), { width: 1.5 });
        p.trace(n, (i) => rates.at(i), (i) => losses.at(i), { color: "ink", dash: [] });
      });
    },
  });

  w.handles(test, {
    axis: "x",
    stride: 15,
    points: () => [[w.value("peak"), between(w.get("test_rate"), w.get("test_loss"), w.value("peak"))]],
    label: () => `Peak learning rate ${fmt(w.value("peak"))}`,
    move: (_, [x], settled) => w.set("peak", x, settled),
  });

  return {
    frames: steps,
    rate: 20,
    legend: () => ["this schedule", "constant"].map((name) => ({ name, style: w.style(name) })),
    draw() {
      w.inputs.warmup.node.hidden = !w.get("warm").includes(w.value("kind"));
      w.inputs.drops.node.hidden = !w.get("drop").includes(w.value("kind"));
    },
    describe() {
      const [loss, other] = ["loss", "constant"].map((name) => fmt(w.get(name).at(steps()), 2));
      return `Step ${w.step}: learning rate ${fmt(rate(w.step), 2)}, loss ` +
        `${fmt(w.get("loss").at(w.step), 2)}. At the end: ${loss}; at a constant rate: ${other}.`;
    },
  };
});

// y at x on the curve through the points (xs, ys), xs ascending.
function between(xs, ys, x) {
  let k = 1;
  while (k < xs.length - 1 && xs.at(k) < x) k++;
  const t = (x - xs.at(k - 1)) / (xs.at(k) - xs.at(k - 1));
  return ys.at(k - 1) + Math.max(0, Math.min(1, t)) * (ys.at(k) - ys.at(k - 1));
}

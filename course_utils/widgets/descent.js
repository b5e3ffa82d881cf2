import { fmt, mount, onSurface } from "./toolkit/index.js";

export default mount((w) => {
  const run = () => w.style("SGD");
  const path = (i, k) => w.get("path").at(i, k);
  const loss = (i) => w.get("loss").at(i);
  const steps = () => w.get("loss").length - 1;
  // The last step that is still a number.
  const alive = () => {
    let i = w.step;
    while (i > 0 && Number.isNaN(path(i, 0))) i--;
    return i;
  };
  const diverged = () => alive() < w.step;

  onSurface(w, "Loss surface from above with the path of gradient descent", walk);

  function walk(p) {
    const n = alive() + 1;
    const whole = { width: 1.5, alpha: 0.4 };
    p.trace(steps() + 1, (i) => path(i, 0), (i) => path(i, 1), run(), whole);
    p.trace(n, (i) => path(i, 0), (i) => path(i, 1), run(), { width: 2 });
    for (let i = 0; i < n; i += 1) if (n < 60 || i % 5 === 0) dot(p, path(i, 0), path(i, 1));
    const [x, y] = between(w, path);
    p.mark(x, y, run(), 7);
  }

  function dot(p, x, y) {
    p.context.beginPath();
    p.context.arc(p.X(x), p.Y(y), 2.4, 0, 7);
    p.context.fillStyle = p.theme.color(run());
    p.context.fill();
  }

  const side = w.column(300);
  w.plot({
    label: "The loss along the line of the present step",
    title: "Along this step",
    into: side, ratio: 0.54,
    draw: (p) => drawSlice(p, w, alive()),
  });

  w.plot({
    label: "Loss at each step, on a logarithmic scale",
    title: "Loss at each step",
    into: side, ratio: 0.54, logY: true,
    draw(p) {
      const top = Math.max(loss(0), 1e-6);
      Object.assign(p, { x: [0, steps()], y: [1e-9, 10 ** Math.ceil(Math.log10(top) + 1)] });
      p.axes({ x: "step", y: "loss" });
      p.inside(() => {
        p.trace(steps() + 1, (i) => i, loss, run(), { width: 1.5, alpha: 0.45 });
        p.trace(alive() + 1, (i) => i, loss, run());
      });
      p.mark(alive(), Math.min(loss(alive()), p.y[1]), run());
    },
  });

  return {
    frames: steps,
    rate: 20,
    draw: () => w.inputs.lr.limit(w.get("limit"), `2/λ = ${fmt(w.get("limit"), 2)}`),
    describe() {
      const here = `Step ${alive()}: w = (${fmt(path(alive(), 0))}, ${fmt(path(alive(), 1))})`;
      if (diverged()) return `${here}, then it diverged: the learning rate is too large.`;
      return `${here}, loss ${fmt(loss(alive()))}. Drag the start; learning rate ${fmt(w.value("lr"))}.`;
    },
  };
});

// Where the walker is while it goes from one step to the next.
function between(w, path) {
  const i = w.step, f = w.t - w.step;
  const here = [path(i, 0), path(i, 1)];
  if (!f || Number.isNaN(path(i + 1, 0))) return here;
  return here.map((v, k) => v + f * (path(i + 1, k) - v));
}

// The surface cut along the present step: from `here` (at 0) to where the step lands (at 1).
function drawSlice(p, w, i) {
  const path = w.get("path"), z = w.get("z"), box = w.get("box");
  const last = w.get("loss").length - 1;
  const from = Math.min(i, last - 1);
  const here = [path.at(from, 0), path.at(from, 1)];
  const step = [path.at(from + 1, 0) - here[0], path.at(from + 1, 1) - here[1]];
  const along = (s) => sample(z, box, here[0] + s * step[0], here[1] + s * step[1]);
  const points = Array.from({ length: 81 }, (_, k) => -1 + k / 20);
  const heights = points.map(along);
  const seen = heights.filter((v) => !Number.isNaN(v));
  const top = Math.max(...seen, 1e-12);
  Object.assign(p, { x: [-1, 3], y: [0, (seen.length ? top : 1) * 1.1] });
  p.axes({ x: "steps ahead", y: "loss" });
  if (!seen.length) p.text("outside the picture", p.left + p.width / 2, p.top + p.tall / 2, { align: "center" });
  p.inside(() => {
    const visible = points.filter((_, k) => !Number.isNaN(heights[k]));
    p.trace(visible.length, (k) => visible[k], (k) => along(visible[k]), { color: "ink", dash: [] });
    p.mark(0, along(0), w.style("SGD"));
    p.mark(1, along(1), { ...w.style("SGD"), mark: "triangle" });
  });
  p.text("● here   ▲ after it", p.right, 15, { align: "right" });
}

// The grid between its points; NaN outside the picture.
function sample(z, [x0, x1, y0, y1], x, y) {
  const [rows, columns] = z.shape;
  const u = ((x - x0) / (x1 - x0)) * (columns - 1), v = ((y - y0) / (y1 - y0)) * (rows - 1);
  const i = Math.min(Math.floor(u), columns - 2), j = Math.min(Math.floor(v), rows - 2);
  if (!(u >= 0 && v >= 0 && u <= columns - 1 && v <= rows - 1)) return NaN;
  const [a, b] = [u - i, v - j];
  const low = z.at(j, i) * (1 - a) + z.at(j, i + 1) * a;
  const high = z.at(j + 1, i) * (1 - a) + z.at(j + 1, i + 1) * a;
  return low * (1 - b) + high * b;
}

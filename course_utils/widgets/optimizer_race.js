import { fmt, mount, onSurface, signed } from "./toolkit/index.js";

const CURVES = {
  "loss": { title: "Loss", label: "loss", of: (w, k, i) => 10 ** w.get("log_loss").at(k, i) },
  "step in w₁": { title: "Size of the step in w₁", label: "|Δw₁|", of: (w, k, i) => Math.abs(stepOf(w, k, i, 0)) },
  "step in w₂": { title: "Size of the step in w₂", label: "|Δw₂|", of: (w, k, i) => Math.abs(stepOf(w, k, i, 1)) },
};

const last = (w) => w.get("log_loss").shape[1] - 1;
const stepOf = (w, k, i, j) => w.get("steps").at(k, Math.min(i, last(w) - 1), j);
const lossOf = (w, k, i) => 10 ** w.get("log_loss").at(k, i);

export default mount((w) => {
  const names = () => w.get("names");
  const style = (k) => w.style(names()[k]);
  const each = (draw) => names().forEach((_, k) => draw(k));
  let runs = [];

  onSurface(w, "Loss surface from above with the path of each optimizer", (p) => {
    each((k) => line(p, k, runs[k].alive, { width: 1.5, alpha: 0.35 }));
    each((k) => line(p, k, Math.min(w.step, runs[k].alive)));
    each((k) => p.mark(...position(k), style(k)));
  });

  function line(p, k, end, look) {
    const path = runs[k].path;
    p.trace(end + 1, (i) => path[i][0], (i) => path[i][1], style(k), look);
  }

  // Where a runner is, also between two steps; the last place before it diverged.
  function position(k) {
    const { path, alive } = runs[k];
    const i = Math.min(w.step, alive);
    if (i === alive) return path[i];
    return path[i].map((v, j) => v + (w.t - w.step) * (path[i + 1][j] - v));
  }

  const side = w.column(320);
  w.plot({
    label: "A curve for each optimizer by step, on a logarithmic scale",
    into: side, ratio: 0.6, logY: true, title: "Loss",
    draw(p) {
      const curve = CURVES[w.value("curve")];
      p.title = curve.title;
      const value = (k, i) => Math.max(curve.of(w, k, i), 1e-12);
      const top = Math.max(1e-3, ...runs.map((_, k) => value(k, 0)).filter(Number.isFinite));
      Object.assign(p, { x: [0, last(w)], y: [1e-9, 10 ** Math.ceil(Math.log10(top) + 0.5)] });
      p.axes({ x: "step", y: curve.label });
      p.inside(() => {
        if (w.value("curve") === "loss") threshold(p);
        each((k) => p.trace(runs[k].alive + 1, (i) => i, (i) => value(k, i), style(k),
          { width: 1.5, alpha: 0.35 }));
        each((k) => p.trace(here(k) + 1, (i) => i, (i) => value(k, i), style(k)));
      });
      each((k) => p.mark(here(k), Math.min(Math.max(value(k, here(k)), p.y[0]), p.y[1]), style(k), 5));
    },
  });

  const here = (k) => Math.min(w.step, runs[k].alive);

  function threshold(p) {
    const v = w.value("threshold");
    p.trace(2, (i) => p.x[i], () => v, { color: "ink", dash: [2, 4] }, { width: 1 });
    p.text("threshold", p.right - 5, p.Y(v) - 4, { align: "right", halo: true });
  }

  const table = w.table("At this step; hit: first step with a loss under the threshold",
    ["optimizer", "loss", "Δw₁", "Δw₂", "hit"], side);

  const gone = (k) => runs[k].alive < w.step || failed(k);
  const failed = (k) => w.get("failed").at(k);
  const fate = (k) => (failed(k) ? "stopped" : "diverged");

  function rowOf(name, k) {
    const i = w.step;
    if (gone(k)) return [name, fate(k), "–", "–", "–"];
    const moves = [0, 1].map((j) => signed(stepOf(w, k, i, j), 2));
    return [name, fmt(lossOf(w, k, i), 2), ...moves, firstBelow(w, k, runs[k].alive)];
  }

  return {
    frames: last,
    rate: 20,
    legend: () => names().map((name, k) => ({ name, style: style(k) })),
    draw() {
      runs = names().map((_, k) => walk(w, k));
      w.inputs.lr.limit(w.get("limit"), `2/λ = ${fmt(w.get("limit"), 2)}`);
      table.fill(names().map(rowOf));
    },
    describe() {
      const words = names().map((name, k) => `${name} ${gone(k) ? fate(k) : fmt(lossOf(w, k, w.step), 2)}`);
      return `Loss after step ${w.step}: ${words.join(", ")}. Drag the start.`;
    },
  };
});

// The path of a runner, as the start plus its steps so far, and its last step that is a number.
function walk(w, k) {
  const path = [w.value("start")];
  const total = last(w);
  let alive = 0;
  for (let i = 0; i < total; i++) {
    path.push([0, 1].map((j) => path[i][j] + stepOf(w, k, i, j)));
    if (path[i + 1].every(Number.isFinite) && alive === i) alive = i + 1;
  }
  return { path, alive };
}

// The first step with a loss at or under the threshold.
function firstBelow(w, k, alive) {
  const line = Math.log10(w.value("threshold")) + 1e-3;
  for (let i = 0; i <= alive; i++) if (w.get("log_loss").at(k, i) <= line) return i;
  return "never";
}

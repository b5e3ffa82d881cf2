import { fmt, mount } from "./toolkit/index.js";

export default mount((w) => {
  const last = () => w.get("loss").length - 1;
  const loss = (k) => w.get("loss").at(k);
  const when = (k) => w.get("steps").at(k);
  const kind = (i) => w.style(`class ${w.get("labels").at(i)}`);
  const head = () => ({ ...w.style("head"), dash: [] });
  const thin = { color: "ink", dash: [] };

  // A number of picture `step`, moved on toward the next picture while playing.
  const blend = (name, ...index) => {
    const array = w.get(name), f = w.t - w.step;
    const here = array.at(w.step, ...index);
    return f ? here + f * (array.at(w.step + 1, ...index) - here) : here;
  };

  w.plot({
    label: "Input plane: the probability of class 1 and where it is one half",
    title: "Inputs: p(class 1)", ratio: 0.95, basis: 240,
    draw(p) {
      const ends = w.get("ends");
      Object.assign(p, { x: ends, y: ends });
      p.tint(w.get("p").row(w.step), w.style("class 0"), w.style("class 1"));
      p.inside(() => drawGrid(p, (i, j, k) => w.get("lines").at(i, j, k)));
      p.axes({ x: "x₁", y: "x₂", grid: false });
      samples(p, (i, k) => w.get("inputs").at(i, k));
    },
  });

  w.plot({
    label: "Hidden plane: the same grid and samples after the hidden layer, and the line of the head",
    title: "Hidden space: h = f(xW + b)", ratio: 0.72, basis: 300, grow: 1.35,
    draw(p) {
      const [x0, x1, y0, y1] = w.get("box");
      Object.assign(p, { x: [x0, x1], y: [y0, y1] });
      const line = [0, 1, 2].map((k) => blend("head", k));
      p.halfPlane(line, w.style("class 1"), w.style("class 0"), head(), 3);
      p.inside(() => drawGrid(p, (i, j, k) => blend("grid", i, j, k)));
      p.axes({ x: "h₀", y: "h₁", grid: false });
      p.inside(() => samples(p, (i, k) => blend("corners", i, k)));
    },
  });

  function drawGrid(p, at) {
    const [lines, along] = w.get("lines").shape;
    for (let i = 0; i < lines; i++)
      p.trace(along, (j) => at(i, j, 0), (j) => at(i, j, 1), thin, { width: 1, alpha: 0.5 });
  }

  function samples(p, at) {
    for (let i = 0; i < 4; i++) p.mark(at(i, 0), at(i, 1), kind(i), 8);
  }

  w.plot({
    label: "Loss after each training step",
    title: "Loss", ratio: 0.95, basis: 240,
    draw(p) {
      const top = Math.max(1, ...Array.from(w.get("loss").data).filter(Number.isFinite));
      Object.assign(p, { x: [0, when(last())], y: [0, Math.min(top, 4) * 1.05] });
      p.axes({ x: "training step", y: "cross-entropy" });
      p.inside(() => {
        p.trace(last() + 1, when, loss, head(), { width: 1.5, alpha: 0.4 });
        p.trace(w.step + 1, when, loss, head());
      });
      p.mark(when(w.step), Math.min(loss(w.step), p.y[1]), { ...head(), mark: "circle" });
      const half = Math.log(2);
      p.text("log 2: undecided", p.right - 6, p.Y(half) - 6, { align: "right", halo: true });
      p.trace(2, (i) => p.x[i], () => half, { color: "ink", dash: [3, 3] }, { width: 1 });
    },
  });

  return {
    frames: last,
    rate: 8,
    unit: "Picture",
    legend: () => [
      ...[0, 1].map((k) => ({ name: `class ${k}`, style: w.style(`class ${k}`), line: false })),
      { name: "line of the head", style: head(), mark: false },
    ],
    describe() {
      const here = `After ${when(w.step)} training steps`;
      if (!Number.isFinite(loss(w.step))) return `${here} it has diverged: the learning rate is too large.`;
      return `${here} the loss is ${fmt(loss(w.step))}: ${verdict(right(w))}`;
    },
  };
});

// How many of the four samples lie on the side of the head's line that is theirs.
function right(w) {
  const at = (name, ...index) => w.get(name).at(w.step, ...index);
  return [0, 1, 2, 3].filter((i) => {
    const z = at("head", 0) * at("corners", i, 0) + at("head", 1) * at("corners", i, 1) + at("head", 2);
    return z > 0 === (w.get("labels").at(i) === 1);
  }).length;
}

function verdict(count) {
  if (count < 4) return `the line has ${count} of the 4 samples on the right side.`;
  return "one straight line parts the classes.";
}

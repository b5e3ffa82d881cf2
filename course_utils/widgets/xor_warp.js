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
      p.inside((c) => tint(p, c, w.get("p").row(w.step), w.style("class 0"), w.style("class 1")));
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
      p.inside(() => halfPlane(p, line, w.style("class 1"), w.style("class 0"), head()));
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
      const here = `After ${when(w.step)} training steps the loss is ${fmt(loss(w.step))}`;
      return `${here}: ${verdict(right(w), loss(w.step))}`;
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

function verdict(count, loss) {
  if (!Number.isFinite(loss)) return "it diverged, the learning rate is too large.";
  if (count < 4) return `the line has ${count} of the 4 samples on the right side.`;
  return "one straight line parts the classes.";
}

// The probability as a tint, from the colour of class 0 to that of class 1.
function tint(p, c, share, low, high) {
  const [rows, columns] = share.shape;
  const small = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
  const context = small.getContext("2d");
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const v = share.at(rows - 1 - j, i) / 255;
      context.fillStyle = p.theme.color(v < 0.5 ? low : high);
      context.globalAlpha = 0.6 * Math.abs(v - 0.5);
      context.fillRect(i, j, 1, 1);
    }
  const [dx, dy] = [p.width / (columns - 1), p.tall / (rows - 1)];
  c.drawImage(small, p.left - dx / 2, p.top - dy / 2, p.width + dx, p.tall + dy);
}

// The line w1 x + w2 y + b = 0 and a tint for each of its sides. In pixels, z changes by g per
// pixel; the line is at a right angle to g and z / |g| away from the centre of the picture.
function halfPlane(p, [w1, w2, b], fires, silent, line) {
  const g = [(w1 * (p.x[1] - p.x[0])) / p.width, (-w2 * (p.y[1] - p.y[0])) / p.tall];
  const slope = Math.hypot(...g), far = 2 * (p.w + p.h);
  const z = (w1 * (p.x[0] + p.x[1]) + w2 * (p.y[0] + p.y[1])) / 2 + b;
  if (!Number.isFinite(z)) return;
  const away = slope ? Math.max(-far, Math.min(far, -z / slope)) : z >= 0 ? -far : far;
  const c = p.context;
  c.save();
  c.translate(p.left + p.width / 2, p.top + p.tall / 2);
  c.rotate(Math.atan2(g[1], g[0]));
  for (const [style, x] of [[fires, away], [silent, away - 2 * far]]) {
    p.pen(style, { alpha: 0.16 });
    c.fillRect(x, -far, 2 * far, 2 * far);
  }
  p.pen(line, { width: 3 });
  p.segment(away, -far, away, far);
  p.lift();
  c.restore();
}

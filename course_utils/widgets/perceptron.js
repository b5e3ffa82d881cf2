import { fmt, mount } from "./toolkit/index.js";

export default mount((w) => {
  const size = () => [0, 1, 2].map((i) => w.get("size").at(i));
  const weights = (k) => [0, 1, 2].map((i) => w.get("path").at(k, i));
  const points = () => w.value("points");
  const kind = (label) => w.style(`class ${label}`);
  const bound = () => w.get("bound").at(0);
  const limit = () => ({ ...w.style("(R/γ)²"), dash: [8, 4] });
  const bars = { color: "ink", dash: [] }, dot = { ...bars, mark: "circle" };

  // The weights while the picture goes from one mistake to the next.
  function present() {
    const here = weights(w.step);
    if (w.step >= size()[0]) return here;
    return weights(w.step + 1).map((v, i) => here[i] + (w.t - w.step) * (v - here[i]));
  }

  const plane = w.plot({
    label: "Samples of two classes and the line of the perceptron",
    title: "Drag a sample, click to flip it", basis: 380, grow: 1.3, ratio: 0.86,
    draw(p) {
      const [x0, x1, y0, y1] = w.get("box");
      Object.assign(p, { x: [x0, x1], y: [y0, y1] });
      p.halfPlane(present(), kind(1), kind(0));
      p.axes({ x: "x₁", y: "x₂", grid: false });
      p.inside(() => points().forEach(([x, y, label]) => p.mark(x, y, kind(label), 7)));
      if (w.step < size()[0]) ring(p, points()[w.get("who").at(w.step)]);
    },
  });

  function ring(p, point) {
    if (!point) return;
    p.pen({ color: "ink", dash: [] }, { width: 2 });
    p.context.beginPath();
    p.context.arc(p.X(point[0]), p.Y(point[1]), 13, 0, 7);
    p.context.stroke();
    p.lift();
  }

  // How many of the mistakes up to now belong to each epoch.
  function sofar() {
    const counts = new Array(size()[1]).fill(0);
    for (let k = 0; k < w.step; k++) counts[w.get("when").at(k)]++;
    return counts;
  }

  // Epochs gone by, the present one by its share of mistakes.
  function progress() {
    const epoch = w.get("when").at(w.step);
    return epoch + sofar()[epoch] / w.get("mistakes").at(epoch);
  }

  const side = w.column(280);
  w.plot({
    label: "Mistakes in each epoch",
    title: "Mistakes per epoch; faint: ahead", into: side, ratio: 0.48,
    draw(p) {
      const [, epochs] = size();
      const counts = sofar(), all = counts.map((_, e) => w.get("mistakes").at(e));
      Object.assign(p, { x: [0.5, epochs + 0.5], y: [0, Math.max(4, ...all) * 1.1] });
      p.axes({ x: "epoch", y: "mistakes" });
      counts.forEach((n, e) => {
        p.bar(e + 0.65, 0, e + 1.35, all[e], bars, 0.2);
        p.bar(e + 0.65, 0, e + 1.35, n, bars, 0.75);
      });
    },
  });

  w.plot({
    label: "Mistakes in all after each epoch, against the bound",
    title: "Mistakes in all, and the bound", into: side, ratio: 0.48, logY: true,
    draw(p) {
      const [count, epochs] = size();
      const top = Math.max(bound() || 1, count, 5);
      Object.assign(p, { x: [0, epochs], y: [0.8, top * 4] });
      p.axes({ x: "epoch", y: "in all" });
      const total = (e) => (e ? Math.max(w.get("total").at(e - 1), 0.8) : 0.8);
      p.inside(() => p.trace(epochs + 1, (e) => e, total, bars, { width: 2 }));
      p.mark(w.step < count ? progress() : epochs, Math.max(w.step, 0.8), dot, 5);
      drawBound(p);
    },
  });

  function drawBound(p) {
    const none = Number.isNaN(bound());
    if (!none) p.trace(2, (i) => p.x[i], () => bound(), limit());
    const words = none ? "no line separates: no bound" : `(R/γ)² = ${fmt(Math.round(bound()), 4)}`;
    p.text(words, p.left + 8, none ? p.top + 16 : p.Y(bound()) - 6, { halo: true });
  }

  const change = (i, row, settled) =>
    w.set("points", points().map((old, k) => (k === i ? row : old)), settled);

  w.handles(plane, {
    ring: false,
    points: () => points().map(([x, y]) => [x, y]),
    label: (i) => `Sample ${i + 1}, class ${points()[i][2]}, x1 ${fmt(points()[i][0], 2)}, ` +
      `x2 ${fmt(points()[i][1], 2)}; Enter flips its class`,
    move: (i, [x, y], settled) => change(i, [x, y, points()[i][2]], settled),
    press: (i) => change(i, [points()[i][0], points()[i][1], 1 - points()[i][2]], true),
  });

  return {
    frames: () => size()[0],
    rate: 3,
    unit: "Mistake",
    legend: () => [
      ...[0, 1].map((k) => ({ name: `class ${k}`, style: kind(k), line: false })),
      { name: "bound (R/γ)² on all mistakes", style: limit(), mark: false },
    ],
    describe() {
      const [count, epochs, done] = size();
      const line = weights(w.step).map((v) => fmt(v));
      const here = `After ${w.step} mistake${w.step === 1 ? "" : "s"}: w = (${line[0]}, ${line[1]}), b = ${line[2]}.`;
      if (w.step < count) return `${here} ${mistake(w, points())}`;
      if (done) return `${here} Epoch ${epochs} had no mistake: done. ${promise(bound())}`;
      return `${here} Still wrong after ${epochs} epochs. ${promise(bound())}`;
    },
  };
});

function promise(bound) {
  if (Number.isNaN(bound)) return "No line separates these classes: it never stops.";
  return `However the samples are ordered, at most ${Math.floor(bound)} mistakes are possible.`;
}

function mistake(w, points) {
  const who = w.get("who").at(w.step), label = points[who]?.[2];
  const does = label ? "does not fire and should: w gains its x, b gains 1." :
    "fires and should not: w loses its x, b loses 1.";
  return `Epoch ${w.get("when").at(w.step) + 1}: the ringed sample ${does}`;
}

import { fmt, mount } from "./toolkit/index.js";

export default mount((w) => {
  const depth = () => w.get("spread").length;
  // Forward through layers 1 … L, then back through L … 1.
  const forward = () => Math.min(w.step, depth());
  const backward = () => 2 * depth() + 1 - Math.max(w.step, depth() + 1);
  const returning = () => w.step > depth();
  const here = () => (returning() ? backward() : forward());
  const key = () => [w.value("activation"), w.value("gain"), depth()].join();

  const columns = [w.column(300), w.column(300)];
  curve(columns[0], "Spread of the activations", "spread", "activations", (l) => l <= w.step);
  strips(columns[0], "Histograms of the activations", "values", "activations", {
    y: () => [-w.get("reach"), w.get("reach")], name: "a",
  });
  curve(columns[1], "Size of the gradients", "size", "gradients", (l) => returning() && l >= backward());
  strips(columns[1], "Histograms of log₁₀ |gradient|", "slopes", "gradients", {
    y: () => w.get("powers"), name: "power of ten",
  });

  // A number of every layer on a logarithmic scale; `reached`: layers where the signal has been.
  function curve(into, title, name, style, reached) {
    const solid = () => ({ ...w.style(style), dash: [] });
    w.plot({
      label: title + " in each layer, on a logarithmic scale", title, into, height: 190, logY: true,
      draw(p) {
        const array = w.get(name), n = depth();
        Object.assign(p, { x: [0.5, n + 0.5], y: decadesOf(array) });
        p.axes({ x: "layer", y: "" });
        p.inside(() => {
          p.trace(2, (i) => p.x[i], () => 1, { color: "ink", dash: [3, 3] }, { width: 1 });
          p.trace(n, (i) => i + 1, (i) => array.at(i), solid(), { width: 2, alpha: 0.35 });
          for (let l = 1; l <= n; l++)
            if (reached(l)) dot(p, l, array.at(l - 1), solid());
        });
      },
    });
  }

  // One upright strip of shades per layer.
  function strips(into, title, name, style, { y, name: axis }) {
    w.plot({
      label: title + ", one strip for each layer", title, into, height: 210,
      draw(p) {
        Object.assign(p, { x: [0.5, depth() + 0.5], y: y() });
        p.layer("strips", name + key(), () => p.inside(() => paintStrips(p, w.get(name), w.style(style))));
        p.axes({ x: "layer", y: axis, grid: false });
        if (w.step && returning() === (name === "slopes")) cursor(p, here());
      },
    });
  }

  return {
    frames: () => 2 * depth(),
    rate: 10,
    unit: "Layer",
    draw() {
      const advice = w.get("advice");
      w.inputs.gain.limit(...(advice ?? [0, ""]));
    },
    legend: () => [
      { name: "activations, forward →", style: { ...w.style("activations"), dash: [] }, mark: false },
      { name: "gradients, ← backward", style: { ...w.style("gradients"), dash: [] }, mark: false },
    ],
    describe() {
      const at = (name, l) => fmt(w.get(name).at(l - 1), 2), n = depth();
      if (!w.step) return `${at("spread", 1)} in layer 1 becomes ${at("spread", n)} in layer ${n}; ` +
        `on the way back a gradient of ${at("size", n)} becomes ${at("size", 1)}. Press play.`;
      if (!returning()) return `Forward, layer ${here()}: spread ${at("spread", here())}.`;
      return `Backward, layer ${here()}: gradient ${at("size", here())}` +
        (here() === 1 ? `, from ${at("size", n)}. ${verdict(w.get("size"))}` : ".");
    },
  };
});

function verdict(size) {
  const change = size.at(0) / size.at(size.length - 1);
  if (!(change > 0.01)) return "It vanishes: the first layers hardly learn.";
  return change < 100 ? "It arrives about as it set out." : "It explodes.";
}

// Whole decades around the values, at least a thousandth to a thousand.
function decadesOf(array) {
  const seen = Array.from(array.data).filter((v) => v > 0 && Number.isFinite(v));
  const low = Math.floor(Math.log10(Math.min(...seen, 1e-3)));
  const high = Math.ceil(Math.log10(Math.max(...seen, 1e3)));
  return [10 ** low, 10 ** high];
}

function dot(p, x, y, style) {
  p.context.beginPath();
  p.context.arc(p.X(x), p.Y(y), 3.4, 0, 7);
  p.context.fillStyle = p.theme.color(style);
  p.context.fill();
}

function paintStrips(p, full, style) {
  const [layers, bins] = full.shape, tall = (p.y[1] - p.y[0]) / bins;
  for (let l = 0; l < layers; l++)
    for (let k = 0; k < bins; k++) {
      const v = full.at(l, k) / 255;
      if (v) p.bar(l + 0.58, p.y[0] + k * tall, l + 1.42, p.y[0] + (k + 1) * tall, style, 0.12 + 0.88 * v);
    }
}

function cursor(p, l) {
  p.context.strokeStyle = p.theme.ink;
  p.context.lineWidth = 2;
  const left = p.X(l - 0.5), wide = p.X(l + 0.5) - left;
  p.context.strokeRect(left, p.top + 1, wide, p.tall - 2);
}

import { fmt, mount } from "./toolkit/index.js";

const GREY = { color: "ink", dash: [], mark: "square" };  // what is blocked

export default mount((w) => {
  const reach = () => [w.get("z").at(0), w.get("z").at(w.get("z").length - 1)];
  const value = () => ({ ...w.style("f"), dash: [] });
  const slope = () => ({ ...w.style("f′"), dash: [8, 4] });
  const share = (k) => w.get("shares").at(k);
  const percent = (v) => `${fmt(100 * v, v < 0.995 && v >= 0.0995 ? 2 : 3)} %`;

  const left = w.column(380, 1.4);
  w.plot({
    label: "The activation f and its slope f prime",
    title: "f and its slope f′", into: left, height: 225,
    draw(p) {
      const z = w.get("z"), n = z.length;
      Object.assign(p, { x: reach(), y: w.get("range") });
      p.inside(() => shadeFlat(p, z, w.get("flat")));
      p.axes({ x: "", y: "" });
      p.inside(() => {
        for (const [name, style] of [["f", value()], ["df", slope()]])
          p.trace(n, (i) => z.at(i), (i) => w.get(name).at(i), style, { width: 2.6 });
      });
    },
  });

  // One grey bar for each stretch of z on which the slope is nearly 0.
  function shadeFlat(p, z, flat) {
    for (let i = 0, from = 0; i < z.length; i++) {
      if (!flat.at(i)) from = i + 1;
      else if (i + 1 === z.length || !flat.at(i + 1))
        p.bar(z.at(from), p.y[0], z.at(i), p.y[1], GREY, 0.1);
    }
  }

  const z = w.plot({
    label: "Histogram of the pre-activations z",
    title: "Z: drag ● mean, ◆ spread", into: left, height: 200,
    draw(p) {
      Object.assign(p, { x: reach(), y: [0, top("before")] });
      p.axes({ x: "z", y: "share" });
      bars(p, w.get("before"), (i) => (w.get("closed").at(i) ? GREY : value()));
      const [mean, wide] = places();
      p.pen(GREY, { width: 1.5 });
      p.segment(p.X(mean[0]), p.bottom, p.X(mean[0]), p.Y(mean[1]));
      p.segment(p.X(mean[0]), p.Y(wide[1]), p.X(wide[0]), p.Y(wide[1]));
      p.lift();
      p.mark(...mean, { ...GREY, mark: "circle" }, 7);
      p.mark(...wide, { ...GREY, mark: "diamond" }, 6);
    },
  });

  // Where the two handles are: the mean above, the spread below.
  function places() {
    const high = top("before"), mean = w.value("mean");
    return [[mean, 0.85 * high], [Math.min(mean + w.value("spread"), reach()[1]), 0.5 * high]];
  }

  function top(name) {
    return Math.max(0.1, ...w.get(name).data) * 1.15;
  }

  function bars(p, shares, style) {
    const width = (p.x[1] - p.x[0]) / shares.length;
    for (let i = 0; i < shares.length; i++) {
      const from = p.x[0] + i * width;
      p.bar(from + 0.06 * width, 0, from + 0.94 * width, shares.at(i), style(i), style(i) === GREY ? 0.5 : 0.85);
    }
  }

  const right = w.column(260);
  w.plot({
    label: "Histogram of the outputs f(z)",
    title: "A = f(Z)", into: right, height: 200,
    draw(p) {
      Object.assign(p, { x: w.get("outputs"), y: [0, top("after")] });
      p.axes({ x: "a", y: "share" });
      bars(p, w.get("after"), value);
    },
  });

  w.plot({
    label: "Share of blocked entries, share of stuck units, mean slope",
    title: "What gets through", into: right, height: 168, margin: { left: 12, bottom: 8 },
    draw(p) {
      Object.assign(p, { x: [0, 1], y: [0, 3] });
      p.text(p.title, p.left, 15, { bold: true });
      const rows = [["entries blocked", share(0), GREY, percent], ["units blocked on every row",
        share(1), GREY, percent], ["mean of |f′|", share(2), slope(), (v) => fmt(v, 2)]];
      rows.forEach(([words, v, style, say], k) => {
        p.bar(0, 2.1 - k, 1, 2.45 - k, GREY, 0.08);
        p.bar(0, 2.1 - k, Math.min(v, 1), 2.45 - k, style, style === GREY ? 0.5 : 0.85);
        p.text(words, p.left, p.Y(2.53 - k));
        p.text(say(v), p.right, p.Y(2.53 - k), { align: "right", bold: true });
      });
    },
  });

  w.handles(z, {
    ring: false,
    axis: "x",
    stride: 20,
    points: places,
    label: (i) => (i ? `Spread of z, ${fmt(w.value("spread"))}` : `Mean of z, ${fmt(w.value("mean"))}`),
    move(i, [x], settled) {
      if (i === 0) w.set("mean", x, settled);
      else w.set("spread", Math.max(0.1, x - w.value("mean")), settled);
    },
  });

  return {
    legend: () => [
      { name: "value f(z)", style: value(), mark: false },
      { name: "slope f′(z)", style: slope(), mark: false },
      { name: "blocked: |f′| < 0.01", style: GREY, line: false, alpha: 0.5 },
    ],
    describe: () =>
      `${w.value("activation")}, z of mean ${fmt(w.value("mean"))} and spread ` +
      `${fmt(w.value("spread"))}: ${percent(share(0))} of the entries are blocked (saturated or ` +
      `off), ${percent(share(1))} of the units are blocked on every row (stuck; a ReLU is dead).`,
  };
});

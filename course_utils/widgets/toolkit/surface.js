// A loss surface from above with a start to drag, as `walks.py` describes it.

import { fmt } from "./dom.js";

// walk(p) draws what moves on it.
export function onSurface(w, label, walk) {
  const plot = w.plot({
    label, title: "Drag ○, the start. + is a minimum", basis: 420, grow: 1.4, ratio: 0.78,
    draw(p) {
      const [x0, x1, y0, y1] = w.get("box");
      Object.assign(p, { x: [x0, x1], y: [y0, y1] });
      p.layer("back", w.value("surface"), () =>
        p.contours(w.get("z"), w.get("levels"), w.get("minima")));
      p.inside(() => walk(p));
      p.axes({ x: "w₁", y: "w₂", grid: false });
    },
  });
  const start = () => w.value("start");
  w.handles(plot, {
    points: () => [start()],
    label: () => `Start, w1 ${fmt(start()[0])}, w2 ${fmt(start()[1])}`,
    move: (_, point, settled) => w.set("start", point, settled),
  });
}

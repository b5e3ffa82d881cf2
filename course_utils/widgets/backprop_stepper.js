import { fmt, mount } from "./toolkit/index.js";

const SHARES = [0.45, 0.32, 0.6, 0.2, 0.75]; // of an edge, where its label may stand
const PITCH = 92; // pixels that a layer needs when the graph lies on its side

export default mount((w) => {
  const nodes = () => w.get("nodes");
  const ends = () => w.get("ends");
  const operations = () => nodes().flatMap((n, i) => (n.kind === "op" ? [i] : []));
  const back = () => w.get("back");
  const forwardEnd = () => operations().length;
  const frames = () => 2 * forwardEnd() + 1;
  const name = (i) => nodes()[i].name;
  let labels = []; // places of those drawn so far

  // What a press does: the node that works, and in which direction.
  function actor(step) {
    const n = forwardEnd();
    if (step < 1) return { way: "start" };
    if (step <= n) return { way: "forward", node: operations()[step - 1] };
    if (step === n + 1) return { way: "seed", node: back()[0] };
    return { way: "back", node: back()[step - n - 2] };
  }
  const into = (node) => ends().flatMap((e, k) => (e[1] === node ? [k] : []));
  const known = (i) => nodes()[i].kind !== "op" || operations().indexOf(i) < w.step;
  const gradient = (i, step = w.step) => w.get("grad").at(step, i);
  const hasSent = (k) => back().indexOf(ends()[k][1]) < w.step - forwardEnd() - 1;

  const graph = w.plot({
    label: "The graph of the expression",
    basis: 940, grow: 1, height: 300,
    margin: { left: 2, right: 2, top: 4, bottom: 4 },
    draw(p) {
      const at = plan(p);
      labels = [];
      for (const [from, to] of w.get("fixed")) drawFixed(p, at, from, to);
      ends().forEach((_, k) => drawEdge(p, at, k));
      ends().forEach((_, k) => labelEdge(p, at, k));
      nodes().forEach((_, i) => drawNode(p, at, i));
      travel(p, at);
    },
  });

  // Where things go on this width: layers from left to right, or from top to bottom.
  function plan(p) {
    const [layers, breadth] = [w.get("layers"), w.get("breadth")];
    const sideways = layers * PITCH <= p.w;
    const [along, across] = sideways
      ? [p.width / layers, p.tall / breadth] : [p.tall / layers, p.width / breadth];
    const wide = Math.min(84, (sideways ? along - 26 : across - 5));
    const spot = (layer, off) => {
      const u = (layer + 0.5) * along;
      const v = (sideways ? p.tall : p.width) / 2 + off * across;
      return sideways ? [p.left + u, p.top + v] : [p.left + v, p.top + u];
    };
    const place = w.get("place");
    const spots = nodes().map((_, i) => spot(place.at(i, 0), place.at(i, 1)));
    return { sideways, wide, tall: 52, spot, spots };
  }

  const tallness = (width) => (w.get("layers") * PITCH <= width
    ? Math.max(180, w.get("breadth") * 68) : w.get("layers") * 84);

  // Points in pixels along edge k, from the node that made the value to the one that uses it.
  function route(at, k) {
    const siblings = into(ends()[k][1]);
    return between(at, ...ends()[k], (siblings.indexOf(k) - (siblings.length - 1) / 2) * 14);
  }

  function between({ spots, spot, sideways, wide, tall }, from, to, shift) {
    const gap = sideways ? [wide / 2, 0] : [0, tall / 2];
    const side = sideways ? [0, shift] : [shift, 0];
    const start = spots[from].map((v, j) => v + gap[j] + side[j] / 2);
    const end = spots[to].map((v, j) => v - gap[j] + side[j]);
    const bends = (w.get("bends")[`${from},${to}`] ?? []).map(([l, off]) => spot(l, off));
    return [start, ...bends, end];
  }

  // Whether the node that works now uses this edge.
  function active(k) {
    const { way, node } = actor(w.step);
    return node === ends()[k][1] && way !== "seed";
  }

  function drawEdge(p, at, k) {
    const points = route(at, k);
    const target = ends()[k][1];
    const style = hasSent(k) ? w.style("gradient") : w.style("value");
    const reached = known(target);
    const look = reached ? style : { ...style, color: "ink" };
    strokePath(p, points, { ...look, dash: [] }, active(k) ? 3.5 : 1.8, reached ? 1 : 0.3);
    if (hasSent(k)) head(p, points[1], points[0], style);
    else if (reached) head(p, points.at(-2), points.at(-1), style);
  }

  // A number takes part in the value; no gradient comes back to it.
  function drawFixed(p, at, from, to) {
    strokePath(p, between(at, from, to, 0), { color: "ink", dash: [2, 3] }, 1.5, known(to) ? 0.8 : 0.3);
  }

  function strokePath(p, points, style, width, alpha) {
    p.pen(style, { width, alpha });
    p.context.beginPath();
    for (const [x, y] of points) p.context.lineTo(x, y);
    p.context.stroke();
    p.lift();
  }

  function head(p, [x0, y0], [x1, y1], style) {
    const far = Math.hypot(x1 - x0, y1 - y0) || 1;
    const back = 10 / far;
    p.arrow(x1 - (x1 - x0) * back, y1 - (y1 - y0) * back, x1, y1, style, 2);
  }

  // The local derivative: what the gradient is multiplied by on its way back. It stands near the
  // middle of the edge, where no other one stands yet.
  function labelEdge(p, at, k) {
    if (!active(k) && !(known(ends()[k][1]) && at.sideways && at.wide > 70)) return;
    const [[x0, y0], [x1, y1]] = route(at, k).slice(-2);
    const words = "×" + fmt(w.get("local").at(k), 2);
    const spots = SHARES.map((t) => [x0 + (x1 - x0) * t, y0 + (y1 - y0) * t + 4]);
    const free = ([x, y]) => labels.every(([u, v]) => Math.abs(x - u) > 30 || Math.abs(y - v) > 13);
    const [x, y] = spots.find(free) ?? spots[0];
    labels.push([x, y]);
    p.text(words, x, y, { align: "center", halo: true, bold: active(k), color: p.theme.ink });
  }

  function drawNode(p, { spots, wide, tall }, i) {
    const c = p.context;
    const [x, y] = spots[i];
    const { kind, sign } = nodes()[i];
    const { way, node } = actor(w.step);
    const style = way === "back" || way === "seed" ? w.style("gradient") : w.style("value");
    c.beginPath();
    c.roundRect(x - wide / 2, y - tall / 2, wide, tall, kind === "op" ? 14 : 4);
    c.fillStyle = p.theme.back;
    c.fill();
    c.strokeStyle = node === i ? p.theme.color(style) : p.theme.sub;
    c.lineWidth = node === i ? 4 : 1.2;
    c.stroke();
    const line = (words, row, options) =>
      p.text(words, x, y - 11 + 16 * row, { align: "center", ...options });
    const digits = wide < 60 ? 2 : 3;
    const title = kind === "op" ? (wide < 60 && sign.length > 2 ? sign : `${name(i)} ${sign}`) : name(i);
    line(kind === "number" ? "number" : title, 0, { bold: kind !== "number", color: p.theme.ink });
    if (known(i)) line(fmt(w.get("value").at(i), digits), 1, { color: p.theme.color(w.style("value")) });
    if (kind === "number" || Number.isNaN(gradient(i))) return;
    line("∂ " + fmt(gradient(i), digits), 2, { color: p.theme.color(w.style("gradient")) });
  }

  // While it plays, dots run along the edges of the node that works next.
  function travel(p, at) {
    const share = w.t - w.step;
    const { way, node } = actor(w.step + 1);
    if (!share || node === undefined || way === "seed") return;
    const style = { ...w.style(way === "back" ? "gradient" : "value"), mark: "circle" };
    for (const k of into(node)) {
      const points = route(at, k);
      const [x, y] = pointAt(way === "back" ? points.reverse() : points, share);
      p.markAt(x, y, style, 6);
    }
  }

  const table = w.table("At this node",
    ["to", "local derivative", "value", "upstream", "sent back", "sum so far"]);

  function fillRows() {
    const { way, node } = actor(w.step);
    const used = way === "start" || way === "seed" ? [] : into(node);
    table.fill(used.map((k) => {
      const from = ends()[k][0];
      const local = [name(from), w.get("rules")[k], fmt(w.get("local").at(k))];
      if (way === "forward") return [...local, "–", "–", "–"];
      const numbers = [gradient(node), w.get("sent").at(k), gradient(from)];
      return [...local, ...numbers.map((v) => fmt(v))];
    }));
  }

  function fit() {
    const wanted = tallness(graph.box.clientWidth);
    if (graph.height === wanted) return;
    graph.height = wanted;
    graph.resize();
  }

  const inputs = () => nodes().flatMap((n, i) => (n.kind === "input" ? [i] : []));
  const sum = (i) => w.get("sums")[i];
  const value = (i) => fmt(w.get("value").at(i));

  return {
    frames,
    rate: 2,
    legend: () => [
      { name: "value, forward", style: { ...w.style("value"), dash: [] }, mark: false },
      { name: "∂ gradient, back", style: { ...w.style("gradient"), dash: [] }, mark: false },
    ],
    draw() {
      fit();
      fillRows();
    },
    describe() {
      const { way, node } = actor(w.step);
      if (way === "start") return "The inputs have their values. Step forward: one node a press.";
      if (way === "forward") return `Forward: ${name(node)} = ${sum(node)} = ${value(node)}.`;
      if (way === "seed") return `Now back. The gradient of ${name(node)} by itself is 1.`;
      return backward(node);
    },
  };

  function backward(node) {
    const parts = into(node).map((k) => {
      const [from] = ends()[k];
      const [local, sent] = ["local", "sent"].map((a) => fmt(w.get(a).at(k)));
      const adds = Number.isNaN(gradient(from, w.step - 1)) ? "" : ", added to what it had";
      return `${name(from)} gets ${fmt(gradient(node))} · ${local} = ${sent}${adds}`;
    });
    const said = `Back through ${name(node)} = ${sum(node)}: ${parts.join("; ")}.`;
    if (w.step < frames()) return said;
    return `${said} Done: ${inputs().map((i) => `∂${name(i)} ${fmt(gradient(i))}`).join(", ")}.`;
  }
});

// The point at a share of the length of a path.
function pointAt(points, share) {
  const lengths = points.slice(1).map(([x, y], i) => Math.hypot(x - points[i][0], y - points[i][1]));
  let left = share * lengths.reduce((a, b) => a + b, 0);
  for (let i = 0; i < lengths.length; i++) {
    if (left > lengths[i]) { left -= lengths[i]; continue; }
    const t = lengths[i] ? left / lengths[i] : 0;
    return points[i].map((v, j) => v + t * (points[i + 1][j] - v));
  }
  return points.at(-1);
}

// A canvas with data coordinates, sharp on any screen, in the colours of the theme.

import { clamp, el, power } from "./dom.js";
import { isolines, onGrid, painted, ramp } from "./fields.js";
import { MARKS } from "./marks.js";
import { commonPower, tickLabel, ticks } from "./ticks.js";

const INK = { color: "ink", dash: [] };
const MARGIN = { left: 50, right: 12, top: 12, bottom: 34 };

export class Plot {
  // label: what the picture is; title: a few words above it. x, y: [low, high]; logX, logY: data are shown by their logarithm.
  // height: pixels, or ratio: height / width. basis: the width below which plots wrap.
  constructor(theme, options) {
    const defaults = { x: [0, 1], y: [0, 1], ratio: 0.7, basis: 280, grow: 1, margin: {} };
    Object.assign(this, defaults, options);
    this.theme = theme;
    this.margin = { ...MARGIN, ...(this.title && { top: 24 }), ...this.margin };
    this.canvas = el("canvas", { role: "img", "aria-label": this.label });
    this.box = el("div", { class: "cw-plot" }, this.canvas);
    this.box.style.flex = `${this.grow} 1 ${this.basis}px`;
    this.layers = new Map();
    this.context = this.canvas.getContext("2d");
  }

  resize() {
    const width = Math.max(160, Math.floor(this.box.clientWidth));
    const height = Math.round(this.height ?? width * this.ratio);
    const density = window.devicePixelRatio || 1;
    this.layers.clear();
    Object.assign(this, { w: width, h: height, density });
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    this.canvas.style.height = height + "px";
  }

  paint() {
    this.clear(this.context);
    this.draw(this);
  }

  clear(context) {
    context.setTransform(this.density, 0, 0, this.density, 0, 0);
    context.clearRect(0, 0, this.w, this.h);
    context.lineJoin = "round";
    context.font = `12px ${this.theme.font}`;
  }

  // Paint once and reuse while `key`, size and theme stay: for backgrounds.
  layer(name, key, paint) {
    let layer = this.layers.get(name);
    if (!layer || layer.key !== key) {
      layer = { key, canvas: el("canvas") };
      layer.canvas.width = this.canvas.width;
      layer.canvas.height = this.canvas.height;
      this.onto(layer.canvas.getContext("2d"), paint);
      this.layers.set(name, layer);
    }
    this.context.drawImage(layer.canvas, 0, 0, this.w, this.h);
  }

  onto(context, paint) {
    const own = this.context;
    this.context = context;
    this.clear(context);
    paint(this);
    this.context = own;
  }

  // Data to pixels. A stroke to a far-away point is very slow, so nothing leaves the picture far.
  X(v) { return clamp(this.left + this.share(v, this.x, this.logX) * this.width, -this.w, 2 * this.w); }
  Y(v) { return clamp(this.bottom - this.share(v, this.y, this.logY) * this.tall, -this.h, 2 * this.h); }

  share(v, [low, high], log) {
    if (log) return (Math.log(Math.max(v, 1e-300)) - Math.log(low)) / Math.log(high / low);
    return (v - low) / (high - low);
  }

  // Pixels to data, inside the picture.
  data(px, py) {
    const sx = clamp((px - this.left) / this.width, 0, 1);
    const sy = clamp((this.bottom - py) / this.tall, 0, 1);
    return [this.value(sx, this.x, this.logX), this.value(sy, this.y, this.logY)];
  }

  value(share, [low, high], log) {
    return log ? low * (high / low) ** share : low + share * (high - low);
  }

  get left() { return this.margin.left; }
  get right() { return this.w - this.margin.right; }
  get top() { return this.margin.top; }
  get bottom() { return this.h - this.margin.bottom; }
  get width() { return this.right - this.left; }
  get tall() { return this.bottom - this.top; }

  inside(paint) {
    const c = this.context;
    c.save();
    c.beginPath();
    c.rect(this.left, this.top, this.width, this.tall);
    c.clip();
    paint(c);
    c.restore();
  }

  // Frame, ticks with numbers, and the names of both axes.
  axes({ x = "", y = "", grid = true } = {}) {
    const c = this.context;
    c.strokeStyle = this.theme.line;
    c.fillStyle = this.theme.sub;
    c.lineWidth = 1;
    const [shiftX, shiftY] = [commonPower(this.x, this.logX), commonPower(this.y, this.logY)];
    for (const v of ticks(this.x, this.logX, this.width / 64)) this.tickX(v, grid, shiftX);
    for (const v of ticks(this.y, this.logY, this.tall / 34)) this.tickY(v, grid, shiftY);
    c.strokeRect(this.left + 0.5, this.top + 0.5, this.width - 1, this.tall - 1);
    c.fillStyle = this.theme.ink;
    const named = (name, shift) => (shift ? `${name}, in ${power(shift)}` : name);
    this.text(named(x, shiftX), this.left + this.width / 2, this.h - 4, { align: "center" });
    this.sideways(named(y, shiftY), 11, this.top + this.tall / 2);
    if (this.title) this.text(this.title, this.left, 15, { bold: true });
  }

  tickX(v, grid, shift) {
    const px = Math.round(this.X(v)) + 0.5;
    if (grid) this.segment(px, this.top, px, this.bottom);
    const where = { align: "center", color: this.theme.sub };
    this.text(tickLabel(v, this.logX, shift), px, this.bottom + 14, where);
  }

  tickY(v, grid, shift) {
    const py = Math.round(this.Y(v)) + 0.5;
    if (grid) this.segment(this.left, py, this.right, py);
    const where = { align: "right", color: this.theme.sub };
    this.text(tickLabel(v, this.logY, shift), this.left - 5, py + 4, where);
  }

  segment(x0, y0, x1, y1) {
    const c = this.context;
    c.beginPath();
    c.moveTo(x0, y0);
    c.lineTo(x1, y1);
    c.stroke();
  }

  // Text at pixels, with a halo of the background so that it can be read on anything.
  text(words, px, py, { align = "left", color, halo = false, bold = false } = {}) {
    const c = this.context;
    c.font = `${bold ? "600 " : ""}12px ${this.theme.font}`;
    c.textAlign = align;
    if (halo) {
      c.save();
      c.strokeStyle = this.theme.back;
      c.lineWidth = 4;
      c.strokeText(words, px, py);
      c.restore();
    }
    c.fillStyle = color ?? this.theme.ink;
    c.fillText(words, px, py);
  }

  sideways(words, px, py) {
    const c = this.context;
    c.save();
    c.translate(px, py);
    c.rotate(-Math.PI / 2);
    this.text(words, 0, 0, { align: "center" });
    c.restore();
  }

  pen(style, { width = 2.2, alpha = 1 } = {}) {
    const c = this.context;
    c.strokeStyle = c.fillStyle = this.theme.color(style);
    c.lineWidth = width;
    c.globalAlpha = alpha;
    c.setLineDash(style.dash);
  }

  lift() {
    this.context.setLineDash([]);
    this.context.globalAlpha = 1;
  }

  // A line through n points in data coordinates; it ends at the first that is not a number.
  trace(n, fx, fy, style, look) {
    const c = this.context;
    this.pen(style, look);
    c.beginPath();
    for (let i = 0; i < n; i++) {
      const x = fx(i), y = fy(i);
      if (Number.isNaN(x) || Number.isNaN(y)) break;
      c.lineTo(this.X(x), this.Y(y));
    }
    c.stroke();
    this.lift();
  }

  // A filled bar from (x0, y0) to (x1, y1) in data coordinates.
  bar(x0, y0, x1, y1, style, alpha = 0.8) {
    this.pen(style, { alpha });
    const [a, b] = [this.X(x0), this.Y(y1)];
    this.context.fillRect(a, b, this.X(x1) - a, this.Y(y0) - b);
    this.lift();
  }

  // The style's marker at a point in data coordinates.
  mark(x, y, style, size = 6) {
    if (Number.isNaN(x) || Number.isNaN(y)) return;
    this.markAt(this.X(x), this.Y(y), style, size);
  }

  markAt(px, py, style, size = 6) {
    const c = this.context;
    c.beginPath();
    MARKS[style.mark](c, px, py, size);
    c.strokeStyle = this.theme.back;
    c.lineWidth = 3;
    c.stroke();
    c.fillStyle = this.theme.color(style);
    c.fill();
  }

  // A plus sign at a point in data coordinates: something that stands still, such as a minimum.
  plus(x, y, size = 6) {
    const [px, py] = [this.X(x), this.Y(y)];
    this.context.strokeStyle = this.theme.ink;
    this.context.lineWidth = 2;
    this.segment(px - size, py, px + size, py);
    this.segment(px, py - size, px, py + size);
  }

  // An arrow between two points in pixels.
  arrow(x0, y0, x1, y1, style, width = 2) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 4) return;
    const angle = Math.atan2(y1 - y0, x1 - x0);
    const wing = (turn) => [x1 - 9 * Math.cos(angle + turn), y1 - 9 * Math.sin(angle + turn)];
    this.pen({ ...style, dash: [] }, { width });
    this.segment(x0, y0, x1, y1);
    this.segment(...wing(0.45), x1, y1);
    this.segment(...wing(-0.45), x1, y1);
    this.lift();
  }

  // A surface from above: shades of a grid z (rows from low y to high y), lines at `levels`, and
  // a plus at each minimum.
  contours(z, levels, minima = []) {
    painted(this, z, ramp(this.theme.dark, levels));
    this.inside(() => {
      for (const level of levels) this.level(z, level, INK, { width: 1, alpha: 0.28 });
    });
    for (const [x, y] of minima) this.plus(x, y);
  }

  // The line on which a grid z has the value `level`.
  level(z, level, style, look) {
    this.pen(style, look);
    this.context.beginPath();
    for (const [a, b] of isolines(z, level)) {
      this.context.moveTo(...onGrid(this, z, a));
      this.context.lineTo(...onGrid(this, z, b));
    }
    this.context.stroke();
    this.lift();
  }

  // A grid from 0 to 255, painted from the colour of `low` over nothing to that of `high`.
  tint(z, low, high) {
    const colors = [low, high].map((style) => this.theme.channels(style));
    painted(this, z, (v) => [...colors[v > 127.5 ? 1 : 0], 110 * Math.abs(v / 127.5 - 1)]);
  }

  // The line w1 x + w2 y + b = 0 and a tint for each of its sides. In pixels, the sum changes by
  // g per pixel; the line is at a right angle to g and sum / |g| away from the middle.
  halfPlane([w1, w2, b], above, below, line = INK, width = 2.2) {
    const g = [(w1 * (this.x[1] - this.x[0])) / this.width, (-w2 * (this.y[1] - this.y[0])) / this.tall];
    const slope = Math.hypot(...g), far = 2 * (this.w + this.h);
    const sum = (w1 * (this.x[0] + this.x[1]) + w2 * (this.y[0] + this.y[1])) / 2 + b;
    if (!Number.isFinite(sum)) return;
    const away = slope ? clamp(-sum / slope, -far, far) : sum >= 0 ? -far : far;
    this.inside((c) => {
      c.translate(this.left + this.width / 2, this.top + this.tall / 2);
      c.rotate(Math.atan2(g[1], g[0]));
      for (const [style, x] of [[above, away], [below, away - 2 * far]]) {
        this.pen(style, { alpha: 0.16 });
        c.fillRect(x, -far, 2 * far, 2 * far);
      }
      this.pen(line, { width });
      this.segment(away, -far, away, far);
    });
    this.lift();
  }
}

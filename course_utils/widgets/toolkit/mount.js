// mount(build) makes the module of a widget: `build(w)` lays out its plots and returns
// { draw?, describe?, frames?, legend?, rate?, unit? }; `w` is everything it may use.

import { unpack } from "./arrays.js";
import { buildControl, nearest } from "./controls.js";
import { el, setText } from "./dom.js";
import { Handles } from "./handles.js";
import { Kernel } from "./kernel.js";
import { Plot } from "./plot.js";
import { onThemeChange, Theme } from "./theme.js";
import { Transport } from "./transport.js";

export const mount = (build) => ({
  render({ model, el: host }) {
    const workspace = new Workspace(model, host);
    workspace.start(build(workspace));
    return () => workspace.stop();
  },
});

class Workspace {
  constructor(model, host) {
    this.model = model;
    this.spec = model.get("spec");
    this.plots = [];
    this.buttons = [];
    this.handlers = [];
    this.inputs = {};
    this.values = {};
    this.live = null;
    this.layOut(host);
    this.theme = new Theme(this.root);
  }

  layOut(host) {
    this.stage = el("div", { class: "cw-stage" });
    this.controls = el("div", { class: "cw-controls" });
    this.key = el("ul", { class: "cw-legend", "aria-label": "Legend" });
    this.says = el("p", { class: "cw-says", role: "status" });
    this.alert = el("p", { class: "cw-error", role: "alert" });
    this.note = el("p", { class: "cw-notice", role: "status" });
    this.busy = el("span", { class: "cw-busy", role: "status" });
    this.root = el("section",
      { class: "cw", "aria-label": this.spec.title },
      el("div", { class: "cw-title" }, this.spec.title, this.busy),
      this.controls, this.alert, this.note, this.stage, this.key, this.says);
    host.append(this.root);
  }

  // What a widget uses while it builds.

  // A plot in the stage, or in a column made by `w.column()`. See Plot for the options.
  plot({ into, ...options }) {
    const plot = new Plot(this.theme, options);
    (into ?? this.stage).append(plot.box);
    this.plots.push(plot);
    return plot;
  }

  column(basis = 280, grow = 1) {
    const node = el("div", { class: "cw-column" });
    node.style.flex = `${grow} 1 ${basis}px`;
    this.stage.append(node);
    return node;
  }

  // Points that can be dragged in a plot. See Handles for the options.
  handles(plot, options) {
    this.handlers.push(new Handles(plot, options));
  }

  // A table below the plots: rows are written by table.fill([[cell, ...], ...]).
  table(caption, columns, into) {
    const head = el("tr", {}, ...columns.map((c) => el("th", { scope: "col" }, c)));
    const body = el("tbody");
    const table = el("table", {}, el("caption", {}, caption), el("thead", {}, head), body);
    (into ?? this.stage).append(el("div", { class: "cw-table", role: "region", tabindex: 0,
      "aria-label": caption }, table));
    return { node: table, fill: (rows) => fillTable(body, rows) };
  }

  // A button of the widget's own, behind its controls.
  button(words, onclick) {
    const node = el("button", { type: "button", onclick }, words);
    this.buttons.push(node);
    return node;
  }

  // What a widget uses while it draws.

  // A result by name: the slice for the present values of gridded controls.
  get(name) {
    if (this.live && name in this.live) return this.live[name];
    const entry = this.results[name];
    if (!entry?.strides || !this.raw[name].grid) return entry;
    return this.gridIndex().reduce((array, i) => array.row(i), entry);
  }

  value(name) { return this.values[name]; }

  style(name) {
    return this.spec.styles[name] ?? this.spec.cycle[0];
  }

  cycle(i) { return this.spec.cycle[i % this.spec.cycle.length]; }

  get t() { return this.transport?.t ?? 0; }
  get step() { return this.transport?.step ?? 0; }
  get ready() { return Object.keys(this.results).length > 0; }

  // Changes

  // Set a control: redraw at once, then tell the kernel what it needs to know.
  set(name, value, settled = true) {
    const control = this.spec.controls.find((c) => c.name === name);
    if (control.grid) value = control.values[nearest(control.values, value)];
    this.values[name] = value;
    this.inputs[name].show(value);
    if (control.grid || control.local) this.keep(control, value, settled);
    else this.kernel.ask(settled);
    this.redraw(settled);
  }

  keep({ name, grid }, value, settled) {
    if (grid && this.live) this.kernel.ask(settled);
    if (!settled) return;
    this.model.set(name, value);
    this.model.save_changes();
  }

  redraw(settled = true) {
    this.settled ||= settled;
    this.frame ??= requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = null;
    const settled = this.settled && !this.transport?.playing;
    this.settled = false;
    if (!this.ready) return;
    this.transport?.fit();
    this.parts.draw?.(this);
    this.transport?.show(() => this.sentence());
    for (const plot of this.plots) plot.paint();
    for (const handles of this.handlers) handles.place();
    this.speak(settled);
  }

  sentence() { return this.parts.describe?.(this) ?? ""; }

  // Words change at most ten times a second, and are read aloud only when things rest.
  speak(settled) {
    const now = performance.now();
    if (!settled && now - (this.spoken ?? 0) < 100) return;
    this.spoken = now;
    const words = this.sentence();
    this.says.setAttribute("aria-live", settled ? "polite" : "off");
    setText(this.says, words);
    if (settled) for (const plot of this.plots) plot.canvas.ariaLabel = `${plot.label}. ${words}`;
  }

  // Life

  start(parts) {
    this.parts = parts;
    if (parts.frames) this.addTransport(parts);
    for (const spec of this.spec.controls) this.addControl(spec);
    this.controls.append(...this.buttons);
    this.kernel = new Kernel(this.model, {
      params: () => this.asked(),
      preview: (results, buffers) => this.preview(results, buffers),
      settled: () => this.agree(),
      status: (words) => setText(this.busy, words),
      notice: (words) => setText(this.note, words),
    });
    this.model.on("change:results", () => this.accept());
    this.model.on("change:error", () => setText(this.alert, this.model.get("error")));
    setText(this.alert, this.model.get("error"));
    this.accept();
    this.stopTheme = onThemeChange(() => this.resize());
    this.observer = new ResizeObserver(() => this.stage.clientWidth !== this.seen && this.resize());
    this.observer.observe(this.stage);
    this.resize();
  }

  stop() {
    this.transport?.pause();
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
    this.stopTheme();
    this.root.remove();
  }

  addTransport({ frames, rate = 30, unit = "Step" }) {
    const moved = (settled) => this.redraw(settled);
    this.transport = new Transport({ frames: () => (this.ready ? frames(this) : 0), rate, unit, moved });
    this.controls.before(this.transport.node);
  }

  addControl(spec) {
    const changed = (value, settled) => this.set(spec.name, value, settled);
    const control = buildControl(spec, changed);
    if (control.node) this.controls.append(control.node);
    this.inputs[spec.name] = control;
    const load = () => {
      this.values[spec.name] = this.model.get(spec.name);
      control.show(this.values[spec.name]);
      this.redraw();
    };
    // An echo of an older question must not undo what the reader did since.
    this.model.on("change:" + spec.name, () => this.kernel.queued || load());
    load();
  }

  asked() {
    const asked = this.spec.controls.filter((c) => !c.local).map((c) => c.name);
    return Object.fromEntries(asked.map((name) => [name, this.values[name]]));
  }

  gridIndex() {
    const gridded = this.spec.controls.filter((c) => c.grid);
    return gridded.map(({ name, values }) => nearest(values, this.values[name]));
  }

  accept() {
    this.live = null;
    this.raw = this.model.get("results");
    this.results = Object.fromEntries(Object.entries(this.raw).map(([k, v]) => [k, unpack(v)]));
    this.refreshKey();
    this.redraw();
  }

  preview(results, buffers) {
    const arrays = Object.entries(results).map(([k, v]) => [k, unpack(v, buffers)]);
    if (arrays.length) this.live = Object.fromEntries(arrays);
    this.redraw(false);
  }

  // What the model says counts: a value may have been refused, by Python or for want of a kernel.
  agree() {
    for (const { name, grid, local } of this.spec.controls) {
      if (grid || local) continue;
      this.values[name] = this.model.get(name);
      this.inputs[name].show(this.values[name]);
    }
    this.redraw();
  }

  refreshKey() {
    const entries = this.ready ? this.parts.legend?.(this) ?? [] : [];
    this.key.replaceChildren(...entries.map((e) => this.keyEntry(e)));
  }

  // line, mark: false to leave out what the plots do not draw; alpha: as the plots draw it.
  keyEntry({ name, style, line = true, mark = true, alpha = 1 }) {
    const swatch = el("canvas", { width: 72, height: 32, "aria-hidden": "true" });
    const plot = new Plot(this.theme, {});
    Object.assign(plot, { context: swatch.getContext("2d"), w: 36, h: 16, density: 2 });
    plot.clear(plot.context);
    plot.pen(style);
    if (line) plot.segment(1, 8, 35, 8);
    plot.lift();
    plot.context.globalAlpha = alpha;
    if (mark) plot.markAt(18, 8, style, 5);
    return el("li", {}, swatch, name);
  }

  resize() {
    this.seen = this.stage.clientWidth;
    this.theme.read();
    for (const plot of this.plots) plot.resize();
    this.refreshKey();
    this.redraw();
  }
}

function fillTable(body, rows) {
  while (body.rows.length > rows.length) body.lastChild.remove();
  rows.forEach((cells, i) => {
    const row = body.rows[i] ?? body.appendChild(el("tr"));
    cells.forEach((words, j) => {
      const tag = j ? "td" : "th";
      const cell = row.cells[j] ?? row.appendChild(el(tag, j ? {} : { scope: "row" }));
      setText(cell, String(words));
    });
  });
}

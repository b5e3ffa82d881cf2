// The bar that plays a run: play or pause, one step back or on, scrub, speed, reset.

import { clamp, el, setText, uid } from "./dom.js";
import { calm } from "./theme.js";

const SPEEDS = [[0.1, "⅒×"], [0.25, "¼×"], [0.5, "½×"], [1, "1×"], [2, "2×"], [4, "4×"]];
const CALM_EVERY = 600; // ms between pictures for readers who asked for less motion

export class Transport {
  // frames(): number of the last step. rate: steps a second at speed 1. moved(settled): redraw.
  constructor({ frames, rate, unit, moved }) {
    Object.assign(this, { frames, rate, unit, moved, t: 0, speed: 1, playing: false });
    this.build();
  }

  build() {
    const button = (words, label, onclick) =>
      el("button", { type: "button", title: label, "aria-label": label, onclick }, words);
    this.button = el("button", { type: "button", class: "cw-primary", onclick: () => this.toggle() });
    this.range = el("input", { type: "range", min: 0, step: 1, id: uid("step") });
    this.range.addEventListener("input", () => this.to(+this.range.value, false));
    this.range.addEventListener("change", () => this.moved(true));
    this.out = el("output", { class: "cw-number cw-step", for: this.range.id });
    this.node = el("div", { class: "cw-bar" },
      this.button,
      button("◂", "Step back", () => this.to(Math.ceil(this.t) - 1)),
      button("▸", "Step forward", () => this.to(Math.floor(this.t) + 1)),
      button("↺", "Reset to the start", () => this.to(0)),
      el("div", { class: "cw-control cw-wide" },
        el("label", { for: this.range.id }, this.unit), this.range, this.out),
      this.speeds());
    this.label();
  }

  speeds() {
    const id = uid("speed");
    const options = SPEEDS.map(([v, words]) => el("option", { value: v, selected: v === 1 }, words));
    const onchange = (event) => (this.speed = +event.target.value);
    const menu = el("select", { id, onchange }, ...options);
    return el("div", { class: "cw-control" }, el("label", { for: id }, "Speed"), menu);
  }

  label() {
    setText(this.button, this.playing ? "❚❚ Pause" : "▶ Play");
  }

  get step() { return Math.floor(this.t); }

  // A new run may be shorter.
  fit() {
    this.range.max = this.frames();
    this.t = clamp(this.t, 0, this.frames());
  }

  show(describe) {
    this.range.value = this.step;
    setText(this.out, `${this.step} / ${this.range.max}`);
    if (!this.playing) this.range.setAttribute("aria-valuetext", describe());
  }

  to(t, settled = true) {
    this.pause();
    this.t = clamp(t, 0, this.frames());
    this.moved(settled);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
    this.moved(!this.playing);
  }

  play() {
    if (this.t >= this.frames()) this.t = 0;
    this.playing = true;
    this.last = performance.now();
    this.label();
    this.next = requestAnimationFrame((now) => this.tick(now));
  }

  pause() {
    this.playing = false;
    cancelAnimationFrame(this.next);
    this.t = Math.floor(this.t);
    this.label();
  }

  tick(now) {
    if (!this.playing) return;
    const on = this.advance(now - this.last);
    if (on) {
      this.t += on;
      this.last = now;
    }
    if (this.t >= this.frames()) {
      this.t = this.frames();
      this.pause();
      return this.moved(true);
    }
    if (on) this.moved(false);
    this.next = requestAnimationFrame((later) => this.tick(later));
  }

  // Steps to go after so many milliseconds. A tab that slept must not jump.
  advance(elapsed) {
    const pace = (this.rate * this.speed) / 1000;
    if (!calm()) return Math.min(elapsed, 100) * pace;
    // Whole steps, and nothing moves between two of them.
    const every = Math.max(CALM_EVERY, 1 / pace);
    return elapsed < every ? 0 : Math.floor(every * pace + 1e-9);
  }
}

// Things in a plot that can be dragged, with a finger, a mouse or the arrow keys. Each is a
// button of 44 pixels over the canvas, so it has a name and takes focus.

import { clamp, el } from "./dom.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class Handles {
  // points(): [[x, y], ...]; label(i): its name; move(i, [x, y], settled).
  // axis: "x" or "y" if it moves along one only. press(i): click or Enter without a drag.
  // stride: pixels an arrow key moves it, five times that with Shift. remove(i): Delete. ring: false if the plot draws the point itself.
  constructor(plot, options) {
    Object.assign(this, { axis: "both", ring: true, stride: 5, plot }, options);
    this.buttons = [];
  }

  // Bring buttons and points together; called after each drawing.
  place() {
    const points = this.points();
    while (this.buttons.length < points.length) this.add(this.buttons.length);
    while (this.buttons.length > points.length) this.buttons.pop().remove();
    points.forEach(([x, y], i) => {
      const button = this.buttons[i];
      button.style.left = clamp(this.plot.X(x), this.plot.left, this.plot.right) + "px";
      button.style.top = clamp(this.plot.Y(y), this.plot.top, this.plot.bottom) + "px";
      const label = this.label(i);
      if (button.ariaLabel !== label) button.ariaLabel = label;
    });
  }

  add(i) {
    const button = el("button", { type: "button", class: "cw-handle" });
    button.classList.toggle("cw-bare", !this.ring);
    button.addEventListener("pointerdown", (event) => this.drag(event, i, button));
    button.addEventListener("keydown", (event) => this.key(event, i));
    button.addEventListener("keyup", (event) => event.key in ARROWS && this.settle(i));
    button.addEventListener("click", (event) => event.detail === 0 && this.press?.(i));
    this.buttons.push(button);
    this.plot.box.append(button);
  }

  drag(event, i, button) {
    if (event.button) return;
    event.preventDefault();
    button.focus();
    button.setPointerCapture(event.pointerId);
    const from = [event.clientX, event.clientY];
    let moved = false;
    const move = (e) => {
      moved ||= Math.hypot(e.clientX - from[0], e.clientY - from[1]) > 3;
      if (moved) this.to(i, this.under(e), false);
    };
    const end = () => {
      button.removeEventListener("pointermove", move);
      if (moved) this.settle(i);
      else this.press?.(i);
    };
    button.addEventListener("pointermove", move);
    button.addEventListener("lostpointercapture", end, { once: true });
  }

  under(event) {
    const box = this.plot.canvas.getBoundingClientRect();
    return this.plot.data(event.clientX - box.left, event.clientY - box.top);
  }

  key(event, i) {
    if (event.key === "Delete" && this.remove) return this.remove(i);
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const [x, y] = this.points()[i];
    const pixels = this.stride * (event.shiftKey ? 5 : 1);
    const at = [this.plot.X(x) + arrow[0] * pixels, this.plot.Y(y) - arrow[1] * pixels];
    this.to(i, this.plot.data(...at), false);
  }

  to(i, [x, y], settled) {
    const [oldX, oldY] = this.points()[i];
    const target = { both: [x, y], x: [x, oldY], y: [oldX, y] }[this.axis];
    this.move(i, target, settled);
  }

  settle(i) { this.move(i, this.points()[i], true); }
}

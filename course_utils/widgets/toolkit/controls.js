// Native inputs from the descriptions that Python sends: labels, keyboard and screen readers
// come with them.

import { el, fmt, setText, uid } from "./dom.js";

// build(spec, changed) -> { node, show(value) }; changed(value, settled) is called on input.
export function buildControl(spec, changed) {
  const build = BUILDERS[spec.kind];
  return build ? build(spec, changed) : { node: null, show() {} };
}

// Index of the value in the list that lies nearest, by ratio if the list spans decades.
export function nearest(values, v) {
  if (typeof v !== "number") return values.indexOf(v);
  const far = logarithmic(values) ? (x) => Math.abs(Math.log(x / v)) : (x) => Math.abs(x - v);
  return values.reduce((best, x, i) => (far(x) < far(values[best]) ? i : best), 0);
}

const logarithmic = (values) => values[0] > 0 && values.at(-1) / values[0] > 20;

function slider(spec, changed) {
  const id = uid(spec.name);
  const { values } = spec;
  const attributes = { id, type: "range", min: 0, max: values.length - 1, step: 1 };
  const input = el("input", attributes);
  const out = el("output", { class: "cw-number", for: id });
  const mark = el("span", { class: "cw-limit", hidden: true });
  const read = () => values[+input.value];
  const write = (v) => {
    setText(out, fmt(v) + (spec.unit ? " " + spec.unit : ""));
    input.setAttribute("aria-valuetext", out.textContent);
  };
  input.addEventListener("input", () => { write(read()); changed(read(), false); });
  input.addEventListener("change", () => changed(read(), true));
  const track = el("span", { class: "cw-track" }, input, mark);
  const node = el("div", { class: "cw-control cw-wide" },
    el("label", { for: id }, spec.label), track, out);
  return {
    node,
    show(v) { input.value = nearest(values, v); write(v); },
    // A tick with words at a value of interest, such as the largest stable learning rate.
    limit(value, words) {
      const inRange = value >= values[0] && value <= values.at(-1);
      mark.hidden = !inRange;
      track.classList.toggle("cw-marked", inRange);
      if (!inRange) return;
      mark.style.setProperty("--at", position(values, value));
      setText(mark, "▲ " + words);
    },
  };
}

// Share of the track at which a value lies, between its neighbours in the list.
function position(values, v) {
  const k = Math.max(1, values.findIndex((x) => x >= v));
  const [a, b] = [values[k - 1], values[k]];
  const t = logarithmic(values) ? Math.log(v / a) / Math.log(b / a) : (v - a) / (b - a);
  return (k - 1 + t) / (values.length - 1);
}

function select(spec, changed) {
  const id = uid(spec.name);
  const options = spec.values.map((v) => el("option", { value: v }, v));
  const input = el("select", { id, onchange: () => changed(input.value, true) }, ...options);
  const node = el("div", { class: "cw-control" }, el("label", { for: id }, spec.label), input);
  return { node, show(v) { input.value = v; } };
}

function toggle(spec, changed) {
  const id = uid(spec.name);
  const input = el("input", { id, type: "checkbox", onchange: () => changed(input.checked, true) });
  const node = el("div", { class: "cw-control" }, input, el("label", { for: id }, spec.label));
  return { node, show(v) { input.checked = v; } };
}

function text(spec, changed) {
  const id = uid(spec.name);
  const attributes = { id, type: "text", maxlength: spec.longest, spellcheck: "false" };
  const input = el("input", { ...attributes, autocomplete: "off" });
  input.addEventListener("change", () => changed(input.value, true));
  const node = el("div", { class: "cw-control cw-wide" },
    el("label", { for: id }, spec.label), input);
  return { node, show(v) { input.value = v; } };
}

const BUILDERS = { slider, select, toggle, text };

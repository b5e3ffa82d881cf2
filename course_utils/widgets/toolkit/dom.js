// Elements and numbers as text.

// What takes the keyboard keeps it: JupyterLab would move to another cell or insert one. Its
// check begins at the element itself, so an ancestor with this attribute is not enough.
const KEEPS_KEYS = new Set(["button", "input", "select"]);

// el("button", { class: "x", onclick: f, "aria-label": "Play" }, child, "text")
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  if (KEEPS_KEYS.has(tag) || "tabindex" in attributes) node.dataset.lmSuppressShortcuts = "true";
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// Change text only when it differs: a screen reader need not hear it again.
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷",
  8: "⁸", 9: "⁹" };

// 10 to a whole power: "10⁻³".
export const power = (k) => "10" + [...String(k)].map((c) => SUPERSCRIPT[c]).join("");

// A number in about three digits: 0.0123, 1.2×10⁻⁷, ∞.
export function fmt(v, digits = 3) {
  if (Number.isNaN(v) || v == null) return "–";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : "−∞";
  if (v === 0) return "0";
  const size = Math.abs(v);
  const text = size >= 1e-3 && size < 1e4
    ? String(+v.toPrecision(digits))
    : scientific(v);
  return text.replace("-", "−");
}

function scientific(v) {
  const [mantissa, exponent] = v.toExponential(1).split("e");
  return `${mantissa}×${power(+exponent)}`;
}

// The same with its sign always shown: +0.5, −0.5.
export const signed = (v, digits = 3) => (v > 0 ? "+" : "") + fmt(v, digits);

let counter = 0;
export const uid = (prefix) => `cw-${prefix}-${++counter}-${Math.random().toString(36).slice(2, 7)}`;

export const clamp = (v, low, high) => Math.max(low, Math.min(high, v));

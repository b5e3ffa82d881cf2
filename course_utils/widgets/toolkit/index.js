// Everything a widget may import. When a widget is sent to a browser, these files and the
// widget's own are joined into one module (see bundle.py).
export { el, fmt, power, signed } from "./dom.js";
export { isolines, onGrid } from "./fields.js";
export { Nd } from "./arrays.js";
export { mount } from "./mount.js";
export { onSurface } from "./surface.js";

// Round numbers along an axis, and how they are written.

import { fmt, power } from "./dom.js";

// About `count` round numbers across a range; whole powers of ten on a logarithmic one.
export function ticks([low, high], log, count) {
  if (log) return decades(low, high, count);
  const rough = (high - low) / Math.max(2, Math.min(count, 9));
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((k) => k * unit >= 0.7 * rough) * unit;
  const first = Math.ceil(low / step - 1e-9);
  const n = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(n, 0) }, (_, i) => (first + i) * step);
}

function decades(low, high, count) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / Math.max(2, count)));
  const all = Array.from({ length: Math.max(last - first + 1, 0) }, (_, i) => first + i);
  return all.filter((k) => k % every === 0).map((k) => 10 ** k);
}

// The power of ten to take out of all labels of an axis, so that none is long; 0 if none need be.
export function commonPower([low, high], log) {
  const size = Math.max(Math.abs(low), Math.abs(high));
  return log || !size || (size >= 0.01 && size < 1e4) ? 0 : Math.floor(Math.log10(size) + 1e-9);
}

export const tickLabel = (v, log, shift = 0) =>
  (log ? power(Math.round(Math.log10(v))) : fmt(+(v / 10 ** shift).toPrecision(6)));

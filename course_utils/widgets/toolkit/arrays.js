// Arrays as they arrive: bytes with a shape.

// A view on numbers with a shape: a.at(i, j) is a number, a.row(i) the part with first index i.
export class Nd {
  constructor(data, shape) {
    this.data = data;
    this.shape = shape;
    this.strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  }
  get length() { return this.shape[0]; }
  at(i, j, k, l) {
    const s = this.strides;
    let offset = i * s[0];
    if (j !== undefined) offset += j * s[1];
    if (k !== undefined) offset += k * s[2];
    if (l !== undefined) offset += l * s[3];
    return this.data[offset];
  }
  row(i) {
    const size = this.strides[0];
    return new Nd(this.data.subarray(i * size, (i + 1) * size), this.shape.slice(1));
  }
}

const READERS = {
  f4: (buffer) => new Float32Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  f2: (buffer) => Float32Array.from(new Uint16Array(buffer), halfToNumber),
};

// One packed entry as an Nd; anything else as it is.
export function unpack(entry, buffers) {
  if (!entry || !entry.dtype) return entry;
  const view = entry.data ?? buffers[entry.buffer];
  const bytes = view.buffer ?? view;
  const from = view.byteOffset ?? 0;
  const copy = bytes.slice(from, from + view.byteLength);
  return new Nd(READERS[entry.dtype](copy), entry.shape);
}

// IEEE 754 half precision: 1 sign, 5 exponent, 10 fraction bits.
export function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

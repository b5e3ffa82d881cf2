// Values on a grid that covers a whole plot: anything with `shape` [rows, columns] and
// `at(row, column)`, rows from the low to the high end of y.

import { el } from "./dom.js";

// A point of the grid, [column, row] with fractions, in pixels.
export function onGrid(plot, { shape: [rows, columns] }, [i, j]) {
  return [plot.left + (i / (columns - 1)) * plot.width, plot.bottom - (j / (rows - 1)) * plot.tall];
}

// Each cell is one pixel, of `color(value)` in red, green, blue and alpha, of a small picture
// that the canvas enlarges smoothly.
export function painted(plot, z, color) {
  const [rows, columns] = z.shape;
  const small = el("canvas", { width: columns, height: rows });
  const context = small.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++)
      image.data.set(color(z.at(rows - 1 - j, i)), 4 * (j * columns + i));
  context.putImageData(image, 0, 0);
  // Values belong to the centres of cells: the picture sticks out by half a cell on each side.
  const [dx, dy] = [plot.width / (columns - 1), plot.tall / (rows - 1)];
  plot.inside((c) =>
    c.drawImage(small, plot.left - dx / 2, plot.top - dy / 2, plot.width + dx, plot.tall + dy));
}

// Colours of heights: the deeper, the bluer.
export function ramp(dark, levels) {
  const [low, high] = dark ? [[28, 52, 84], [20, 22, 26]] : [[176, 208, 238], [250, 251, 253]];
  return (v) => [...low.map((part, k) => part + (high[k] - part) * height(v, levels)), 255];
}

// Where v lies among the levels: 0 below the first, 1 above the last.
function height(v, levels) {
  let k = 0;
  while (k < levels.length && v > levels[k]) k++;
  if (k === 0 || k === levels.length) return k / levels.length;
  return (k + (v - levels[k - 1]) / (levels[k] - levels[k - 1])) / (levels.length + 1);
}

// Marching squares: in each cell, straight pieces between the edges that the level crosses, as
// pairs of [column, row].
export function isolines(z, level) {
  const [rows, columns] = z.shape;
  const pieces = [];
  for (let j = 0; j < rows - 1; j++)
    for (let i = 0; i < columns - 1; i++) {
      const cuts = crossings(z, level, i, j);
      for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push([cuts[k], cuts[k + 1]]);
    }
  return pieces;
}

function crossings(z, level, i, j) {
  const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
  const values = corners.map(([column, row]) => z.at(row, column));
  const found = [];
  for (let k = 0; k < 4; k++) {
    const [a, b] = [values[k], values[(k + 1) % 4]];
    if (a > level === b > level) continue;
    const [[ax, ay], [bx, by]] = [corners[k], corners[(k + 1) % 4]];
    const t = (level - a) / (b - a);
    found.push([ax + t * (bx - ax), ay + t * (by - ay)]);
  }
  return found;
}

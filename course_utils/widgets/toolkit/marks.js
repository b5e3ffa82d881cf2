// Markers: the shapes that tell points apart where colours do not.

export const MARKS = {
  circle: (c, x, y, r) => c.arc(x, y, r, 0, 2 * Math.PI),
  square: (c, x, y, r) => c.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8),
  triangle: (c, x, y, r) => polygon(c, [[x, y - r * 1.2], [x + r * 1.15, y + r * 0.9],
    [x - r * 1.15, y + r * 0.9]]),
  diamond: (c, x, y, r) => polygon(c, [[x, y - r * 1.3], [x + r * 1.2, y], [x, y + r * 1.3],
    [x - r * 1.2, y]]),
  cross: (c, x, y, r) => polygon(c, crossOutline.map(([a, b]) => [x + a * r, y + b * r])),
};

const crossOutline = [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4],
  [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]];

function polygon(c, points) {
  points.forEach(([x, y], i) => (i ? c.lineTo(x, y) : c.moveTo(x, y)));
  c.closePath();
}

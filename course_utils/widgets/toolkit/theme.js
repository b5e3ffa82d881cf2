// Colours of the page the widget is in: JupyterLab's variables, or the defaults of toolkit.css.

export class Theme {
  constructor(root) {
    this.root = root;
    this.read();
  }
  read() {
    const style = getComputedStyle(this.root);
    const value = (name) => style.getPropertyValue(name).trim();
    this.ink = value("--cw-ink");
    this.sub = value("--cw-sub");
    this.line = value("--cw-line");
    this.back = value("--cw-back");
    this.accent = value("--cw-accent");
    this.font = style.fontFamily;
    this.dark = luminance(style.backgroundColor) < 0.3;
  }
  color(style) {
    if (style.color === "ink") return this.ink;
    return this.dark ? lighter(style.color) : style.color;
  }
  // The same as [red, green, blue].
  channels(style) {
    const color = this.color(style);
    return color[0] === "#" ? parts(color) : color.match(/\d+/g).slice(0, 3).map(Number);
  }
}

// A quarter of the way to white: the same hue, still seen on a dark page.
function lighter(hex) {
  return `rgb(${parts(hex).map((v) => Math.round(v + 0.28 * (255 - v))).join(",")})`;
}

const parts = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

function luminance(color) {
  const [r, g, b] = (color.match(/[\d.]+/g) || [255, 255, 255]).map(Number);
  return (0.3 * r + 0.6 * g + 0.1 * b) / 255;
}

// Call back when the theme of the page changes. Returns a function that stops it.
export function onThemeChange(callback) {
  const later = () => requestAnimationFrame(callback);
  const observer = new MutationObserver(later);
  const names = ["data-jp-theme-light", "data-jp-theme-name", "data-theme", "class"];
  observer.observe(document.body, { attributes: true, attributeFilter: names });
  const media = matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", later);
  return () => {
    observer.disconnect();
    media.removeEventListener("change", later);
  };
}

// Whether the reader asked the system for less motion.
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

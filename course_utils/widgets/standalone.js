// The stand-in for Jupyter's widget model in a page without a kernel.

const decode = (value) => {
  if (value && typeof value.base64 === "string") {
    const bytes = Uint8Array.from(atob(value.base64), (c) => c.charCodeAt(0));
    return new DataView(bytes.buffer);
  }
  if (Array.isArray(value)) return value;
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, decode(v)]));
  return value;
};

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class StillModel {
  constructor(state) {
    this.variants = state.variants.map(decode);
    this.state = decode({ ...state, variants: [] });
    this.listeners = {};
  }
  get(name) { return this.state[name]; }
  set(name, value) { this.state[name] = value; }
  save_changes() {}
  on(event, listener) { (this.listeners[event] ||= []).push(listener); }
  off() {}
  emit(event, ...details) { for (const f of this.listeners[event] || []) f(...details); }

  send(message) {
    if (message.kind === "hello") this.reply({ kind: "no kernel" });
    else this.answer(message);
  }
  reply(message) { setTimeout(() => this.emit("msg:custom", message, [])); }

  // Only what was computed beforehand can be shown: all but the baked controls as they were.
  answer({ id, params, settled }) {
    const { baked } = this.state.spec;
    const changed = Object.keys(params).filter((k) => !same(params[k], this.state[k]));
    const fits = (v) => baked.every((k) => same(v[k], params[k]));
    const known = settled && changed.every((k) => baked.includes(k));
    const variant = known && this.variants.find(fits);
    if (!variant) return this.reply({ kind: "refused", id });
    Object.assign(this.state, variant);
    for (const name in variant) this.emit("change:" + name);
    this.reply({ kind: "done", id });
  }
}

function start(widget, state) {
  const theme = document.documentElement.dataset.cwTheme;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => {
    const isDark = theme === "dark" || (theme === "auto" && dark.matches);
    document.body.classList.toggle("cw-dark", isDark);
  };
  paint();
  dark.addEventListener("change", paint);
  const el = document.getElementById("widget");
  widget.render({ model: new StillModel(state), el });
  new ResizeObserver(() => {
    const height = Math.ceil(el.getBoundingClientRect().height) + 16;
    parent.postMessage({ height }, "*");
  }).observe(el);
}

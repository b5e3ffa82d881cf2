// Runs before the page: when widgets' canvases are painted, and how long after an input.
(() => {
  const probe = (window.probe = { frames: [], inputs: [], latencies: [] });
  const channel = new MessageChannel();
  let waiting = false;
  channel.port1.onmessage = () => {
    waiting = false;
    const now = performance.now();
    probe.frames.push(now);
    for (const at of probe.inputs.splice(0)) probe.latencies.push(now - at);
  };
  const clearRect = CanvasRenderingContext2D.prototype.clearRect;
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    clearRect.apply(this, box);
    if (waiting || !this.canvas.isConnected || this.canvas.width < 100) return;
    waiting = true;
    channel.port2.postMessage(0); // arrives after this frame was handed over for painting
  };
  for (const name of ["input", "keydown"])
    addEventListener(name, (event) => probe.inputs.push(event.timeStamp), true);
})();

// The name a screen reader would say for the element that has the focus.
window.accessibleName = () => {
  const e = document.activeElement;
  const label = e.labels?.[0]?.innerText;
  return e.getAttribute("aria-label") || label || e.innerText || "";
};

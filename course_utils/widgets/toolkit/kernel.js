// Questions to the kernel: one in flight, the newest wins, and words when no answer comes.

const SLOW = 400; // ms after which the reader is told that something is being computed
const SILENT = 8000; // ms after which the kernel is taken for busy or gone

const NO_KERNEL = "This page has no kernel behind it, so that cannot be computed here. " +
  "Open the notebook and run the cell to try it.";
const NO_ANSWER = "The kernel does not answer: it is busy with another cell, or it stopped. " +
  "The picture shows the last result; you can still play it.";

export class Kernel {
  // params(): values of all controls. preview(results, buffers), settled(): take an answer.
  constructor(model, { params, preview, settled, status, notice }) {
    Object.assign(this, { model, params, preview, settled, status, notice });
    this.pending = 0;
    this.count = 0;
    model.on("msg:custom", (message, buffers) => this.receive(message, buffers));
    // The first message of a session waits longest: send it before the reader does anything.
    model.send({ kind: "hello" });
  }

  ask(settled) {
    if (this.pending) {
      this.queued = { settled };
      return;
    }
    this.pending = ++this.count;
    this.model.send({ kind: "compute", id: this.pending, settled, params: this.params() });
    this.slow = setTimeout(() => this.status("Computing …"), SLOW);
    this.silent = setTimeout(() => this.giveUp(), SILENT);
  }

  receive(message, buffers) {
    if (message.id !== this.count || !this.count) return;
    if (message.kind === "preview") this.preview(message.results, buffers);
    this.notice(message.kind === "refused" ? NO_KERNEL : "");
    this.free();
    const next = this.queued;
    this.queued = null;
    if (next) this.ask(next.settled);
    else if (message.kind !== "preview") this.settled();
  }

  giveUp() {
    this.free();
    this.queued = null;
    this.notice(NO_ANSWER);
  }

  free() {
    this.pending = 0;
    clearTimeout(this.slow);
    clearTimeout(this.silent);
    this.status("");
  }
}

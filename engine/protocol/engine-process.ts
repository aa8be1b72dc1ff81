/**
 * What Electron's main process and the engine's utility process say to each other. It only introduces: the studio's own
 * messages (messages.ts) travel on the port that comes with `connect`.
 *
 *   main ── connect + port ─────────▶ engine     one for each window
 *   main ◀── start-onnxruntime ────── engine     only main can start another utility process …
 *   main ── onnxruntime + port ─────▶ engine     … and relays between it (ort-child.js) and this port
 *   main ── close ──────────────────▶ engine     stops runs with a checkpoint, then the process exits
 */
export type ToEngineProcess =
  | { readonly kind: 'connect' }
  | { readonly kind: 'onnxruntime'; readonly id: number }
  | { readonly kind: 'close' };

export interface FromEngineProcess {
  readonly kind: 'start-onnxruntime';
  readonly id: number;
}

/** Sent by main on the onnxruntime port when that process has ended, with what can be said about why. */
export interface OnnxruntimeEnded {
  readonly kind: 'ended';
  readonly reason: string;
}

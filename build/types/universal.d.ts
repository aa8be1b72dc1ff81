// The few globals that Node, Electron and browsers share and that a computing room may lean on.
// Rooms checked with these still cannot see `process`, `console`, `fetch` or the DOM.

declare const performance: { now(): number };

declare function setTimeout(callback: () => void, delayMs?: number): unknown;
declare function clearTimeout(handle: unknown): void;

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: Uint8Array, options?: { readonly stream?: boolean }): string;
}

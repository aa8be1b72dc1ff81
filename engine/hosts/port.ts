import type { FromEngine } from '../protocol/messages.ts';

/** One connected studio, however its messages travel. What arrives is unchecked: it comes from outside. */
export interface Port {
  post(message: FromEngine): void;
  onMessage(listen: (message: unknown) => void): void;
}

/** What serves a port until the studio behind it is gone. */
export interface EngineSession {
  /** Stops what the session still runs, with a checkpoint, and resolves when that is on disk. */
  close(): Promise<void>;
}

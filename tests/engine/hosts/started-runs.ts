import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type RunThread, type StartRun, startRun } from '../../../engine/hosts/run-thread.ts';
import type { Frame } from '../../../engine/protocol/live-run-messages.ts';

type Asked = StartRun extends infer S ? (S extends StartRun ? Omit<S, 'runId'> : never) : never;

/** Runs of one test at a time, which are closed behind it, and a folder that is removed. */
export function startedRuns() {
  let folder = '';
  let threads: RunThread[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'netwright-thread-'));
  });
  afterEach(async () => {
    await Promise.all(threads.map((thread) => thread.close()));
    threads = [];
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    place: (name: string): string => join(folder, name),
    start: async (asked: Asked): Promise<RunThread> => {
      const thread = await startRun({ ...asked, runId: 'run-1' });
      threads.push(thread);
      return thread;
    },
  };
}

export const control = (thread: RunThread, action: 'pause' | 'resume' | 'step' | 'stop'): void =>
  thread.control({ kind: 'control', run: 'run-1', action });

/** Collects frames, and hands out promises for those that are waited for. */
export class Frames {
  readonly all: Frame[] = [];
  private waiting: { readonly is: (frame: Frame) => boolean; readonly resolve: (frame: Frame) => void }[] =
    [];

  readonly listen = (frame: Frame): void => {
    this.all.push(frame);
    for (const { is, resolve } of this.waiting) if (is(frame)) resolve(frame);
  };

  next(is: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve) => this.waiting.push({ is, resolve }));
  }
}

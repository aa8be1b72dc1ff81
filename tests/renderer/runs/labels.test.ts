import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunLabel, RunList } from '../../../engine/protocol/kept-run-messages.ts';

/** What the engine knows, and the answers it still owes. */
let kept: RunLabel;
let owed: (() => void)[] = [];

const listNow = (): RunList => ({ folder: '', runs: [{ run: 'a', label: kept } as never], foreign: [] });
const later = <T>(value: T): Promise<T> => new Promise((done) => owed.push(() => done(value)));

vi.mock('../../../renderer/engine/run-store.ts', () => ({
  useRun: { getState: () => ({ connection: 'open' }) },
  engine: () => ({
    request: (what: string, { change }: { change?: Partial<RunLabel> }) => {
      if (what === 'runs') return later(listNow());
      kept = { ...kept, ...change };
      return later(kept);
    },
  }),
}));

// Another test may have brought in what is replaced here, and none is to get it from here.
vi.resetModules();
afterAll(() => vi.resetModules());

const { labelRun, refreshRuns, summaryOf, useRuns } = await import('../../../renderer/runs/runs-store.ts');

async function answer(): Promise<void> {
  owed.shift()?.();
  await new Promise((done) => setTimeout(done));
}

beforeEach(() => {
  kept = { name: 'Circle 1', color: 0, note: '', starred: false };
  owed = [];
  useRuns.setState({ list: listNow() });
});

describe('what a person says of a run', () => {
  it('stays when a list comes that was asked for before', async () => {
    void refreshRuns();
    void labelRun('a', { name: 'best' });
    await answer();
    expect(summaryOf('a')?.label.name).toBe('best');
    while (owed.length > 0) await answer();
    expect(summaryOf('a')?.label.name).toBe('best');
  });

  it('stays when the answer to what was said before comes after it', async () => {
    void labelRun('a', { name: 'best' });
    void labelRun('a', { starred: true });
    await answer();
    expect(summaryOf('a')?.label).toMatchObject({ name: 'best', starred: true });
    await answer();
    expect(summaryOf('a')?.label).toEqual(kept);
  });
});

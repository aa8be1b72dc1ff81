import type { Text } from '../../engine/declaration/text.ts';
import type { Level } from '../../engine/document/levels.ts';
import type { NetwrightDocument } from '../../engine/document/schema.ts';
import type { SentenceKey } from '../i18n/i18n.ts';

/** What a step of the history did, as the Undo entry names it: `history.add` with the name of what was added. */
export interface EditLabel {
  readonly key:
    | 'add'
    | 'remove'
    | 'move'
    | 'connect'
    | 'disconnect'
    | 'shareWeights'
    | 'change'
    | 'rename'
    | 'color'
    | 'freeze'
    | 'unfreeze'
    | 'paste'
    | 'cut'
    | 'duplicate'
    | 'open'
    | 'makeBlock'
    | 'dissolve'
    | 'detach'
    | 'expose'
    | 'hide'
    | 'editBlock'
    | 'deleteBlock'
    | 'insert'
    | 'replace'
    | 'fix'
    | 'arrange';
  /** Of what; the sentence of a key in the catalogues where the studio names it. */
  readonly name?: string | Text | { readonly sentence: SentenceKey };
}

/**
 * One step. Documents are never changed in place and share what did not change, so the whole document before and after
 * costs no more than a list of patches would, and cannot fall out of step with it.
 */
export interface Step {
  readonly label: EditLabel;
  readonly before: NetwrightDocument;
  readonly after: NetwrightDocument;
  /** Where it was done; undoing it shows that again. */
  readonly level: Level;
  /** Steps with the same key that follow each other quickly become one: a scrubbed number, a nudged node. */
  readonly mergeKey: string | undefined;
  readonly atMs: number;
}

export interface History {
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export const emptyHistory: History = { past: [], future: [] };

const longestHistory = 500;
const mergeWithinMs = 1200;

export function recordStep(history: History, step: Step): History {
  const last = history.past.at(-1);
  const merges =
    last !== undefined &&
    step.mergeKey !== undefined &&
    last.mergeKey === step.mergeKey &&
    history.future.length === 0 &&
    step.atMs - last.atMs < mergeWithinMs;
  if (!merges) return { past: [...history.past, step].slice(-longestHistory), future: [] };
  return { past: [...history.past.slice(0, -1), { ...step, before: last.before }], future: [] };
}

/** What a step back or forward leads to, and where its effect is seen. */
export interface Restored {
  readonly history: History;
  readonly document: NetwrightDocument;
  readonly level: Level;
}

/** Undefined at the beginning. */
export function stepBack({ past, future }: History): Restored | undefined {
  const last = past.at(-1);
  if (last === undefined) return undefined;
  // What is undone stands alone: a later edit of the same kind must not grow into it.
  return {
    history: { past: past.slice(0, -1), future: [{ ...last, mergeKey: undefined }, ...future] },
    document: last.before,
    level: last.level,
  };
}

/**
 * What leads to another point in time: `done` steps done and the others waiting to be redone. Undefined where that is
 * the point it stands at.
 */
export function stepTo(history: History, done: number): Restored | undefined {
  const steps = Math.max(0, done) - history.past.length;
  const step = steps < 0 ? stepBack : stepForward;
  let at: Restored | undefined;
  for (let left = Math.abs(steps); left > 0; left--) at = step(at?.history ?? history) ?? at;
  return at;
}

export function stepForward({ past, future }: History): Restored | undefined {
  const [next, ...rest] = future;
  if (next === undefined) return undefined;
  return { history: { past: [...past, next], future: rest }, document: next.after, level: next.level };
}

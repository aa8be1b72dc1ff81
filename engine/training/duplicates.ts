import { rowsOf } from '../data/sources/rows.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { type Text, text } from '../declaration/text.ts';
import type { Duplicates } from '../protocol/data-messages.ts';
import type { Dataset } from './dataset.ts';

/** Pairs that are told one by one. */
const mostPairs = 12;
const mostRowsBetweenLooks = 512;
const bytesBetweenLooks = 2 ** 20;

/** As words, where rows are whole ones: bit for bit, whatever numbers they hold. */
type Values = Int32Array | Uint8Array;

/** How many samples there are in each. */
interface Parts {
  readonly train: number;
  readonly held: number;
  readonly hasValidation: boolean;
}

/**
 * Looks for samples whose inputs are the same, bit for bit: first through the training part, then through those that are held
 * out, for validation and for testing.
 * A table of hashes says where to compare; it takes at most 32 bytes for each sample.
 */
export class DuplicateSearch {
  /** Let go of when all has been looked at. */
  private dataset: Dataset | undefined;
  private readonly values: Values;
  private readonly size: number;
  /** Where in the values a sample begins, once it is there. */
  private readonly start: (row: number) => number;
  private readonly slots: Int32Array;
  private readonly hashes: Int32Array;
  private readonly rowsBetweenLooks: number;
  private readonly parts: Parts;
  private readonly count: number;
  private at = 0;
  private leaked = 0;
  private repeated = 0;
  private contradictory = 0;
  private readonly leaks: (readonly [number, number])[] = [];
  private readonly repeats: (readonly [number, number])[] = [];

  constructor(dataset: Dataset) {
    const { samples, sample, split } = dataset;
    const { from, size, start } = rowsOf(samples.x, elementCount(sample.input.shape));
    const bytes = size * from.BYTES_PER_ELEMENT;
    const areWords = bytes % 4 === 0 && from.byteOffset % 4 === 0;
    this.dataset = dataset;
    this.size = areWords ? bytes / 4 : bytes;
    this.values = areWords
      ? new Int32Array(from.buffer, from.byteOffset, Math.floor(from.byteLength / 4))
      : new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
    this.rowsBetweenLooks = Math.max(
      1,
      Math.min(mostRowsBetweenLooks, Math.floor(bytesBetweenLooks / bytes)),
    );
    this.start = (row) => (start(row) / size) * this.size;
    this.parts = {
      train: split.train.length,
      held: split.validation.length + split.test.length,
      hasValidation: split.validation.length > 0,
    };
    this.count = this.parts.train + this.parts.held;
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(2, 2 * this.count)));
    this.slots = new Int32Array(capacity).fill(-1);
    this.hashes = new Int32Array(capacity);
  }

  get isDone(): boolean {
    return this.dataset === undefined;
  }

  /** Goes on for about so long. */
  advance(forMs: number): void {
    const { dataset } = this;
    if (dataset === undefined) return;
    const { train, validation, test } = dataset.split;
    const rowAt = (at: number): number => {
      const held = at - train.length;
      if (held < 0) return train[at];
      return held < validation.length ? validation[held] : test[held - validation.length];
    };
    for (const endAt = performance.now() + forMs; this.at < this.count && performance.now() < endAt; ) {
      const end = Math.min(this.count, this.at + this.rowsBetweenLooks);
      for (; this.at < end; this.at++) {
        this.look(dataset, rowAt(this.at), this.at >= train.length);
      }
    }
    if (this.at === this.count) this.dataset = undefined;
  }

  found(): Duplicates {
    const { leaked, repeated, contradictory, leaks, repeats } = this;
    const share = this.isDone ? 1 : this.at / this.count;
    const remarks = remarksOn(leaked, repeated, contradictory, this.parts);
    return { share, leaked, repeated, contradictory, leaks: [...leaks], repeats: [...repeats], remarks };
  }

  private look(dataset: Dataset, row: number, isHeld: boolean): void {
    const first = this.firstLike(row, isHeld);
    if (first === undefined) return;
    if (isHeld) this.leaked++;
    else this.repeated++;
    if (!sameTarget(dataset, first, row)) this.contradictory++;
    const pairs = isHeld ? this.leaks : this.repeats;
    if (pairs.length < mostPairs) pairs.push([first, row]);
  }

  /** The training sample that came first with the same inputs; a new one of the training part is remembered. */
  private firstLike(row: number, isHeld: boolean): number | undefined {
    const { slots, hashes } = this;
    const hash = this.hashOf(row);
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] >= 0) {
      if (hashes[slot] === hash && this.areSame(slots[slot], row)) return slots[slot];
      slot = (slot + 1) & mask;
    }
    if (!isHeld) {
      slots[slot] = row;
      hashes[slot] = hash;
    }
    return undefined;
  }

  private hashOf(row: number): number {
    const { values, size } = this;
    let hash = 0x811c9dc5 | 0;
    const first = this.start(row);
    const end = first + size;
    for (let i = first; i < end; i++) {
      hash = Math.imul(hash ^ values[i], 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  private areSame(one: number, other: number): boolean {
    const { values, size } = this;
    const [a, b] = [this.start(one), this.start(other)];
    for (let i = 0; i < size; i++) if (values[a + i] !== values[b + i]) return false;
    return true;
  }
}

function sameTarget({ sample, samples: { y } }: Dataset, one: number, other: number): boolean {
  const size = elementCount(sample.target.shape);
  for (let i = 0; i < size; i++) if (y[one * size + i] !== y[other * size + i]) return false;
  return true;
}

/** What the test then asks for was learnt by heart; what stands twice in the training part counts twice. */
function remarksOn(leaked: number, repeated: number, contradictory: number, parts: Parts): Text[] {
  const { hasValidation } = parts;
  const remarks: Text[] = [];
  if (leaked > 0) {
    remarks.push(
      text(
        `${leaked} of ${parts.held} ${hasValidation ? 'validation and test' : 'test'} samples are among the training samples too, so the test shows less than it seems.`,
        `${parts.held} 个${hasValidation ? '验证与测试' : '测试'}样本中有 ${leaked} 个也出现在训练样本里，测试结果会偏乐观。`,
      ),
    );
  }
  if (repeated > 0) {
    remarks.push(
      text(
        `${repeated} of ${parts.train} training samples were there before: they count more than once.`,
        `${parts.train} 个训练样本中有 ${repeated} 个与前面的样本相同，会被重复计入。`,
      ),
    );
  }
  if (contradictory > 0) {
    remarks.push(
      text(
        `${contradictory} of the samples that stand more than once have another target than the first time: no network can get both right.`,
        `重复出现的样本中有 ${contradictory} 个与首次出现时目标不同：任何网络都无法同时答对。`,
      ),
    );
  }
  return remarks;
}

/** All of them at once. */
export function duplicatesIn(dataset: Dataset): Duplicates {
  const search = new DuplicateSearch(dataset);
  while (!search.isDone) search.advance(Number.POSITIVE_INFINITY);
  return search.found();
}

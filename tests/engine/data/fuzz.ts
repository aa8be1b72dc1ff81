import { expect } from 'vitest';
import type { Content, Reader } from '../../../engine/data/readers/contract.ts';
import type { Params } from '../../../engine/declaration/fields.ts';
import { foundFilesSchema } from '../../../engine/declaration/found-files.ts';
import { NetwrightError } from '../../../engine/declaration/problem.ts';
import { RandomStream } from '../../../engine/random/stream.ts';
import { inMemory } from './in-memory.ts';
import { type FilesByName, memoryFiles } from './sample-files.ts';

/** Numbers that break parsers: ends of ranges, and what a length may not be. */
const nasty = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x2c];

/** The file with a few bytes changed, a piece cut out, put in twice or moved to the end. */
function mutated(file: Uint8Array, random: RandomStream): Uint8Array {
  const bytes = [...file];
  const at = (): number => random.below(Math.max(1, bytes.length));
  // Headers are short, and where a parser goes wrong.
  const early = (): number => random.below(Math.max(1, Math.min(bytes.length, 64)));
  for (let i = 1 + random.below(4); i > 0; i--) {
    switch (random.below(7)) {
      case 0:
        bytes[early()] = random.below(256);
        break;
      case 1:
        bytes[early()] = nasty[random.below(nasty.length)] as number;
        break;
      case 2:
        bytes[at()] = random.below(256);
        break;
      case 3:
        bytes.length = at();
        break;
      case 4:
        bytes.splice(at(), 1 + random.below(16));
        break;
      case 5: {
        const from = at();
        bytes.splice(at(), 0, ...bytes.slice(from, from + 1 + random.below(32)));
        break;
      }
      default:
        bytes.push(...bytes.splice(at(), 1 + random.below(32)));
    }
  }
  return Uint8Array.from(bytes);
}

/** What can be trained on is whole: counts and classes hold, every value is a number. */
function expectUsable(content: Content, params: Params): void {
  const { found } = content;
  expect(foundFilesSchema.safeParse({ path: '/memory', fingerprint: '', ...found }).error).toBeUndefined();
  // Rows of a table without a target are no samples.
  const { count } = content.samples(params, Uint32Array.of());
  expect(count).toBeLessThanOrEqual(found.train + found.test);
  const trained = Math.min(count, found.train);
  const made = inMemory(
    content.samples(
      params,
      Uint32Array.from({ length: trained }, (_, row) => row),
    ),
  );
  expect(made.x.length % Math.max(1, count)).toBe(0);
  expect(made.x.every(Number.isFinite) && made.y.every(Number.isFinite)).toBe(true);
  const classes = content.labels(params);
  if (classes !== undefined) expect(classes.length).toBe(count);
}

/**
 * Reads files that were mutated in a fixed order: each gives samples or a sentence. Says how many gave which, so that a
 * test can see that both happened.
 */
export async function fuzz(
  reader: Reader,
  files: FilesByName,
  rounds: number,
  params: Params = {},
): Promise<{ readonly read: number; readonly refused: number }> {
  const names = Object.keys(files);
  const told = { read: 0, refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const random = new RandomStream(2026, 99, round);
    const name = names[random.below(names.length)] as string;
    const bad = { ...files, [name]: mutated(files[name] as Uint8Array, random) };
    try {
      const content = await reader.read(memoryFiles(bad), params);
      expectUsable(content, params);
      told.read++;
    } catch (error) {
      if (!(error instanceof NetwrightError)) {
        throw new Error(`round ${round}, ${name}`, { cause: error });
      }
      expect(error.text.en).not.toMatch(/undefined|NaN|\[object/);
      told.refused++;
    }
  }
  return told;
}

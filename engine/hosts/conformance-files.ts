import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { NetwrightError } from '../declaration/problem.ts';
import { text } from '../declaration/text.ts';
import type { CaseFile, ConformanceCase } from '../interchange/onnx/conformance.ts';
import { incomingLimits } from '../protocol/incoming.ts';
import { readPersonFile } from './person-files.ts';

/**
 * The layout that the official backend tests of ONNX have, at any depth below a folder:
 *
 *   <test>/model.onnx
 *   <test>/test_data_set_0/input_0.pb …, output_0.pb …
 */
const modelFile = 'model.onnx';
const setName = /^test_data_set_(\d+)$/;
const deepest = 8;

/** Folders with a model in them, by their path below `folder`, in order. Links are not followed. */
export async function findCases(folder: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (path: string, depth: number): Promise<void> => {
    const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      throw unreadable(path, error.code ?? error.message);
    });
    if (entries.some((entry) => entry.isFile() && entry.name === modelFile)) {
      found.push(relative(folder, path) || '.');
      return;
    }
    if (depth === deepest) return;
    for (const entry of entries) if (entry.isDirectory()) await look(join(path, entry.name), depth + 1);
  };
  await look(folder, 0);
  if (found.length > 0) return found.toSorted();
  throw new NetwrightError(
    'no-cases',
    text(
      `${folder}: expected folders with a ${modelFile} and test_data_set_N in them, found none.`,
      `${folder}：应有含 ${modelFile} 与 test_data_set_N 的文件夹，但没有找到。`,
    ),
  );
}

/** Reads the files of one case. Throws a NetwrightError where one is missing or cannot be read. */
export async function readCase(folder: string, name: string): Promise<ConformanceCase> {
  const path = join(folder, name);
  const file = async (...parts: string[]): Promise<CaseFile> => ({
    name: join(name, ...parts),
    bytes: await readPersonFile(join(path, ...parts), incomingLimits.modelBytes),
  });
  const names = await readdir(path);
  const sets = numbered(names, setName);
  if (sets.length === 0) {
    throw new NetwrightError(
      'no-cases',
      text(
        `${path}: expected a folder test_data_set_0 beside the model, found none.`,
        `${path}：模型旁应有文件夹 test_data_set_0，但没有找到。`,
      ),
    );
  }
  return {
    model: await file(modelFile),
    sets: await Promise.all(
      sets.map(async (set) => {
        const files = await readdir(join(path, set));
        const read = (kind: RegExp): Promise<CaseFile[]> =>
          Promise.all(numbered(files, kind).map((one) => file(set, one)));
        return { inputs: await read(/^input_(\d+)\.pb$/), outputs: await read(/^output_(\d+)\.pb$/) };
      }),
    ),
  };
}

/** The names that fit, by their number: input_10 stands behind input_9. */
const numbered = (names: readonly string[], pattern: RegExp): string[] =>
  names
    .flatMap((name) => {
      const number = pattern.exec(name)?.[1];
      return number === undefined ? [] : [{ name, number: Number(number) }];
    })
    .toSorted((a, b) => a.number - b.number)
    .map(({ name }) => name);

const unreadable = (path: string, reason: string): NetwrightError =>
  new NetwrightError(
    'unreadable-folder',
    text(
      `${path}: expected a folder that can be read (${reason}).`,
      `${path}：应为可读取的文件夹（${reason}）。`,
    ),
  );

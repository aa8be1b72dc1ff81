import type { ArgumentKind } from './argument.ts';
import {
  type ArgumentsOf,
  type KernelArguments,
  type KernelName,
  kernelNames,
  kernels,
  recordHeaderWords,
  recordWords,
} from './contract.ts';

const float = new Float32Array(1);
const floatBits = new Int32Array(float.buffer);

function toWord(kind: ArgumentKind, value: number): number {
  if (kind !== 'float') return value | 0;
  float[0] = value;
  return floatBits[0];
}

function fromWord(kind: ArgumentKind, word: number): number {
  if (kind === 'tensor') return word >>> 0;
  if (kind === 'int') return word;
  floatBits[0] = word;
  return float[0];
}

const argumentKinds = (kernel: KernelName): [string, ArgumentKind][] => Object.entries(kernels[kernel]);

/** The words of one call as they stand in the arena. Throws when an argument is missing. */
export function encodeCall(call: {
  readonly kernel: KernelName;
  readonly arguments: KernelArguments;
  readonly split: number;
}): number[] {
  const words = argumentKinds(call.kernel).map(([name, kind]) => {
    const value = call.arguments[name];
    if (value === undefined)
      throw new Error(`The call of kernel ${call.kernel} lacks its argument "${name}".`);
    return toWord(kind, value);
  });
  return [kernelNames.indexOf(call.kernel), recordWords(call.kernel), call.split, ...words];
}

/** The arguments in the record that starts at word `at`; floats as the float32 that they are. */
export function decodeArguments<K extends KernelName>(
  kernel: K,
  words: Int32Array,
  at: number,
): ArgumentsOf<K> {
  const first = at + recordHeaderWords;
  const entries = argumentKinds(kernel).map(([name, kind], i) => [name, fromWord(kind, words[first + i])]);
  return Object.fromEntries(entries) as ArgumentsOf<K>;
}

/** Which kernel the record at word `at` calls. Throws on a word that is no opcode. */
export function decodeKernel(words: Int32Array, at: number): KernelName {
  const kernel = kernelNames[words[at]];
  if (kernel === undefined)
    throw new Error(`Word ${at} of the arena holds ${words[at]}, which is no opcode.`);
  return kernel;
}

import type { CallList, CodePlan, PlannedCall } from '../compiler/plan.ts';
import { recordWords } from '../kernels/contract.ts';
import { encodeCall } from '../kernels/record.ts';
import type { Arena } from './arena.ts';

/** A program whose calls stand in the arena: calls [first, first + count) of the machine's table. */
export interface LoadedProgram {
  readonly program: CallList;
  readonly first: number;
  readonly count: number;
}

/**
 * Where the record of every call lies and how it is shared: `tableWords` words per call, `[address, split, pieces, chain]`,
 * split = 0 for a call that one worker does alone, chain = how many calls from this one on
 * are done together, piece by piece.
 */
export type CallTable = Int32Array;
export const tableWords = 4;

export interface LoadedCode {
  readonly table: CallTable;
  readonly programs: ReadonlyMap<CallList, LoadedProgram>;
}

const programsOf = ({ programs }: CodePlan): readonly CallList[] => {
  if ('forward' in programs) return [programs.forward];
  const { train, trainWatched, trainRest, evaluate, evaluateRest } = programs;
  return [train, trainWatched, ...(trainRest ? [trainRest] : []), evaluate, ...evaluateRest];
};

/** Whether any call of the plan is worth more than one worker. */
export const sharesWork = (plan: CodePlan): boolean =>
  programsOf(plan).some(({ calls }) => calls.some(({ parallel, split }) => parallel && split > 1));

const callWords = (calls: readonly PlannedCall[]): number =>
  calls.reduce((words, call) => words + recordWords(call.kernel), 0);

function chainLength(calls: readonly PlannedCall[], at: number): number {
  let length = 1;
  while (calls[at + length]?.continues === true) length++;
  return length;
}

/** Writes the calls of all programs into the plan's code region, one after the other, and its constants. */
export function loadCode(plan: CodePlan, arena: Arena): LoadedCode {
  const programs = programsOf(plan);
  const needed = programs.reduce((words, program) => words + callWords(program.calls), 0);
  if (needed > plan.code.words) {
    throw new Error(`the plan keeps ${plan.code.words} words for its calls, which need ${needed}`);
  }

  const callCount = programs.reduce((count, program) => count + program.calls.length, 0);
  const table = new Int32Array(new SharedArrayBuffer(callCount * tableWords * 4));
  const loaded = new Map<CallList, LoadedProgram>();
  let address = plan.code.offset;
  let index = 0;
  for (const program of programs) {
    loaded.set(program, { program, first: index, count: program.calls.length });
    for (const [at, call] of program.calls.entries()) {
      const isShared = call.parallel && call.split > 1;
      const chain = chainLength(program.calls, at);
      table.set([address, isShared ? call.split : 0, call.pieces, chain], tableWords * index);
      arena.ints.set(encodeCall(call), address);
      address += recordWords(call.kernel);
      index++;
    }
  }
  for (const { offset, value } of plan.constants) arena.floats[offset] = value;
  return { table, programs: loaded };
}

import type { Plan, PlannedCall, TrainProgram } from '../../../engine/compiler/plan.ts';
import { kernelsHere } from '../../../engine/hosts/engine-parts.ts';
import { spawnPoolThread } from '../../../engine/hosts/pool-threads.ts';
import { recordWords, reservedWords } from '../../../engine/kernels/contract.ts';
import type { KernelChoice } from '../../../engine/runtime/faces.ts';
import { chooseKernels } from '../../../engine/runtime/faces.ts';
import { Machine, type SpawnHelper } from '../../../engine/runtime/machine.ts';

export type HandCall = Pick<PlannedCall, 'kernel' | 'arguments' | 'split' | 'parallel'> & {
  readonly pieces?: number;
  readonly continues?: boolean;
};

const codeWords = 1024;
/** First word that a hand-made plan's tensors may take. */
export const dataAt = reservedWords + codeWords;

/** A plan of one program without weights: what the machine looks at, and nothing a trainer would. */
export function handPlan(
  calls: readonly HandCall[],
  dataWords: number,
  constants: Plan['constants'] = [],
): Plan {
  const none = { offset: dataAt, words: 0 };
  const program: TrainProgram = {
    batch: 1,
    calls: calls.map((call) => ({
      pieces: 1,
      continues: false,
      ...call,
      multiplyAdds: 0,
      nodes: [],
      outputs: [],
    })),
    inputs: [],
    loss: dataAt,
    hits: undefined,
    multiplyAdds: 0,
    updateStart: calls.length,
    keptWords: 0,
    watched: [],
  };
  const idle: TrainProgram = { ...program, calls: [], updateStart: 0 };
  return {
    arenaWords: dataAt + dataWords,
    code: { offset: reservedWords, words: calls.reduce((sum, call) => sum + recordWords(call.kernel), 0) },
    constants,
    weights: [],
    weightWords: none,
    gradientAndLossWords: none,
    stateWords: none,
    state: [],
    cells: { learningRate: dataAt, step: dataAt, scalars: none, gradientNorm: 0, nonFinite: dataAt },
    programs: {
      train: program,
      trainWatched: idle,
      trainRest: undefined,
      evaluate: {
        ...idle,
        predictions: [
          {
            name: 'p',
            node: '',
            role: 'activation',
            dtype: 'float32',
            shape: [1, 1],
            offset: dataAt,
          },
        ],
        kept: [],
      },
      evaluateRest: [],
    },
    losses: [{ node: 'loss', reading: 'number' }],
    inputs: [],
    parameterCount: 0,
  };
}

export async function buildMachine(
  plan: Plan,
  threads: number,
  kernels: KernelChoice = 'portable',
  spawn: SpawnHelper = spawnPoolThread,
): Promise<Machine> {
  const source = await chooseKernels(kernels, kernelsHere);
  return Machine.build(plan, { source, threads, spawn });
}

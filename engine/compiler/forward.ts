import type { Analysis } from '../document/analyse.ts';
import { lossOf } from '../document/catalogue.ts';
import { recordWords, reservedWords } from '../kernels/contract.ts';
import type { Reading } from '../losses/contract.ts';
import { attention } from '../ops/attention.ts';
import type { Tensor } from '../ops/contract.ts';
import type { Graph } from '../ops/graph.ts';
import { alignedWords, inARow, type Placement, placeByLiveness } from './allocate.ts';
import { buildForward } from './build.ts';
import { describeTensor, planInput, planWeight } from './describe.ts';
import { fuse } from './fuse.ts';
import type {
  CallList,
  CodePlan,
  PlannedCall,
  PlannedInput,
  PlannedTensor,
  PlannedWeight,
  Region,
} from './plan.ts';
import { planCall } from './plan-call.ts';
import { lowerAll, viewsOf, withoutDeadCalls } from './steps.ts';

/** A plan of one pass forwards through whatever of a document can be computed, everything that nodes give kept. */
export interface ForwardPlan extends CodePlan {
  readonly programs: { readonly forward: ForwardProgram };
  readonly weights: readonly Omit<PlannedWeight, 'gradient'>[];
  readonly inputs: readonly PlannedInput[];
  /** Of each node that could be built, by its id: its first output and, where it attends, with what weights. */
  readonly nodes: ReadonlyMap<string, ForwardNode>;
  /** What losses are given to judge, and how that is read, by their ids. */
  readonly answers: ReadonlyMap<string, { readonly output: PlannedTensor; readonly reading: Reading }>;
}

interface ForwardProgram extends CallList {
  readonly batch: number;
  /** Where the batch is written: one address for each of the plan's inputs. */
  readonly inputs: readonly number[];
}

export interface ForwardNode {
  readonly output: PlannedTensor;
  /** [batch, heads, queries, keys] */
  readonly attention: PlannedTensor | undefined;
}

/** The calls of a graph that lead to `wanted`, placed for one worker. */
interface PlacedCalls {
  readonly arenaWords: number;
  readonly code: Region;
  readonly calls: readonly PlannedCall[];
  /** First word of a tensor. */
  readonly at: (tensor: Tensor) => number;
  readonly describe: (tensor: Tensor) => PlannedTensor;
}

/**
 * Places what leads to `wanted`, which is kept, from `filled`, which is written before. What is kept between passes has
 * words of its own.
 */
function placeCalls(graph: Graph, wanted: ReadonlySet<Tensor>, filled: readonly Tensor[]): PlacedCalls {
  const calls = fuse(withoutDeadCalls(graph.calls, wanted), wanted);
  const views = viewsOf(calls);
  const steps = lowerAll(calls, views);
  const codeWords = steps.reduce((sum, { call }) => sum + recordWords(call.kernel), 0);
  const code = { offset: reservedWords, words: alignedWords(codeWords) };
  const placement: Placement = new Map();
  const lasting = graph.tensors.filter(
    ({ role }) => role === 'weight' || role === 'state' || role === 'cell',
  );
  const { offsets, end: base } = inARow(
    lasting.map(({ shape }) => shape),
    code.offset + code.words,
  );
  for (const [at, tensor] of lasting.entries()) placement.set(tensor, offsets[at] as number);
  const kept = [...wanted].map((tensor) => views.get(tensor) ?? tensor);
  const arenaWords = placeByLiveness(placement, steps, { filled, kept: [...kept, ...filled], base });
  const at = (tensor: Tensor): number => placement.get(views.get(tensor) ?? tensor) as number;
  const describe = (tensor: Tensor): PlannedTensor => describeTensor(tensor, at(tensor));
  return {
    arenaWords,
    code,
    calls: steps.map((step) => planCall(step, placement, describe, Infinity)),
    at,
    describe,
  };
}

/** A plan of one pass through a list of ops that belongs to no document. */
export interface GraphPlan extends CodePlan {
  readonly programs: { readonly forward: CallList };
  /** First word of each input, constant and wanted tensor. */
  readonly at: (tensor: Tensor) => number;
}

/** Compiles what leads to `wanted` for one worker; everything else in the graph is left out. */
export function compileGraph(
  graph: Graph,
  wanted: ReadonlySet<Tensor>,
  filled: readonly Tensor[],
): GraphPlan {
  const { arenaWords, code, calls, at } = placeCalls(graph, wanted, filled);
  return { arenaWords, code, constants: [], programs: { forward: { calls } }, at };
}

/** Compiles as much as there is of a document for one worker; the document may have errors. */
export function compileForward(analysis: Analysis, batch: number): ForwardPlan {
  const built = buildForward(analysis, batch);
  const firsts = [...built.outputs].flatMap(([id, ports]): [string, Tensor][] => {
    const [output] = Object.values(ports);
    return output === undefined ? [] : [[id, output]];
  });
  const attends = new Map(
    built.graph.calls.flatMap(({ op, origin, outputs: { p } }) =>
      op.name === attention.name && p !== undefined ? [[origin, p]] : [],
    ),
  );
  const judged = analysis.losses.flatMap(({ id, type }): [string, Tensor, Reading][] => {
    const { from } = analysis.topology.into.get(id)?.find(({ to }) => to.port === 'prediction') ?? {};
    const tensor = from && built.outputs.get(from.node)?.[from.port];
    const definition = lossOf(type);
    return tensor === undefined || definition === undefined ? [] : [[id, tensor, definition.reading]];
  });
  const wanted = new Set([
    ...firsts.map(([, tensor]) => tensor),
    ...attends.values(),
    ...judged.map(([, tensor]) => tensor),
  ]);
  const filled = built.inputs.map(({ tensor }) => tensor);
  const { arenaWords, code, calls, at, describe } = placeCalls(built.graph, wanted, filled);
  return {
    arenaWords,
    code,
    constants: [],
    programs: {
      forward: {
        batch,
        calls,
        inputs: filled.map(at),
      },
    },
    weights: built.weights.map((weight) => planWeight(weight, at(weight.tensor), analysis.flat.training)),
    inputs: built.inputs.map(planInput),
    nodes: new Map(
      firsts.map(([id, tensor]) => {
        const weights = attends.get(id);
        return [id, { output: describe(tensor), attention: weights && describe(weights) }];
      }),
    ),
    answers: new Map(judged.map(([id, tensor, reading]) => [id, { output: describe(tensor), reading }])),
  };
}

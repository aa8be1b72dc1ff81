import type { Dtype } from '../declaration/tensor-type.ts';
import type { KernelArguments, KernelName } from '../kernels/contract.ts';
import type { FixedValues, Initializer } from '../layers/contract.ts';
import type { Reading } from '../losses/contract.ts';
import type { Role } from '../ops/contract.ts';

/**
 * The compiled form of a document: where every tensor lies in the arena and which kernels run in which order.
 *
 *   arena, in 4-byte words:  [reserved][code][weights | gradients, loss | state | cells | histograms][inputs, activations …]
 *
 * What stands last belongs to the program that runs: tensors share words there when no call needs both.
 */
export interface Plan extends CodePlan {
  readonly weights: readonly PlannedWeight[];
  readonly weightWords: Region;
  /** The gradients of the weights, in the order of the weights, and behind them the loss. */
  readonly gradientAndLossWords: Region;
  readonly stateWords: Region;
  readonly state: readonly PlannedTensor[];
  readonly cells: Cells;
  readonly programs: Programs;
  readonly losses: readonly { readonly node: string; readonly reading: Reading }[];
  readonly inputs: readonly PlannedInput[];
  /** Trained or frozen. */
  readonly parameterCount: number;
}

/** What a machine needs to know of a plan. */
export interface CodePlan {
  readonly arenaWords: number;
  /** Room for the records of all programs (kernels/contract.ts). */
  readonly code: Region;
  /** Floats that are there from the beginning and never change. */
  readonly constants: readonly { readonly offset: number; readonly value: number }[];
  readonly programs: Programs | { readonly forward: CallList };
}

export interface CallList {
  readonly calls: readonly PlannedCall[];
}

/** What a data node gives, x or y: filled by the loader before each program. */
export interface PlannedInput {
  readonly name: string;
  /** Id of the data node. */
  readonly node: string;
  readonly port: 'x' | 'y';
  readonly dtype: Dtype;
  /** Of one sample. */
  readonly shape: readonly number[];
}

export interface Region {
  readonly offset: number;
  readonly words: number;
}

export interface PlannedTensor {
  readonly name: string;
  /** Id of the document node it belongs to; empty for what belongs to none. */
  readonly node: string;
  readonly role: Role;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** First word in the arena. */
  readonly offset: number;
}

export interface PlannedWeight extends PlannedTensor {
  readonly weight: string;
  readonly fanIn: number;
  readonly fanOut: number;
  readonly initializer: Initializer | FixedValues;
  /** What the initial values are multiplied by. */
  readonly scale: number;
  readonly isFrozen: boolean;
  /** First word of its gradient in the arena; what is not trained, running statistics and what is frozen, has none. */
  readonly gradient: number | undefined;
}

/** Words the trainer writes between steps. */
export interface Cells {
  readonly learningRate: number;
  readonly step: number;
  readonly scalars: Region;
  /** Float cell: the length of all gradients taken together, before clipping by it; of the last step that was watched or clipped. */
  readonly gradientNorm: number;
  /** Float cell: NaN and Inf found in the loss and the gradients of the last backward pass. */
  readonly nonFinite: number;
}

export interface Programs {
  /** A full batch; the last, shorter one of an epoch; and the full batch with telemetry. `evaluate` runs without gradients. */
  readonly train: TrainProgram;
  readonly trainWatched: TrainProgram;
  readonly trainRest: TrainProgram | undefined;
  readonly evaluate: EvaluateProgram;
  /** For what is left behind whole batches of either part, and for few rows. */
  readonly evaluateRest: readonly EvaluateProgram[];
}

/** One kernel call with every tensor placed. */
export interface PlannedCall {
  readonly kernel: KernelName;
  readonly arguments: KernelArguments;
  readonly split: number;
  /** Worth sharing between workers. */
  readonly parallel: boolean;
  /** See KernelCall; 1 where every worker gets one share. */
  readonly pieces: number;
  /** It is done piece by piece together with the call before, which has as many: see chains.ts. */
  readonly continues: boolean;
  readonly multiplyAdds: number;
  /** Document nodes that it computes for, the one whose op it is first; none where it is for the network as a whole. */
  readonly nodes: readonly string[];
  /** What it writes, so that a diagnosis can name the first bad tensor. */
  readonly outputs: readonly PlannedTensor[];
}

export interface Program extends CallList {
  readonly batch: number;
  /** Where the loader writes the batch: one address for each of the plan's inputs. */
  readonly inputs: readonly number[];
  /** Scalar [1]: mean loss of the batch, summed over the losses. */
  readonly loss: number;
  /** [2]: right answers in the batch, and answers that count; undefined where no loss knows any. */
  readonly hits: number | undefined;
  readonly multiplyAdds: number;
}

export interface TrainProgram extends Program {
  /** calls[0 … updateStart) are forward, backward and the finite check; the rest updates the weights. */
  readonly updateStart: number;
  /** What its backward pass reads of the batch and of what its forward pass made. */
  readonly keptWords: number;
  readonly watched: readonly WatchedTensor[];
}

export interface EvaluateProgram extends Program {
  /** [batch, …] what each loss calls its prediction, before softmax or sigmoid; in the order of the plan's losses. */
  readonly predictions: readonly PlannedTensor[];
  /** Output of every document node, for certificates; only in programs compiled with `keepAll`. */
  readonly kept: readonly PlannedTensor[];
}

export type WatchedKind = 'weight' | 'weightGradient' | 'activation' | 'activationGradient';

export interface WatchedTensor {
  /** `<node id>/<kind>/<tensor>`: stable across frames and runs. */
  readonly key: string;
  readonly node: string;
  readonly kind: WatchedKind;
  /** `weight`, `bias`, or the output port's name. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** Where the histogram kernel writes (kernels/telemetry.ts). */
  readonly histogram: number;
  /** Units or channels that can be dead; 0 for what has none. */
  readonly columns: number;
  /** Numbers of one of them in one sample, side by side: 1 for units, more for channels. */
  readonly inner: number;
}

import type { Text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';

/** What studio and engine tell each other of ONNX files. */
export interface OpenedModel {
  readonly model: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** What it keeps beside it. */
  readonly beside: readonly { readonly name: string; readonly sizeBytes: number }[];
  readonly opset: number;
  readonly producer: string;
  readonly parameterCount: number;
  readonly inputs: readonly ModelPort[];
  readonly outputs: readonly ModelPort[];
  readonly nodes: readonly OpenedNode[];
  readonly wires: readonly ModelWire[];
  /** Dimensions behind the batch that the file leaves open. */
  readonly openSizes: readonly OpenSize[];
  /** How often each operator stands in it, the most frequent first. */
  readonly operators: readonly OperatorCount[];
  /** What was written beside the graph when Netwright exported it. */
  readonly metadata:
    | {
        readonly title: string;
        readonly source: Text;
        readonly classes: readonly Text[] | undefined;
        readonly engineAccuracy: number | undefined;
        readonly engineLoss: number | undefined;
        /** Its graph takes what lies in files. */
        readonly isPrepared: boolean;
      }
    | undefined;
}

export interface OpenedNode {
  /** As in `operators`. */
  readonly opType: string;
  readonly name: string;
  /** Of its first output, where the file says it; sizes as a port's. */
  readonly shape: ModelPort['shape'] | undefined;
  /** How many numbers the constants hold that it reads; whole ones, which are shapes and indices, do not count. */
  readonly weightCount: number;
}

/** The operator whose node is a constant. */
export const constantOperator = 'Constant';

/** An input, a node or an output of a model, counted from 0 in the order of the file. */
export type ModelPlace = `${'input' | 'node' | 'output'}-${number}`;

export interface ModelWire {
  readonly from: ModelPlace;
  readonly to: ModelPlace;
}

/** A model cannot be opened without these files, which it names as lying beside it. */
export interface MissingFiles {
  readonly missing: readonly string[];
}

export interface NamedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface OperatorCount {
  readonly opType: string;
  readonly count: number;
  /** The engine has no form for it: onnxruntime runs it, the canvas cannot show it. */
  readonly isMissing: boolean;
}

export interface ModelPort {
  readonly name: string;
  /** −1 or a letter for a dimension that is free. */
  readonly shape: readonly (number | string)[];
  readonly dtype: string;
}

/** What is told for an open size is at most this. */
export const mostOpenSize = 2 ** 20;

/** A dimension behind the batch that a file leaves open; one name is one size, wherever it stands. */
export interface OpenSize {
  /** The file's own, or `input[2]` where it has none. */
  readonly name: string;
  readonly places: readonly { readonly input: string; readonly axis: number }[];
}

/** Numbers for open sizes, by their names. */
export type Sizes = Readonly<Record<string, number>>;

export interface ProposedSizes {
  /** One for each open size. */
  readonly sizes: Sizes;
  /** The model was read for them, and everything in it met. */
  readonly fit: boolean;
}

export interface ModelResult {
  readonly outputs: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly values: Float32Array;
  }[];
  readonly rows: number;
  readonly elapsedMs: number;
  /** Share of right answers, and the engine's own on the same rows, where labels exist. */
  readonly accuracy: number | undefined;
  readonly engineAccuracy: number | undefined;
}

/**
 * Rows to run a model on: numbers for each of its inputs in order, [rows, …], with labels where they are known; or the test
 * part of the data that the model was trained on, or of those that the open project has.
 */
export type ModelData = ModelTable | { readonly data: 'test' | 'project' };

export interface ModelTable {
  readonly values: readonly (Float32Array | Float64Array)[];
  readonly rows: number;
  readonly labels?: Float32Array;
}

export interface ModelComparison {
  readonly rows: number;
  /** Of the first output. */
  readonly maxAbsDiff: number;
  readonly meanAbsDiff: number;
  /** Share of rows whose largest number stands at the same place; undefined where a row has one number. */
  readonly agreement: number | undefined;
  /** Shares of right answers of the one and the other, where labels are known. */
  readonly accuracy: number | undefined;
  readonly otherAccuracy: number | undefined;
  /** Rows whose answers are furthest apart, the furthest first. */
  readonly furthest: readonly { readonly row: number; readonly maxAbsDiff: number }[];
}

/** Milliseconds for one input. */
export interface Latency {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly runs: number;
}

export interface ModelTimes {
  readonly rows: number;
  readonly onnxruntime: Latency;
  /** Undefined where the engine cannot run it. */
  readonly engine: Latency | undefined;
  /** The kernels that the engine ran it with, or why it cannot. */
  readonly kernels: string;
  readonly refusal: Text | undefined;
}

export interface ImportedProject {
  readonly document: NetwrightDocument;
  /** The run that holds its weights. */
  readonly run: string;
  /** It was exported by Netwright, and is the project it was exported from. */
  readonly isOwn: boolean;
  /** Against onnxruntime, in units of the largest value of a row, or of 1. */
  readonly maxAbsDiff: number;
  readonly isEqual: boolean;
  readonly remarks: readonly Text[];
}

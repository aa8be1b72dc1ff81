import type { Text } from '../declaration/text.ts';
import type { NetwrightDocument } from '../document/schema.ts';
import type {
  DataReport,
  Duplicates,
  FolderListing,
  KnownSetState,
  OpenedData,
  Part,
  Preparing,
  SamplePage,
  SampleRange,
  SampleSet,
} from './data-messages.ts';
import type { KeptHistograms, RunLabel, RunList, RunRecord, RunTakenUp } from './kept-run-messages.ts';
import type {
  Frame,
  Measured,
  PartPrediction,
  Prediction,
  RunOptions,
  RunStarted,
  StepTimes,
} from './live-run-messages.ts';
import type {
  ImportedProject,
  MissingFiles,
  ModelComparison,
  ModelData,
  ModelResult,
  ModelTable,
  ModelTimes,
  NamedFile,
  OpenedModel,
  ProposedSizes,
  Sizes,
} from './model-messages.ts';
import type { Extent } from './plane.ts';
import type { Refusal } from './refusal.ts';

/**
 * Every message that crosses a process; what is told of runs, data and models stands in the files beside this one. Typed
 * arrays travel as they are (wire.ts packs them for sockets).
 *
 *   studio ── Request {id} ──▶ engine ── Reply {id} ──▶ studio        one for one
 *   studio ── Control ───────▶ engine                                 one way; the next Frame shows the effect
 *   engine ── Frame ─────────▶ studio                                 at most 20 a second
 */
export interface Requests {
  /** What this engine is. */
  hello: {
    ask: Record<string, never>;
    answer: { version: string; threads: number; kernels: readonly string[] };
  };
  /** Compiles a document and begins to train it. */
  start: {
    /** `weightsOf`: a kept run whose weights it begins with, as far as names and shapes are the same. */
    ask: { document: NetwrightDocument; options: RunOptions; weightsOf?: string };
    answer: RunStarted;
  };
  /** The weights as they are now, on any inputs: x is [rows, …input shape]. */
  predict: { ask: { run: string; x: Float32Array; rows: number }; answer: Prediction };
  /**
   * The same on samples of a part of a data node, `count` of them from `first` on or as many as can be asked about at once;
   * `against` says whether they are to be answered with their targets or, as by an autoencoder, with themselves.
   */
  predictPart: {
    ask: {
      run: string;
      node: string;
      part: 'validation' | 'test';
      first: number;
      count: number;
      against: 'targets' | 'inputs';
    };
    answer: PartPrediction;
  };
  /** One weight of a node, which goes by its id in the flat document, as it is now. */
  weight: { ask: { run: string; node: string; weight: string }; answer: WeightNow };
  /** Looks at a file or a folder on the engine's machine: which source it is for, and what a Data node keeps of it. */
  openData: { ask: { path: string }; answer: OpenedData };
  /** What lies in a folder on the engine's machine; the person's own one without a path. */
  listFolder: { ask: { path?: string }; answer: FolderListing };
  /** The sets that everybody knows, and how far each has come to the engine's machine. */
  knownSets: { ask: Record<string, never>; answer: { sets: readonly KnownSetState[] } };
  /** Brings a known set to the engine's machine; answered when it is there, with the path to open. Whoever asks for one that is on its way already waits for that. */
  downloadSet: { ask: { set: string }; answer: { path: string } };
  /** What has come stays, and the next download goes on from it. */
  cancelDownload: { ask: { set: string }; answer: Record<string, never> };
  /**
   * Images that are being brought to size, for whatever question it was that needed them; one that is cancelled is refused
   * with the code `prepare.cancelled`.
   */
  preparing: { ask: Record<string, never>; answer: { preparing: readonly Preparing[] } };
  cancelPreparing: { ask: { path: string }; answer: Record<string, never> };
  /** How the samples of a data node are made up. */
  describeData: { ask: { document: NetwrightDocument; node: string }; answer: DataReport };
  /** Samples of a data node, in the split that training would use; with `most`, no more than that, those of `first` before others. */
  samples: {
    /** `varied`: training images as training varies them, each in so many epochs. */
    ask: {
      document: NetwrightDocument;
      node: string;
      most?: number;
      varied?: number;
      first?: 'validation' | 'test';
    };
    answer: SampleSet;
  };
  /**
   * One sample after the other: of a part, or of the class of that number in it, or those of given numbers. With an epoch,
   * as training varies them in it.
   */
  browseSamples: {
    ask: { document: NetwrightDocument; node: string; from: SampleRange; epoch?: number };
    answer: SamplePage;
  };
  /**
   * Samples that are there more than once. It looks on only while it is asked: with a share below 1, what has been found so
   * far is told, and whoever wants the rest asks again.
   */
  findDuplicates: { ask: { document: NetwrightDocument; node: string }; answer: Duplicates };
  /**
   * What some nodes of a document, by their ids in the flat one, make of a sample: with the weights of the run as they are,
   * or without one with those that training would begin with. The document may be half built: nodes that cannot be computed
   * yet have no picture.
   */
  preview: {
    ask: { document: NetwrightDocument; sample: number; nodes: readonly string[]; run?: string };
    answer: Preview;
  };
  /** How long each node takes in a step of this run; nothing before a step was timed. */
  times: { ask: { run: string }; answer: { times?: StepTimes } };
  /**
   * Trains the document for a moment, keeps nothing of it, and says what an epoch of it costs here. A later `measure` and
   * a `start` put an end to it: it is then refused with the code `measure.stopped`.
   */
  measure: { ask: { document: NetwrightDocument }; answer: Measured };
  /** A run's weights as ONNX; with `preprocessing` the graph takes values as they lie in files. */
  export: {
    ask: { run: string; weights: WhichWeights; preprocessing: boolean };
    answer: {
      /** Steps after which they were these, and where they are not those that were asked for, why. */
      step: number;
      notice?: Text;
      certificate: Certificate;
      preprocessing: Preprocessing;
      /** The file; undefined where it is too large to be sent, and lies on the engine's machine. */
      onnx?: Uint8Array;
      /** The model first, then what it keeps beside it. */
      written?: { files: readonly string[]; sizeBytes: number };
    };
  };
  /** The same as a module of PyTorch: a zip of its source, a script that trains it, and its weights. */
  exportPytorch: {
    ask: { run: string; weights: WhichWeights };
    answer: { zip: Uint8Array; files: readonly string[] };
  };
  /** A model with the files that it keeps values in, or one that lies on the engine's machine, with what lies in its folder. */
  openModel: {
    ask: { name: string; bytes: Uint8Array; beside?: readonly NamedFile[] } | { path: string };
    answer: OpenedModel | MissingFiles;
  };
  /** Runs an opened model in onnxruntime; `sizes` are those that it leaves open, `document` is the open project, whose data are meant by `project`. */
  runModel: {
    ask: { model: string; on: ModelData; document?: NetwrightDocument; sizes?: Sizes };
    answer: ModelResult;
  };
  /** Rows of a CSV file, as an opened model takes them. */
  modelTable: { ask: { model: string; name: string; bytes: Uint8Array; sizes?: Sizes }; answer: ModelTable };
  /** Runs two opened models on the same rows: the first of their outputs, each beside the other. */
  compareModels: {
    ask: { models: readonly [string, string]; on: ModelData; document?: NetwrightDocument; sizes?: Sizes };
    answer: ModelComparison;
  };
  /** How long onnxruntime and the engine take for the same input of `rows` rows, on one thread each. */
  timeModel: { ask: { model: string; rows: number; sizes?: Sizes }; answer: ModelTimes };
  /** Numbers that may do for the sizes that an opened model leaves open. */
  proposeSizes: { ask: { model: string }; answer: ProposedSizes };
  /** Makes a project of an opened model, and a run that holds its weights. */
  importModel: { ask: { model: string; sizes?: Sizes }; answer: ImportedProject };
  /** The runs that are kept on this machine, newest first. */
  runs: { ask: Record<string, never>; answer: RunList };
  readRun: { ask: { run: string }; answer: RunRecord };
  /** Histograms that a run kept of its tensors over time; nothing where it kept none. */
  readHistograms: { ask: { run: string }; answer: { kept?: KeptHistograms } };
  labelRun: { ask: { run: string; change: Partial<RunLabel> }; answer: RunLabel };
  /** Removes a run's folder. One that is being trained is refused. */
  deleteRun: { ask: { run: string }; answer: Record<string, never> };
  /** Goes on with a run from its last checkpoint, to the same bits as if it had never stopped. `epochs` are those in all. */
  continueRun: { ask: { run: string; epochs?: number; options: RunOptions }; answer: RunTakenUp };
  /** A new run of the same document that begins with the weights of the other's best epoch. */
  startFromBest: { ask: { run: string; options: RunOptions }; answer: RunTakenUp };
}

/**
 * Of a run: the newest weights, which are those of this moment where this studio trains it and else those of its last
 * checkpoint, or those that were kept of its best epoch.
 */
export type WhichWeights = 'last' | 'best';

export type RequestName = keyof Requests;
export type Ask<N extends RequestName> = Requests[N]['ask'];
export type Answer<N extends RequestName> = Requests[N]['answer'];

export type RequestMessage = {
  [N in RequestName]: { kind: 'request'; id: number; name: N; ask: Ask<N> };
}[RequestName];
export type ReplyMessage =
  | { kind: 'reply'; id: number; answer: Answer<RequestName> }
  | { kind: 'refusal'; id: number; error: Refusal };
export type ToEngine = RequestMessage | Control;
export type FromEngine = ReplyMessage | Frame;

export type Control = { readonly kind: 'control'; readonly run: string } & (
  | { readonly action: 'pause' | 'resume' | 'step' | 'stop' }
  | { readonly action: 'tune'; readonly learningRate: number }
  /** Which tensors frames carry histograms of. */
  | { readonly action: 'watch'; readonly tensors: 'all' | 'none' }
);

export interface WeightNow {
  /** Steps it was trained. */
  readonly step: number;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Preview {
  /** Steps that the weights were trained; undefined for those that training would begin with. */
  readonly step: number | undefined;
  /** Undefined where the document has no data. */
  readonly sample: PreviewSample | undefined;
  readonly pictures: readonly PreviewPicture[];
}

export interface PreviewSample {
  readonly index: number;
  /** Samples that there are. */
  readonly count: number;
  readonly part: Part;
  /** What it is to be answered with, of the first data node: numbers, or numbers of classes. */
  readonly target: Float32Array;
  readonly classes: readonly Text[] | undefined;
  /** Where inputs are two numbers: what part of the input plane pictures show, and where the sample lies on it. */
  readonly plane: { readonly extent: Extent; readonly x: number; readonly y: number } | undefined;
}

/**
 * What a node gives for one sample, cut down to what can be seen: [panes, rows, columns] numbers.
 *
 *   points      rows of [x, y, target]; the first is the sample itself
 *   plane       units; each a map of the input plane, row by row from the top
 *   maps        channels [H, W]
 *   attention   heads [queries, keys]
 *   sequence    one pane [positions, features]
 *   vector      one row of features
 *   tokens      one row of whole numbers
 *   answer      of a loss: one row, the prediction as a person reads it, such as a probability for each class
 */
export interface PreviewPicture {
  readonly node: string;
  readonly kind: 'points' | 'plane' | 'maps' | 'attention' | 'sequence' | 'vector' | 'tokens' | 'answer';
  /** Of what it was cut from, for one sample. */
  readonly shape: readonly number[];
  /** Which of `of` channels, units or heads are shown. */
  readonly panes: readonly number[];
  readonly of: number;
  readonly rows: number;
  readonly columns: number;
  /** Every so many rows and columns one was taken. */
  readonly everyRow: number;
  readonly everyColumn: number;
  readonly values: Float32Array;
}

export interface Certificate {
  /** maxAbsDiff ≤ tolerance for every node. */
  readonly equal: boolean;
  /** Largest |Δ|, in units of the largest |value| of its row where that is above 1. */
  readonly maxAbsDiff: number;
  readonly tolerance: number;
  readonly rows: number;
  readonly nodes: readonly CertificateNode[];
  /** SHA-256 of the ONNX file and of the weights. */
  readonly onnxSha256: string;
  readonly weightsSha256: string;
  readonly onnxruntime: string;
}

/** Where values from files become what a network takes: in the exported graph, before it, or nowhere, for there are no files. */
export type Preprocessing = 'inside' | 'outside' | 'none';

export interface CertificateNode {
  readonly name: string;
  readonly node: string;
  /** Over every value the node made and its weights, in the unit of the certificate's. */
  readonly maxAbsDiff: number;
  readonly equal: boolean;
}

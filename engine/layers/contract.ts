import type { Fields, Params, ParamsOf } from '../declaration/fields.ts';
import type { Problem } from '../declaration/problem.ts';
import type { LayerDocumentation } from '../declaration/reference.ts';
import type { TensorType } from '../declaration/tensor-type.ts';
import type { Text } from '../declaration/text.ts';
import type { LayerBuilder, Tensor } from '../ops/contract.ts';

export type Category =
  | 'data'
  | 'linear'
  | 'convolution'
  | 'normalisation'
  | 'activation'
  | 'attention'
  | 'shape'
  | 'regularisation'
  | 'loss'
  | 'block';

export interface Port {
  readonly name: string;
  readonly label: Text;
  /** What may be wired to it (input) or comes out of it (output): numbers, whole numbers (`labels`: class labels, tokens), or either. */
  readonly carries: 'numbers' | 'labels' | 'any';
  /** An input that the layer can do without. */
  readonly optional?: true;
}

export interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What stands on a node: words in both languages, or what is the same in every language, numbers and signs. */
export type Face = Text | string;

/** An initializer and its parameters; missing ones take their defaults. */
export interface Initializer {
  readonly type: string;
  readonly params: Params;
}

/** Numbers that are what they are. */
export interface FixedValues {
  readonly values: Float32Array;
}

/** A tensor that a layer keeps between steps: a trained one, statistics that it gathers, or numbers that never change. */
export interface WeightDeclaration {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fanIn: number;
  readonly fanOut: number;
  /** `project` = the initialisation that the training settings name. */
  readonly initializer: 'project' | 'zeros' | 'ones' | Initializer | FixedValues;
  /** What the initial values are multiplied by; 1 without it. */
  readonly scale?: number;
  /** A bias or the weight of a norm, which regularisation leaves alone unless it is told not to. */
  readonly decays?: false;
  /** Not changed by the optimizer, and no parameter in any count: running statistics, which the layer's ops write to, and fixed values. */
  readonly trained?: false;
}

/** A problem as a layer sees it; the document adds which node it is on. */
export interface LayerProblem {
  readonly code: string;
  readonly severity?: Problem['severity'];
  readonly field?: string;
  readonly port?: string;
  readonly message: Text;
}

/** A layer among those that another layer opens into. Column and row say where it stands among them. */
export interface OpenedNode {
  /** Unique among them. */
  readonly name: string;
  readonly type: string;
  readonly params: Params;
  readonly column: number;
  readonly row: number;
}

/** A port of one of them, by its name. */
export interface OpenedEnd {
  readonly node: string;
  readonly port: string;
}

export interface OpenedWire {
  readonly from: OpenedEnd;
  readonly to: OpenedEnd;
}

/** The same computation as simpler layers. */
export interface OpenedLayer {
  /** In the order in which they compute. */
  readonly nodes: readonly OpenedNode[];
  readonly wires: readonly OpenedWire[];
  /** Where a wire to the layer's own port goes on to, and where one from it comes from. */
  readonly ports: {
    readonly inputs: Readonly<Record<string, readonly OpenedEnd[]>>;
    readonly outputs: Readonly<Record<string, OpenedEnd>>;
  };
}

/** Types of the tensors on the input ports; absent where nothing usable is wired yet. */
export type InputTypes = Readonly<Record<string, TensorType | undefined>>;

/**
 * What the user sees as one node. From this declaration come palette entry, inspector form, validation, handles, wire
 * labels, counts, allocation, initialisation, training, ONNX, PyTorch code and help; there is no second copy.
 * The first dimension of every tensor on a port is the batch.
 */
export interface LayerDefinition<F extends Fields = Fields> {
  readonly type: string;
  readonly version: number;
  /** What a new node is called, with a number behind; its type without it. */
  readonly shortName?: string;
  readonly title: Text;
  readonly category: Category;
  readonly doc: LayerDocumentation;
  readonly fields: F;
  readonly ports: Ports;
  /** Those of the ports that the layer has with these parameters; all without it. */
  usedPorts?(params: ParamsOf<F>): Ports;
  /** Types that its inputs typically have, two samples each: what its help shows. Two rows of three numbers without it. */
  readonly example?: InputTypes;
  /** The parameters that matter, on the node's face, in one short line; empty when there are none. */
  face(params: ParamsOf<F>, inputs: InputTypes): Face;
  /** What is wrong with these parameters and inputs beyond each field's own range and missing wires. Never throws. */
  check(params: ParamsOf<F>, inputs: InputTypes): readonly LayerProblem[];
  /** What is wrong with training it on batches of so many rows; asked where `check` found nothing. */
  checkBatch?(params: ParamsOf<F>, inputs: InputTypes, batchSize: number): readonly LayerProblem[];
  weights(params: ParamsOf<F>, inputs: InputTypes): readonly WeightDeclaration[];
  /** Emits the layer's ops; called only when `check` found nothing. Hands back a tensor for each output port. */
  build(
    g: LayerBuilder,
    params: ParamsOf<F>,
    inputs: Readonly<Record<string, Tensor>>,
    weights: Readonly<Record<string, Tensor>>,
  ): Readonly<Record<string, Tensor>>;
  /**
   * What the layer is made of, for layers that are made of others: the same numbers from the same weights. The weight
   * `query.weight` of the whole is the weight `weight` of the part `query`. Called only when `check` found nothing.
   */
  open?(params: ParamsOf<F>, inputs: InputTypes): OpenedLayer;
  /** The PyTorch expression that makes this layer, such as `nn.Linear(2, 4)`; a remark behind it begins with two spaces. */
  pytorch(params: ParamsOf<F>, inputs: InputTypes): string;
  /** Source of the class that `pytorch` names, where PyTorch has none of its own and it is the same for all parameters. */
  readonly pytorchClass?: string;
  /** How PyTorch calls the weights that it calls otherwise; `transposed` where the two dimensions change places. */
  readonly pytorchWeights?: Readonly<Record<string, PytorchWeight>>;
}

export interface PytorchWeight {
  readonly name: string;
  readonly transposed?: true;
  /** A row that counts as zeros whatever stands in it; −1 for none. */
  zeroRow?(params: Params): number;
}

/** A definition whose parameter type has been forgotten, as lists hold it. */
export type AnyLayer = Omit<
  LayerDefinition,
  'face' | 'usedPorts' | 'check' | 'checkBatch' | 'weights' | 'build' | 'open' | 'pytorch'
> & {
  usedPorts?(params: Params): Ports;
  face(params: Params, inputs: InputTypes): Face;
  check(params: Params, inputs: InputTypes): readonly LayerProblem[];
  checkBatch?(params: Params, inputs: InputTypes, batchSize: number): readonly LayerProblem[];
  weights(params: Params, inputs: InputTypes): readonly WeightDeclaration[];
  build(
    g: LayerBuilder,
    params: Params,
    inputs: Readonly<Record<string, Tensor>>,
    weights: Readonly<Record<string, Tensor>>,
  ): Readonly<Record<string, Tensor>>;
  open?(params: Params, inputs: InputTypes): OpenedLayer;
  pytorch(params: Params, inputs: InputTypes): string;
};

/** What can be said of anything that stands on the canvas: a layer, a block, an end of a block's inside. */
export type NodeDeclaration = Pick<
  AnyLayer,
  'type' | 'shortName' | 'title' | 'category' | 'fields' | 'ports' | 'usedPorts' | 'face'
>;

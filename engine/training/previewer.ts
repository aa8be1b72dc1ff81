import { compileForward, type ForwardPlan } from '../compiler/forward.ts';
import { MixedTargets } from '../data/sources/mixup.ts';
import { areNumbers, copyRow, rowSource } from '../data/sources/rows.ts';
import { NetwrightError } from '../declaration/problem.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import { text } from '../declaration/text.ts';
import { type Analysis, analyseDocument } from '../document/analyse.ts';
import { splitBy } from '../document/run-length.ts';
import type { DocumentNode, NetwrightDocument } from '../document/schema.ts';
import type { Preview, PreviewPicture, PreviewSample } from '../protocol/messages.ts';
import { type Extent, gridOf, squareExtent } from '../protocol/plane.ts';
import type { KernelSource } from '../runtime/faces.ts';
import { Machine } from '../runtime/machine.ts';
import { type Dataset, datasetOf, type ReadFiles } from './dataset.ts';
import { answerPicture, pictureOf, pointsPicture } from './preview-pictures.ts';
import type { NamedTensor } from './safetensors.ts';
import { initialiseWeights, viewOf } from './weights.ts';

export interface PreviewAsk {
  readonly document: NetwrightDocument;
  readonly sample: number;
  /** Ids in the flat document. */
  readonly nodes: readonly string[];
  /** Of a run; those that training begins with without them. */
  readonly trained: { readonly step: number; readonly weights: readonly NamedTensor[] } | undefined;
}

interface Network {
  readonly key: string;
  readonly machine: Machine<ForwardPlan>;
  /** Points on a side of the grid over the input plane; 0 where inputs are something else. */
  readonly gridSize: number;
}

/** A map of the input plane is so many points wide where memory allows. */
const gridSizes = [24, 12];
/** Numbers that all nodes together may give for a grid. */
const mostGridNumbers = 2 ** 24;

/**
 * Computes what nodes make of a sample, on a machine of its own: a run that goes on beside it is not touched. What does not
 * change between two questions, samples and compiled network, is kept.
 */
export class Previewer {
  private readonly source: KernelSource;
  private readonly spareBytes: () => number;
  private readonly readFiles: ReadFiles;
  private datasets: ReadonlyMap<string, Dataset> = new Map();
  private network: Network | undefined;

  constructor(source: KernelSource, spareBytes: () => number, readFiles: ReadFiles) {
    this.source = source;
    this.spareBytes = spareBytes;
    this.readFiles = readFiles;
  }

  /** Throws a NetwrightError when there is not enough memory. */
  async look({ document, sample, nodes, trained }: PreviewAsk): Promise<Preview> {
    const analysis = analyseDocument(document);
    const datasets = await this.datasetsOf(document, analysis.data);
    const [first] = datasets;
    if (first === undefined) return { step: undefined, sample: undefined, pictures: [] };
    const count = Math.min(...datasets.map(({ samples }) => samples.count));
    const index = Math.min(sample, count - 1);
    const extent = planeOf(datasets);
    const network = await this.networkOf(document, analysis, extent !== undefined);
    const { machine, gridSize } = network;
    setWeights(machine, document.training.seed, trained?.weights ?? []);
    fill(machine, datasets, index, extent && gridOf(extent, gridSize));
    machine.run(machine.loaded(machine.plan.programs.forward));
    const pictures = nodes.flatMap((node): PreviewPicture[] => {
      const answer = machine.plan.answers.get(node);
      if (answer !== undefined) return [answerPicture(node, answer, machine.arena)];
      const made = machine.plan.nodes.get(node);
      if (made === undefined) return [];
      if (extent === undefined || node !== first.node)
        return [pictureOf(node, made, machine.arena, gridSize)];
      const { x, y } = first.samples;
      if (!areNumbers(x)) return [];
      return [pointsPicture(node, x, y, elementCount(first.sample.target.shape), index)];
    });
    return { step: trained?.step, sample: describe(first, index, count, extent), pictures };
  }

  private async datasetsOf(document: NetwrightDocument, nodes: readonly DocumentNode[]): Promise<Dataset[]> {
    const split = splitBy(document.training);
    const found = new Map<string, Dataset>();
    for (const node of nodes) {
      const key = JSON.stringify([node.id, node.type, node.params, split]);
      const dataset = this.datasets.get(key) ?? (await samplesOf(document, node, this.readFiles));
      if (dataset !== undefined) found.set(key, dataset);
    }
    this.datasets = found;
    return [...found.values()];
  }

  private async networkOf(
    { training }: NetwrightDocument,
    analysis: Analysis,
    onPlane: boolean,
  ): Promise<Network> {
    const { flat } = analysis;
    const key = JSON.stringify([
      flat.nodes.map(({ id, name, type, params, weightsOf }) => [id, name, type, params, weightsOf]),
      flat.wires.map(({ from, to }) => [from, to]),
      training.initializer,
    ]);
    if (this.network?.key === key) return this.network;
    const gridSize = onPlane ? gridSizeOf(analysis) : 0;
    const plan = compileForward(analysis, 1 + gridSize * gridSize);
    const bytes = plan.arenaWords * 4;
    const spare = this.spareBytes();
    if (bytes > spare) throw tooLarge(bytes, spare);
    const machine = await Machine.build(plan, { source: this.source, threads: 1, spawn: noHelpers });
    this.network = { key, machine, gridSize };
    return this.network;
  }
}

/** Data that cannot be made yet is as good as none. */
async function samplesOf(
  document: NetwrightDocument,
  node: DocumentNode,
  readFiles: ReadFiles,
): Promise<Dataset | undefined> {
  try {
    return await datasetOf(document, node, readFiles);
  } catch (error) {
    if (error instanceof NetwrightError) return undefined;
    throw error;
  }
}

const noHelpers = (): Promise<void> => Promise.reject(new Error('a preview is computed by one thread'));

/** The part of the input plane that is shown, where the one input there is two numbers. */
function planeOf([first, ...more]: readonly Dataset[]): Extent | undefined {
  if (first === undefined || more.length > 0) return undefined;
  const { shape, dtype } = first.sample.input;
  const { x } = first.samples;
  return dtype === 'float32' && shape.length === 1 && shape[0] === 2 && areNumbers(x)
    ? squareExtent(x)
    : undefined;
}

function gridSizeOf({ nodes }: Analysis): number {
  // Shapes are known for some batch or other.
  const perSample = [...nodes.values()].reduce(
    (sum, { outputs }) =>
      sum + Object.values(outputs).reduce((all, type) => all + elementCount(type?.shape.slice(1) ?? [0]), 0),
    0,
  );
  return gridSizes.find((size) => size * size * perSample <= mostGridNumbers) ?? 0;
}

/** Initial weights, and in their place those of the same name and size that a run has trained. */
function setWeights(
  { plan, arena }: Machine<ForwardPlan>,
  seed: number,
  trained: readonly NamedTensor[],
): void {
  initialiseWeights(plan, arena, seed);
  const byName = new Map(trained.map(({ name, values }) => [name, values]));
  for (const weight of plan.weights) {
    const values = byName.get(weight.name);
    const words = viewOf(weight, arena);
    if (values?.length === words.length) words.set(values);
  }
}

/** The sample in the first row of every input and, over the input plane, a point of the grid in each of the others. */
function fill(
  { plan, arena }: Machine<ForwardPlan>,
  datasets: readonly Dataset[],
  sample: number,
  grid: Float32Array | undefined,
): void {
  const { batch, inputs } = plan.programs.forward;
  for (const [i, { node, port, dtype, shape }] of plan.inputs.entries()) {
    const from = datasets.find((dataset) => dataset.node === node)?.samples;
    const size = elementCount(shape);
    const word = inputs[i] as number;
    const words = dtype === 'int32' ? arena.ints : arena.floats;
    words.fill(0, word, word + batch * size);
    if (port === 'y' && from?.mixing !== undefined) {
      new MixedTargets(from.y, from.mixing, 0).copy(sample, undefined, arena.floats, word);
    } else if (from !== undefined) copyRow(rowSource(from, port, size), sample, words, word);
    if (grid !== undefined && port === 'x') words.set(grid, word + size);
  }
}

function describe(
  { sample: { target }, samples, split }: Dataset,
  index: number,
  count: number,
  extent: Extent | undefined,
): PreviewSample {
  const size = elementCount(target.shape);
  return {
    index,
    count,
    part: split.test.includes(index) ? 'test' : split.validation.includes(index) ? 'validation' : 'train',
    target: Float32Array.from(samples.y.subarray(index * size, (index + 1) * size)),
    classes: target.kind === 'class' ? target.classes : undefined,
    plane:
      extent && areNumbers(samples.x)
        ? { extent, x: samples.x[2 * index] as number, y: samples.x[2 * index + 1] as number }
        : undefined,
  };
}

function tooLarge(bytes: number, spare: number): NetwrightError {
  const [needed, found] = [bytes, spare].map((size) => Math.ceil(size / 2 ** 20));
  return new NetwrightError(
    'preview.too-large',
    text(
      `Showing what each node makes of a sample needs ${needed} MiB of memory, found ${found} MiB.`,
      `显示各节点对样本的输出需要 ${needed} MiB 内存，目前只有 ${found} MiB。`,
    ),
  );
}

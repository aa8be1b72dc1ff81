import { beforeAll, describe, expect, it } from 'vitest';
import { compilePlan } from '../../../engine/compiler/compile.ts';
import { elementCount } from '../../../engine/declaration/tensor-type.ts';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { readFiles } from '../../../engine/hosts/data-files.ts';
import { kernelsHere } from '../../../engine/hosts/engine-parts.ts';
import { spawnPoolThread } from '../../../engine/hosts/pool-threads.ts';
import type { Preview, PreviewPicture } from '../../../engine/protocol/messages.ts';
import { gridOf } from '../../../engine/protocol/plane.ts';
import { chooseKernels, type KernelSource } from '../../../engine/runtime/faces.ts';
import { Machine } from '../../../engine/runtime/machine.ts';
import { Batches } from '../../../engine/training/batches.ts';
import { datasetsOf } from '../../../engine/training/dataset.ts';
import { pointsPicture } from '../../../engine/training/preview-pictures.ts';
import { Previewer } from '../../../engine/training/previewer.ts';
import { copyTensors, initialiseWeights, viewOf } from '../../../engine/training/weights.ts';
import { inMemory } from '../data/in-memory.ts';
import { mlpDocument } from '../documents.ts';
import { template } from './templates.ts';

let source: KernelSource;
let previewer: Previewer;
beforeAll(async () => {
  source = await chooseKernels('auto', kernelsHere);
  previewer = new Previewer(source, () => Infinity, readFiles);
});

const idsOf = (document: NetwrightDocument): string[] =>
  analyseDocument(document).flat.nodes.map(({ id }) => id);

const look = (document: NetwrightDocument, sample = 0): Promise<Preview> =>
  previewer.look({ document, sample, nodes: idsOf(document), trained: undefined });

const pictureIn = ({ pictures }: Preview, node: string): PreviewPicture => {
  const found = pictures.find((picture) => picture.node === node);
  if (found === undefined) throw new Error(`no picture of ${node}`);
  return found;
};

/** Every node's output for one sample, by the program that certificates are made with. */
async function keptOutputs(document: NetwrightDocument, sample: number) {
  const datasets = await datasetsOf(document, analyseDocument(document).data, readFiles);
  const plan = compilePlan(document, { counts: { train: 1, test: 0 }, evaluateBatch: 1, keepAll: true });
  const machine = await Machine.build(plan, { source, threads: 1, spawn: spawnPoolThread });
  initialiseWeights(plan, machine.arena, document.training.seed);
  const batches = new Batches(
    new Map(datasets.map(({ node, samples }) => [node, samples])),
    plan,
    machine.arena,
    document.training.seed,
  );
  batches.load(plan.programs.evaluate, Uint32Array.of(sample), 0);
  machine.run(machine.loaded(plan.programs.evaluate));
  // A node's first output counts.
  return new Map(
    plan.programs.evaluate.kept
      .toReversed()
      .map((tensor) => [tensor.node, [...viewOf(tensor, machine.arena)]]),
  );
}

/** The numbers of a tensor that a picture took. */
function taken(
  whole: readonly number[],
  { shape, panes, rows, columns, everyRow, everyColumn }: PreviewPicture,
): number[] {
  const [height = 1, width = 1] = shape.length === 1 ? [1, shape[0]] : shape.slice(-2);
  return panes.flatMap((pane) =>
    Array.from(
      { length: rows * columns },
      (_, at) =>
        whole[
          (pane * height + Math.floor(at / columns) * everyRow) * width + (at % columns) * everyColumn
        ] as number,
    ),
  );
}

describe('a preview', () => {
  it.each(['lenet', 'transformer', 'resnet', 'waveforms'])(
    'shows what every node of %s gives for a sample, bit for bit what an evaluation gives',
    async (id) => {
      const document = template(id, {}, 40);
      const preview = await look(document, 7);
      const kept = await keptOutputs(document, 7);
      const { losses } = analyseDocument(document);
      const isLoss = (node: string): boolean => losses.some(({ id: loss }) => loss === node);
      const compared = preview.pictures.filter(({ kind, node }) => kind !== 'attention' && !isLoss(node));
      for (const picture of compared)
        expect([...picture.values], picture.node).toEqual(taken(kept.get(picture.node) ?? [], picture));
      const { data } = analyseDocument(document);
      expect(preview.pictures.length).toBe(idsOf(document).length);
      expect(preview.sample).toMatchObject({ index: 7, part: expect.stringMatching(/^(train|test)$/) });
      expect(preview.pictures.map(({ node }) => node)).toEqual(
        expect.arrayContaining(data.map((node) => node.id)),
      );
    },
  );

  it('shows of a loss what the network answers, as the probabilities that the logits before it come to', async () => {
    const document = template('lenet', {}, 40);
    const preview = await look(document, 7);
    const { losses, topology } = analyseDocument(document);
    const [loss = expect.fail()] = losses;
    const answer = pictureIn(preview, loss.id);
    const before = topology.into.get(loss.id)?.find(({ to }) => to.port === 'prediction')?.from.node;
    const logits = [...pictureIn(preview, before ?? '').values];
    const powers = logits.map((logit) => Math.exp(logit));
    const sum = powers.reduce((all, power) => all + power, 0);
    expect(answer).toMatchObject({ kind: 'answer', rows: 1, columns: logits.length });
    for (const [i, power] of powers.entries()) expect(answer.values[i]).toBeCloseTo(power / sum, 5);
    // Of a number nothing is to be read but the number.
    const line = await look(template('line'), 2);
    const [one = expect.fail()] = analyseDocument(template('line')).losses;
    expect(pictureIn(line, one.id)).toMatchObject({ kind: 'answer', shape: [1] });
  });

  it('shows of attention how much each position looks at each other one, head by head', async () => {
    const maps = (await look(template('transformer'))).pictures.filter(({ kind }) => kind === 'attention');
    expect(maps.length).toBeGreaterThan(0);
    for (const { panes, rows, columns, values } of maps) {
      expect(panes.length).toBeGreaterThan(1);
      for (let row = 0; row < panes.length * rows; row++) {
        const sum = values.subarray(row * columns, (row + 1) * columns).reduce((all, share) => all + share);
        expect(sum).toBeCloseTo(1, 5);
      }
    }
  });

  it('shows what units answer all over the input plane', async () => {
    const document = mlpDocument();
    const preview = await look(document, 3);
    const { plane } = preview.sample ?? {};
    const fc1 = pictureIn(preview, 'fc1');
    expect(fc1).toMatchObject({ kind: 'plane', panes: [0, 1, 2, 3], of: 4, rows: 24, columns: 24 });
    const plan = compilePlan(document, { counts: { train: 1, test: 0 } });
    const machine = await Machine.build(plan, { source, threads: 1, spawn: spawnPoolThread });
    initialiseWeights(plan, machine.arena, document.training.seed);
    const [weight] = copyTensors(plan.weights, machine.arena);
    const grid = gridOf(plane?.extent ?? { xMin: 0, xMax: 0, yMin: 0, yMax: 0 }, 24);
    for (const unit of [0, 3]) {
      for (const cell of [0, 100, 575]) {
        // The bias begins with zeros.
        const w = (row: number): number => weight?.values[row * 4 + unit] as number;
        const expected = (grid[2 * cell] as number) * w(0) + (grid[2 * cell + 1] as number) * w(1);
        expect(fc1.values[unit * 576 + cell]).toBeCloseTo(expected, 5);
      }
    }
    const points = pictureIn(preview, 'data');
    const [{ samples }] = await datasetsOf(document, analyseDocument(document).data, readFiles);
    expect(points.kind).toBe('points');
    const { x } = inMemory(samples);
    expect([plane?.x, plane?.y]).toEqual([x[6], x[7]]);
    expect([...points.values.subarray(0, 3)]).toEqual([x[6], x[7], samples.y[3]]);
  });

  it('shows points of both classes in their share, however many there are and in whatever order', () => {
    const x = (count: number) => new Float32Array(2 * count);
    for (const count of [2, 240, 300, 480, 2000]) {
      for (const period of [1, 2, 5, count / 2]) {
        const y = Array.from({ length: count }, (_, row) => Math.floor(row / period) % 2);
        const { rows, values } = pointsPicture('data', x(count), y, 1, 0);
        expect(rows).toBeLessThanOrEqual(241);
        // The first is the sample itself.
        const shown = Array.from({ length: rows - 1 }, (_, i) => values[3 * (i + 1) + 2] as number);
        const share = shown.reduce((sum, target) => sum + target, 0) / shown.length;
        const whole = y.reduce((sum, target) => sum + target, 0) / count;
        expect(Math.abs(share - whole), `${count} by ${period}`).toBeLessThan(0.1);
      }
    }
  });

  it('goes as far as a half-built network does', async () => {
    const whole = mlpDocument();
    const unwired = { ...whole, wires: whole.wires.filter(({ to }) => to.node !== 'fc2') };
    const shown = (await look(unwired)).pictures.map(({ node }) => node);
    expect(shown).toEqual(['data', 'fc1', 'relu1']);
    const lossless = { ...whole, nodes: whole.nodes.filter(({ type }) => type !== 'cross-entropy') };
    const [withLoss, without] = [await look(whole), await look(lossless)];
    expect(pictureIn(without, 'fc3').values).toEqual(pictureIn(withLoss, 'fc3').values);
    const wrong = whole.nodes.map((node) =>
      node.id === 'fc2' ? { ...node, params: { outFeatures: -1 } } : node,
    );
    expect((await look({ ...whole, nodes: wrong })).pictures.map(({ node }) => node)).toEqual(shown);
    const empty = await look({ ...whole, nodes: [], wires: [] });
    expect(empty).toEqual({ step: undefined, sample: undefined, pictures: [] });
  });

  it('takes no more of a large output than can be seen, and says what it took', async () => {
    const { pictures } = await look(template('resnet', {}, 40));
    for (const { panes, of, rows, columns, shape, values, everyRow } of pictures) {
      expect(panes.length).toBe(Math.min(of, 8));
      expect(rows).toBeLessThanOrEqual(32);
      expect(values.length).toBe(panes.length * rows * columns);
      if (shape.length === 3) expect(rows).toBe(Math.ceil((shape[1] ?? 0) / everyRow));
    }
    const large = pictures.find(({ of }) => of > 8);
    expect(elementCount(large?.shape ?? [])).toBeGreaterThan(large?.values.length ?? Infinity);
  });

  it('uses the weights of a run where there is one, and those that training begins with where not', async () => {
    const document = mlpDocument();
    const plan = compilePlan(document, { counts: { train: 80, test: 20 } });
    const machine = await Machine.build(plan, { source, threads: 1, spawn: spawnPoolThread });
    const weights = copyTensors(plan.weights, machine.arena).map((tensor) => ({
      ...tensor,
      values: tensor.values.map(() => 0.5),
    }));
    const trained = await previewer.look({
      document,
      sample: 0,
      nodes: ['fc1'],
      trained: { step: 9, weights },
    });
    expect(trained.step).toBe(9);
    const [first, ...others] = [0, 1, 2, 3].map((unit) =>
      [...pictureIn(trained, 'fc1').values].slice(unit * 576, (unit + 1) * 576),
    );
    for (const other of others) expect(other).toEqual(first);
    const before = await look(document);
    expect(before.step).toBeUndefined();
    expect(pictureIn(before, 'fc1').values).not.toEqual(pictureIn(trained, 'fc1').values);
  });

  it('is refused with both numbers where there is not enough memory', async () => {
    const small = new Previewer(source, () => 1000, readFiles);
    await expect(
      small.look({ document: mlpDocument(), sample: 0, nodes: [], trained: undefined }),
    ).rejects.toThrow(/needs 1 MiB of memory, found 1 MiB/);
  });
});

import { crc32 } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { Augmenter, augmentationIn } from '../../../engine/data/sources/augment.ts';
import type { Augmentation } from '../../../engine/data/sources/contract.ts';
import { MixedTargets, VariedImages } from '../../../engine/data/sources/mixup.ts';
import { rowSource } from '../../../engine/data/sources/rows.ts';
import { openData } from '../../../engine/hosts/data-files.ts';
import { sampleSet, samplesOf, variedSet } from '../../../engine/hosts/document-samples.ts';
import { prepareHere, sha256 } from '../../../engine/hosts/training-thread.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../engine/training/checkpoint.ts';
import { weightBytes } from '../../../engine/training/weights.ts';
import { chainDocument } from '../documents.ts';
import { inMemory } from './in-memory.ts';
import { dataFolder, mnistLike } from './sample-files.ts';

const folder = dataFolder();
afterAll(() => folder.remove());

const none: Augmentation = { crop: 0, flip: false, rotate: 0, brightness: 0, cutout: 0, mixup: 0 };
const [height, width] = [5, 7];
const size = 2 * height * width;
/** Every pixel of every image is another number. */
const pixels = Uint8Array.from({ length: 3 * size }, (_, i) => 1 + (i % 250));
const source = rowSource(
  {
    count: 3,
    x: pixels,
    y: new Int32Array(3),
    scaling: { channelSize: height * width, scale: Float64Array.of(1, 1), shift: Float64Array.of(0, 0) },
  },
  'x',
  size,
);

function varied(how: Partial<Augmentation>, row = 1, epoch = 0, seed = 1): Float32Array {
  const to = new Float32Array(size);
  new Augmenter(source, [2, height, width], { ...none, ...how }, seed).copy(row, epoch, to, 0);
  return to;
}

const original = Float32Array.from(pixels.subarray(size, 2 * size));
const at = (image: Float32Array, channel: number, y: number, x: number): number =>
  image[channel * height * width + y * width + x] as number;
const many = Array.from({ length: 200 }, (_, epoch) => epoch);

describe('an image that is varied', () => {
  it('is itself where nothing is chosen', () => {
    expect(varied({})).toEqual(original);
    expect(augmentationIn(none as unknown as Record<string, unknown>)).toBeUndefined();
    expect(augmentationIn({ crop: 4 })).toEqual({ ...none, crop: 4 });
  });

  it('is mirrored in half of all epochs, in all channels alike', () => {
    const mirrored = Float32Array.from({ length: size }, (_, i) =>
      at(original, Math.floor(i / 35), Math.floor((i % 35) / 7), 6 - (i % 7)),
    );
    const images = many.map((epoch) => varied({ flip: true }, 1, epoch));
    const count = images.filter((image) => image[0] !== original[0]).length;
    for (const image of images) expect([original, mirrored]).toContainEqual(image);
    expect(count).toBeGreaterThan(75);
    expect(count).toBeLessThan(125);
  });

  it('is moved by every distance up to the border, and black where it came from outside', () => {
    const seen = new Set<string>();
    for (const epoch of many) {
      const image = varied({ crop: 2 }, 1, epoch);
      const shifts = [-2, -1, 0, 1, 2].flatMap((down) =>
        [-2, -1, 0, 1, 2].map((across) => [down, across] as const),
      );
      const found = shifts.filter(([down, across]) => {
        for (let c = 0; c < 2; c++) {
          for (let y = 0; y < height; y++) {
            for (let x = 0; x < width; x++) {
              const inside = y + down >= 0 && y + down < height && x + across >= 0 && x + across < width;
              if (at(image, c, y, x) !== (inside ? at(original, c, y + down, x + across) : 0)) return false;
            }
          }
        }
        return true;
      });
      expect(found, `epoch ${epoch}`).toHaveLength(1);
      seen.add(String(found[0]));
    }
    expect(seen.size).toBe(25);
  });

  it('has a square blotted out that is never larger, and is brighter or darker as a whole', () => {
    for (const epoch of many.slice(0, 40)) {
      const blotted = varied({ cutout: 3 }, 1, epoch);
      const gone = blotted.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
      expect(gone).toBeGreaterThan(0);
      expect(gone).toBeLessThanOrEqual(2 * 9);
      const bright = varied({ brightness: 0.5 }, 1, epoch);
      const factor = (bright[0] as number) / (original[0] as number);
      expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.5);
      for (const [i, value] of bright.entries())
        expect(value / (original[i] as number)).toBeCloseTo(factor, 4);
    }
  });

  it('is turned about its middle by any angle up to the one that is set', () => {
    const side = 9;
    /** A bright spot right of the middle, by 3 pixels. */
    const spot = new Uint8Array(side * side);
    spot[4 * side + 7] = 200;
    const samples = {
      count: 1,
      x: spot,
      y: new Int32Array(1),
      scaling: { channelSize: side * side, scale: Float64Array.of(1), shift: Float64Array.of(0) },
    };
    const angles = many.map((epoch) => {
      const to = new Float32Array(side * side);
      const how = { ...none, rotate: 90 };
      new Augmenter(rowSource(samples, 'x', side * side), [1, side, side], how, 1).copy(0, epoch, to, 0);
      let [mass, y, x] = [0, 0, 0];
      for (const [i, value] of to.entries()) {
        mass += value;
        y += value * (Math.floor(i / side) - 4);
        x += value * ((i % side) - 4);
      }
      // The light is where the spot went, as far from the middle as before.
      expect(Math.hypot(y / mass, x / mass)).toBeGreaterThan(2.5);
      expect(Math.hypot(y / mass, x / mass)).toBeLessThan(3.3);
      return (Math.atan2(y, x) * 180) / Math.PI;
    });
    expect(Math.max(...angles)).toBeGreaterThan(75);
    expect(Math.min(...angles)).toBeLessThan(-75);
    expect(Math.max(...angles.map(Math.abs))).toBeLessThan(97);
    expect(angles.filter((angle) => angle > 0).length).toBeGreaterThan(70);
  });

  it('depends on seed, epoch and row, and on nothing else', () => {
    const how = { crop: 2, flip: true, rotate: 20, brightness: 0.3, cutout: 2 };
    expect(varied(how, 1, 3)).toEqual(varied(how, 1, 3));
    const shared = new Augmenter(source, [2, height, width], { ...none, ...how }, 1);
    const after = new Float32Array(size);
    shared.copy(0, 9, after, 0);
    shared.copy(1, 3, after, 0);
    expect(after).toEqual(varied(how, 1, 3));
    expect(varied(how, 1, 4)).not.toEqual(varied(how, 1, 3));
    expect(varied(how, 1, 3, 2)).not.toEqual(varied(how, 1, 3));
  });
});

describe('training on varied images', () => {
  const variations = { crop: 2, flip: true, rotate: 30, brightness: 0.2, cutout: 2 };
  const network = async (more = {}) => {
    const { files } = await openData(folder.write('mnist', mnistLike()));
    const document = chainDocument(
      [
        ['flat', 'flatten'],
        ['fc1', 'linear', { outFeatures: 16 }],
        ['relu', 'relu'],
        ['fc2', 'linear', { outFeatures: 4 }],
      ],
      'cross-entropy',
      { source: 'idx', files, ...more },
    );
    return { ...document, training: { ...document.training, epochs: 4 } };
  };
  const begin = async (threads: number, more = {}) =>
    prepareHere({
      document: await network(more),
      options: { threads },
      run: 'test',
      compile: { parallelThreshold: 0 },
    });
  const digest = ({ trainer }: Awaited<ReturnType<typeof begin>>): string =>
    sha256(weightBytes(trainer.weights()));

  it.each([
    ['varied', variations],
    ['varied and blended', { ...variations, mixup: 0.4 }],
  ])(
    'gives the same bits on one and two threads and across an interruption in the middle of an epoch: %s',
    async (_name, how) => {
      const digests: string[] = [];
      for (const threads of [1, 2]) {
        const prepared = await begin(threads, how);
        while (!prepared.trainer.finished) prepared.trainer.step();
        digests.push(digest(prepared));
        prepared.machine.close();
      }
      const first = await begin(1, how);
      for (let step = 0; step < 11; step++) first.trainer.step();
      const kept = first.trainer.checkpoint();
      if (kept === undefined) throw new Error('the weights are finite');
      const file = encodeCheckpoint(kept, crc32);
      first.machine.close();
      const second = await begin(1, how);
      second.trainer.restore(decodeCheckpoint(file, 'kept', crc32), 'kept');
      while (!second.trainer.finished) second.trainer.step();
      digests.push(digest(second));
      second.machine.close();
      expect(new Set(digests).size).toBe(1);
      const plain = await begin(1);
      while (!plain.trainer.finished) plain.trainer.step();
      expect(digest(plain)).not.toBe(digests[0]);
      plain.machine.close();
    },
  );

  it('tests, measures and shows images as they are', async () => {
    const [plain, varying] = [await begin(1), await begin(1, variations)];
    expect(varying.trainer.measure()).toEqual(plain.trainer.measure());
    plain.machine.close();
    varying.machine.close();
    const shown = async (more: object) => sampleSet(await samplesOf(await network(more), 'data'));
    expect(await shown(variations)).toEqual(await shown({}));
  });

  it('can be had of shapes too, which are made from numbers', async () => {
    const shapes = (own: object) =>
      chainDocument([['flat', 'flatten']], 'cross-entropy', {
        source: 'shapes',
        imageSize: 8,
        count: 20,
        ...own,
      });
    const [still, varied] = await Promise.all(
      [{}, { crop: 2, flip: true }].map(async (own) => await samplesOf(shapes(own), 'data')),
    );
    expect(varied?.samples.x).toEqual(still?.samples.x);
    const [first, ...later] = [still, varied].map((dataset) => variedSet(dataset as never, 1, 4, 3).x);
    expect(later).not.toContainEqual(first);
  });

  it('blends images and their targets alike, up to the share that is set, and only while training', async () => {
    const { samples, sample, split } = await samplesOf(
      await network({ mixup: 0.5, scaling: 'none' }),
      'data',
    );
    const { shape } = sample.input;
    const rows = rowSource(samples, 'x', 64);
    const images = VariedImages.of(samples, rows, shape, 1);
    if (images === undefined || samples.mixing === undefined) throw new Error('they are blended');
    const targets = new MixedTargets(samples.y, samples.mixing, 1);
    const trained = new Set(split.train);
    const shares: number[] = [];
    for (const epoch of many) {
      const [image, target] = [new Float32Array(64), new Float32Array(4)];
      images.copy(3, epoch, image, 0);
      targets.copy(3, epoch, target, 0);
      expect(target.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6);
      // The one training sample of which it is a blend says what the target has to be.
      const own = inMemory(samples).x.subarray(3 * 64, 4 * 64);
      const found = [...trained].filter((row) => {
        const other = inMemory(samples).x.subarray(row * 64, (row + 1) * 64);
        const at = other.findIndex((value, i) => value !== own[i]);
        if (at < 0) return Math.hypot(...image.map((value, i) => value - (own[i] as number))) < 1e-3;
        const share =
          ((image[at] as number) - (own[at] as number)) / ((other[at] as number) - (own[at] as number));
        const isThis = image.every(
          (value, i) =>
            Math.abs(value - ((1 - share) * (own[i] as number) + share * (other[i] as number))) < 1e-2,
        );
        if (isThis) {
          shares.push(share);
          const wanted = new Float32Array(4);
          wanted[samples.y[3] as number] = 1 - share;
          wanted[samples.y[row] as number] = (wanted[samples.y[row] as number] as number) + share;
          for (const [i, part] of wanted.entries()) expect(target[i]).toBeCloseTo(part, 3);
        }
        return isThis;
      });
      expect(found.length, `epoch ${epoch}`).toBeGreaterThan(0);
    }
    expect(Math.max(...shares)).toBeLessThan(0.505);
    expect(Math.max(...shares)).toBeGreaterThan(0.4);
    expect(shares.filter((share) => share < 0.25).length).toBeGreaterThan(60);
    const [image, target] = [new Float32Array(64), new Float32Array(4)];
    images.copy(3, undefined, image, 0);
    targets.copy(3, undefined, target, 0);
    expect([...image]).toEqual([...inMemory(samples).x.subarray(3 * 64, 4 * 64)]);
    expect([...target]).toEqual([0, 0, 0, 1]);

    // What is measured is the same, with labels and with shares.
    const [plain, mixed] = [await begin(1), await begin(1, { mixup: 0.5 })];
    const [expected, measured] = [plain, mixed].map(({ trainer }) => trainer.measure());
    expect(measured?.test?.accuracy).toBe(expected?.test?.accuracy);
    expect(measured?.test?.loss).toBeCloseTo(expected?.test?.loss as number, 5);
    while (!mixed.trainer.finished) mixed.trainer.step();
    expect(mixed.trainer.measure().test?.accuracy).toBeGreaterThan(0.9);
    plain.machine.close();
    mixed.machine.close();
  });

  it('can be looked at beforehand, image by image', async () => {
    const dataset = await samplesOf(await network({ crop: 2 }), 'data');
    const { x, y, inputShape } = variedSet(dataset, 1, 3, 5);
    expect([x.length, y.length]).toEqual([15 * 64, 15]);
    expect(inputShape).toEqual([1, 8, 8]);
    expect([...y]).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect(
      new Set(Array.from({ length: 5 }, (_, i) => x.slice(i * 64, (i + 1) * 64).join())).size,
    ).toBeGreaterThan(1);
  });
});

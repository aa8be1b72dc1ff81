import { philox } from '../../random/philox.ts';
import { streams } from '../../random/stream.ts';
import { Augmenter } from './augment.ts';
import type { Mixing, Samples, SampleType } from './contract.ts';
import { copyRow, type RowSource } from './rows.ts';

/** The counter of augmentation's random numbers that comes after those of augment.ts. */
const counter = 2;

/** Whether images are blended, and so targets are shares of classes: a row of them for each sample, not a label. */
export const isMixed = (params: Readonly<Record<string, unknown>>, { input, target }: SampleType): boolean =>
  typeof params['mixup'] === 'number' &&
  params['mixup'] > 0 &&
  input.shape.length === 3 &&
  target.kind === 'class' &&
  target.shape.length === 0;

/**
 * With which training sample another is blended in an epoch, and how much of it there is. Drawn from (seed, epoch, row)
 * alone, as how images are varied is.
 */
class Mixer {
  private readonly mixing: Mixing;
  private readonly seed: number;
  private readonly words = new Uint32Array(4);
  partner = 0;
  share = 0;

  constructor(mixing: Mixing, seed: number) {
    this.mixing = mixing;
    this.seed = seed;
  }

  draw(row: number, epoch: number): void {
    const { among, most } = this.mixing;
    philox(this.words, counter, row, epoch, 0, this.seed, streams.augmentation);
    this.partner = among[Math.floor(this.words[0] * 2 ** -32 * among.length)];
    this.share = (this.words[1] >>> 8) * 2 ** -24 * most;
  }
}

/** Writes rows of images, in an epoch as training varies them. Makes nothing, for it is called for every image of every step. */
export class VariedImages {
  private readonly source: RowSource;
  private readonly augmenter: Augmenter;
  private readonly mixer: Mixer | undefined;
  private readonly other: Float32Array;

  /** `shape` is [C, H, W]; undefined where these samples are never varied. */
  static of(samples: Samples, source: RowSource, shape: readonly number[], seed: number) {
    const { augmentation, mixing } = samples;
    if (augmentation === undefined || shape.length !== 3) return undefined;
    const augmenter = new Augmenter(source, shape, augmentation, seed);
    return new VariedImages(source, augmenter, mixing && new Mixer(mixing, seed));
  }

  private constructor(source: RowSource, augmenter: Augmenter, mixer: Mixer | undefined) {
    this.source = source;
    this.augmenter = augmenter;
    this.mixer = mixer;
    this.other = new Float32Array(mixer === undefined ? 0 : source.size);
  }

  copy(row: number, epoch: number | undefined, to: Float32Array, at: number): void {
    const { augmenter, mixer, other, source } = this;
    if (epoch === undefined) {
      copyRow(source, row, to, at);
      return;
    }
    augmenter.copy(row, epoch, to, at);
    if (mixer === undefined) return;
    mixer.draw(row, epoch);
    augmenter.copy(mixer.partner, epoch, other, 0);
    const { share } = mixer;
    for (let i = 0; i < other.length; i++) to[at + i] = (1 - share) * to[at + i] + share * other[i];
  }
}

/** Writes labels as shares of classes, in an epoch as their images are blended in it. */
export class MixedTargets {
  private readonly labels: Samples['y'];
  private readonly mixer: Mixer;
  readonly size: number;

  constructor(labels: Samples['y'], mixing: Mixing, seed: number) {
    this.labels = labels;
    this.mixer = new Mixer(mixing, seed);
    this.size = mixing.classes;
  }

  copy(row: number, epoch: number | undefined, to: Float32Array, at: number): void {
    const { labels, mixer, size } = this;
    to.fill(0, at, at + size);
    if (epoch === undefined) {
      to[at + labels[row]] = 1;
      return;
    }
    mixer.draw(row, epoch);
    to[at + labels[row]] = 1 - mixer.share;
    to[at + labels[mixer.partner]] += mixer.share;
  }
}

import type { Prediction } from '../../engine/protocol/live-run-messages.ts';
import type { FrameRing } from '../engine/frame-ring.ts';

/** Numbers that a film keeps: 16 MiB. */
const mostNumbers = 4 * 2 ** 20;
const mostPictures = 240;
const fewestPictures = 8;

/** What a network answered on the same grid as it was trained; thinned evenly in time as it grows. */
export class Film {
  readonly #numbers: number;
  #pictures: Prediction[] = [];
  /** Pictures are at least so many steps apart, but for the newest. */
  #apart = 1;

  /** `numbers` of a picture. */
  constructor(numbers: number) {
    this.#numbers = numbers;
  }

  /** Oldest first; the newest is always there. */
  get pictures(): readonly Prediction[] {
    return this.#pictures;
  }

  add(prediction: Prediction): void {
    const last = this.#pictures.at(-1);
    if (last && prediction.step < last.step) this.#pictures = [];
    const [newest, before] = [this.#pictures.at(-1), this.#pictures.at(-2)];
    // The newest makes room when it stands too close to the one before.
    if (newest && (newest.step === prediction.step || (before && newest.step - before.step < this.#apart)))
      this.#pictures.pop();
    const values = prediction.values.slice(0, this.#numbers);
    this.#pictures.push({ ...prediction, values });
    const most = Math.max(fewestPictures, Math.min(mostPictures, Math.floor(mostNumbers / this.#numbers)));
    while (this.#pictures.length > most) this.#thin();
  }

  #thin(): void {
    this.#apart *= 2;
    const kept: Prediction[] = [];
    for (const [i, picture] of this.#pictures.entries()) {
      const before = kept.at(-1);
      const isEnd = i === this.#pictures.length - 1;
      if (!before || isEnd || picture.step - before.step >= this.#apart) kept.push(picture);
    }
    this.#pictures = kept;
  }
}

const films = new WeakMap<FrameRing, Film>();

/** The film of a run, which is kept as long as the run is shown. */
export function filmOf(ring: FrameRing, numbers: number): Film {
  let film = films.get(ring);
  if (!film) films.set(ring, (film = new Film(numbers)));
  return film;
}

import { cosineOfHalfTurns, sineOfHalfTurns } from '../../arithmetic/half-turns.ts';
import type { Fields } from '../../declaration/fields.ts';
import { text } from '../../declaration/text.ts';
import { RandomStream, streams } from '../../random/stream.ts';
import { augmentationFields } from './augment.ts';
import type { SourceDefinition } from './contract.ts';
import { grain } from './grain.ts';
import { colour, sharedFields } from './shared-fields.ts';

const classes = [
  text('circle', '圆'),
  text('triangle', '三角形'),
  text('square', '正方形'),
  text('star', '星形'),
];
const channelsOf = (colours: string): number => (colours === 'grey' ? 1 : 3);
/** Every pixel's colour is the mean over this many points across and down. */
const samplesPerSide = 2;

const fields = {
  imageSize: {
    kind: 'integer',
    label: text('Image size', '图像边长'),
    help: text('Width and height of each image in pixels.', '每张图像的宽和高。'),
    unit: text('px', '像素'),
    min: 8,
    max: 128,
    default: 32,
  },
  grain,
  colour,
  count: sharedFields.count,
  seed: sharedFields.seed,
  ...augmentationFields,
} as const satisfies Fields;

type Inside = (x: number, y: number) => boolean;

/** Each shape around (0, 0), within the unit circle. */
const shapes: readonly Inside[] = [
  (x, y) => x * x + y * y <= 0.7,
  // Three half-planes at distance ½ from the centre.
  (x, y) => y >= -0.5 && 0.8660254 * x + 0.5 * y <= 0.5 && -0.8660254 * x + 0.5 * y <= 0.5,
  (x, y) => Math.abs(x) <= 0.72 && Math.abs(y) <= 0.72,
  isInStar,
];

/** Of the angle between a tip of the star and the notch beside it. */
const [tenthCosine, tenthSine] = [cosineOfHalfTurns(0.2), sineOfHalfTurns(0.2)];
const notch = 0.42;

/** Five points: mirrors fold the plane into the tenth of a turn beside the upper tip, where an edge joins it to the notch. */
function isInStar(x: number, y: number): boolean {
  let [across, along] = [Math.abs(x), y];
  for (const side of [1, -1]) {
    // What lies beyond the mirror, which goes through the centre.
    const beyond = Math.max(0, side * tenthCosine * across - tenthSine * along);
    across -= 2 * beyond * side * tenthCosine;
    along += 2 * beyond * tenthSine;
  }
  return Math.abs(across) * (notch * tenthCosine - 1) - (along - 1) * notch * tenthSine >= 0;
}

export const shapeImages: SourceDefinition<typeof fields> = {
  type: 'shapes',
  title: text('Shapes', '图形'),
  doc: {
    summary: text(
      'Small images: one circle, triangle, square or star, turned and placed anywhere, on a noisy background. Which one is it?',
      '小幅图像：嘈杂背景上随机放置并旋转的一个圆、三角形、正方形或星形。图中是哪一种？',
    ),
    formula: String.raw`x \in \mathbb{R}^{C \times S \times S}, \quad y \in \{0, 1, 2, 3\}`,
    references: [
      {
        title: 'Deep Learning, section 9.1',
        authors: 'I. Goodfellow, Y. Bengio, A. Courville',
        year: 2016,
        url: 'https://www.deeplearningbook.org/contents/convnets.html',
      },
    ],
  },
  fields,
  sampleType: ({ imageSize, colour: colours }) => ({
    input: { shape: [channelsOf(colours), imageSize, imageSize], dtype: 'float32' },
    target: { kind: 'class', shape: [], classes },
  }),
  generate({ imageSize, grain: spread, colour: colours, count, seed }) {
    const channels = channelsOf(colours);
    const pixels = imageSize * imageSize;
    const x = new Float32Array(count * channels * pixels); // [count, channels, size, size], about −1 … 1
    const y = Int32Array.from({ length: count }, (_, i) => i % classes.length); // [count]
    for (let i = 0; i < count; i++) {
      const image = x.subarray(i * channels * pixels, (i + 1) * channels * pixels);
      draw(
        image,
        imageSize,
        shapes[y[i] as number] as Inside,
        spread,
        new RandomStream(seed, streams.data, i),
      );
    }
    return { count, x, y };
  },
};

function draw(image: Float32Array, size: number, inside: Inside, spread: number, random: RandomStream): void {
  const radius = 0.25 + 0.2 * random.uniform();
  const reach = 1 - 2 * radius;
  const [centreX, centreY] = [radius + reach * random.uniform(), radius + reach * random.uniform()];
  const halfTurns = 2 * random.uniform();
  const [cosine, sine] = [cosineOfHalfTurns(halfTurns) / radius, sineOfHalfTurns(halfTurns) / radius];
  const channels = image.length / (size * size);
  const background = Array.from({ length: channels }, () => random.uniform() - 1);
  // Bright enough to stand out in at least one channel.
  const bright = random.below(channels);
  const colour = background.map((_, c) =>
    c === bright ? 0.7 + 0.3 * random.uniform() : 2 * random.uniform() - 1,
  );
  const pixels = size * size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let covered = 0;
      for (let part = 0; part < samplesPerSide * samplesPerSide; part++) {
        const across = (column + ((part % samplesPerSide) + 0.5) / samplesPerSide) / size - centreX;
        const down = (row + (Math.floor(part / samplesPerSide) + 0.5) / samplesPerSide) / size - centreY;
        if (inside(cosine * across + sine * down, cosine * down - sine * across)) covered++;
      }
      const share = covered / (samplesPerSide * samplesPerSide);
      const at = row * size + column;
      for (let c = 0; c < channels; c++) {
        const behind = background[c];
        image[c * pixels + at] = behind + share * (colour[c] - behind) + spread * random.normal();
      }
    }
  }
}

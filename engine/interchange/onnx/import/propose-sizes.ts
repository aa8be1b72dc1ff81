import { NetwrightError } from '../../../declaration/problem.ts';
import type { OpenSize, ProposedSizes, Sizes } from '../../../protocol/model-messages.ts';
import type { Model } from '../model.ts';
import { openSizesOf, takenInputs, withSizes } from '../open-sizes.ts';
import { withoutPreprocessing } from '../undo-preprocessing.ts';
import { readRows } from './read-rows.ts';

/** Sizes that are tried one after the other, those that are most usual first. */
const usual = {
  image: [224, 256, 32, 64, 128, 384, 512, 640, 299, 28, 16, 8],
  sequence: [128, 64, 32, 16, 256, 512, 1024, 8],
} as const;
const mostTries = 20;
/** What a file may say of its images beside the graph, whatever their dimensions are called. */
const imageKeys = ['imgsz', 'image_size', 'input_size'];

/**
 * Numbers for all open sizes that the model can be read for: those that it names itself, usual ones, or lengths that its
 * tables have. `given` are settled already. Where none of them fits, the first that were tried come back.
 */
export function proposeSizes(model: Model, file: string, given: Sizes = {}): ProposedSizes {
  const inputs = takenInputs(model.graph);
  const open = openSizesOf(inputs);
  if (open.length === 0) return { sizes: {}, fit: true };
  const ranks = new Map(inputs.map(({ name, tensor }) => [name, tensor?.dims?.length ?? 0]));
  const isImage = ({ places }: OpenSize): boolean => places.some(({ input }) => ranks.get(input) === 4);
  const said = saidSizes(model, open, isImage);
  const lengths = { image: usual.image, sequence: [...usual.sequence, ...tableLengths(model)] };
  const tries = Array.from(
    { length: mostTries },
    (_, round): Sizes =>
      Object.fromEntries(
        open.map((one) => {
          const list = isImage(one) ? lengths.image : lengths.sequence;
          return [one.name, list[Math.min(round, list.length - 1)] as number];
        }),
      ),
  );
  const all = [...(Object.keys(said).length > 0 ? [{ ...tries[0], ...said }] : []), ...tries].map(
    (sizes) => ({
      ...sizes,
      ...given,
    }),
  );
  const found = all.find(
    (sizes, at) => JSON.stringify(sizes) !== JSON.stringify(all[at - 1]) && canBeRead(model, file, sizes),
  );
  return { sizes: found ?? (all[0] as Sizes), fit: found !== undefined };
}

function canBeRead(model: Model, file: string, sizes: Sizes): boolean {
  try {
    readRows(withoutPreprocessing(withSizes(model, sizes, file)).model, file);
    return true;
  } catch (error) {
    if (error instanceof NetwrightError) return false;
    throw error;
  }
}

/** What stands beside the graph under the name of a dimension, or as the size of images. */
function saidSizes(
  { metadata }: Model,
  open: readonly OpenSize[],
  isImage: (one: OpenSize) => boolean,
): Record<string, number> {
  const numbersOf = (key: string): number[] => (metadata.get(key)?.match(/\d+/g) ?? []).map(Number);
  const sides = imageKeys.map(numbersOf).find(({ length }) => length === 1 || length === 2);
  const images = open.filter(isImage);
  return Object.fromEntries(
    open.flatMap((one): [string, number][] => {
      const [own] = numbersOf(one.name);
      const side = isImage(one) ? sides?.[Math.min(images.indexOf(one), sides.length - 1)] : undefined;
      const size = own ?? side ?? 0;
      return size > 0 ? [[one.name, size]] : [];
    }),
  );
}

/** Lengths that sequences must have where a table is added to all of their positions. */
function tableLengths({ graph }: Model): number[] {
  const lengths = graph.initializers.flatMap(({ dims }) => {
    const length = dims.at(-2) ?? 0;
    return (dims.length === 2 || (dims.length === 3 && dims[0] === 1)) && length > 1 ? [length] : [];
  });
  return [...new Set(lengths)];
}

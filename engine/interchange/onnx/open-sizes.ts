import { NetwrightError } from '../../declaration/problem.ts';
import { text } from '../../declaration/text.ts';
import { mostOpenSize, type OpenSize, type Sizes } from '../../protocol/model-messages.ts';
import type { Model, OnnxGraph, ValueInfo } from './model.ts';

type Size = number | string;

/** Some exporters write −1 or 0 for what they leave open. */
const isOpen = (size: Size): boolean => typeof size === 'string' || size < 1;

const nameOf = (size: Size, input: string, axis: number): string =>
  typeof size === 'string' && size !== '' ? size : `${input}[${axis}]`;

/** What a graph takes, without the constants that older files list among its inputs. */
export function takenInputs({ inputs, initializers }: OnnxGraph): ValueInfo[] {
  const constants = new Set(initializers.map(({ name }) => name));
  return inputs.filter(({ name }) => !constants.has(name));
}

/** The dimensions behind the first that these inputs leave open, each name once, in the order of the file. */
export function openSizesOf(inputs: readonly ValueInfo[]): OpenSize[] {
  const found = new Map<string, OpenSize['places'][number][]>();
  for (const { name: input, tensor } of inputs) {
    for (const [axis, size] of (tensor?.dims ?? []).entries()) {
      if (axis === 0 || !isOpen(size)) continue;
      const name = nameOf(size, input, axis);
      found.set(name, [...(found.get(name) ?? []), { input, axis }]);
    }
  }
  return [...found].map(([name, places]) => ({ name, places }));
}

/** An input with those of its open sizes that are given in their places; the first dimension stays as it is. */
export function sizedInput(input: ValueInfo, sizes: Sizes): ValueInfo {
  const { name, tensor } = input;
  if (tensor?.dims === undefined) return input;
  const dims = tensor.dims.map((size, axis) => {
    if (axis === 0 || !isOpen(size)) return size;
    const asked = nameOf(size, name, axis);
    return (Object.hasOwn(sizes, asked) ? sizes[asked] : undefined) ?? (typeof size === 'string' ? size : '');
  });
  return { name, tensor: { ...tensor, dims } };
}

/** The model with those of its open sizes that are given. Throws a NetwrightError for a size that cannot be, or that it does not leave open. */
export function withSizes(model: Model, sizes: Sizes, file: string): Model {
  const { graph } = model;
  requireSizes(openSizesOf(takenInputs(graph)), sizes, file);
  return {
    ...model,
    graph: {
      ...graph,
      inputs: graph.inputs.map((input) => sizedInput(input, sizes)),
    },
  };
}

/** The sizes are whole numbers, and all of them are open. */
export function requireSizes(open: readonly OpenSize[], sizes: Sizes, file: string): void {
  const names = open.map(({ name }) => name);
  for (const [name, size] of Object.entries(sizes)) {
    if (!names.includes(name)) {
      const [en, zh] =
        names.length === 0 ? ['none', '没有'] : [names.join(', '), names.map((one) => `“${one}”`).join('、')];
      throw new NetwrightError(
        'size-unknown',
        text(
          `${file} leaves no size "${name}" open behind the batch; those that it leaves open: ${en}.`,
          `${file} 在批维之后没有名为“${name}”的待定尺寸；待定的尺寸：${zh}。`,
        ),
      );
    }
    if (!Number.isInteger(size) || size < 1 || size > mostOpenSize) {
      throw new NetwrightError(
        'size-invalid',
        text(
          `${file}: expected the size "${name}" to be a whole number from 1 to ${mostOpenSize}, found ${size}.`,
          `${file}：尺寸“${name}”应为 1 到 ${mostOpenSize} 的整数，实际为 ${size}。`,
        ),
      );
    }
  }
}

/** `height (image[2])`: a name, and where it stands. */
const placedName = ({ name, places }: OpenSize): string => {
  const at = places.map(({ input, axis }) => `${input}[${axis}]`).join(', ');
  return at === name ? name : `${name} (${at})`;
};

/** What a person is told who gave no number for these. `proposed` are numbers that may do. */
export function missingSizes(open: readonly OpenSize[], proposed: Sizes, file: string): NetwrightError {
  const list = open.map(placedName);
  const flag = open.map(({ name }) => `${name}=${proposed[name] ?? '…'}`).join(',');
  return new NetwrightError(
    'size-missing',
    text(
      `${file} leaves sizes open behind the batch: expected a number for each, found none for ${list.join(', ')}. Set them, e.g. --size "${flag}".`,
      `${file} 在批维之后有待定的尺寸：每个都应有确定的数，而以下没有：${list.join('、')}。请设定，例如 --size "${flag}"。`,
    ),
  );
}

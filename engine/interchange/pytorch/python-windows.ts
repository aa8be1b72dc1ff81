import {
  listOf,
  numberOf,
  operand,
  option,
  type PythonCall,
  perAxis,
  pythonSource,
  shapeOf,
  sourceOf,
  tuple,
  vector,
  withEpilogue,
} from './python-call.ts';

/** What comes before and behind each axis of the image. */
function sidesOf(call: PythonCall): readonly (readonly [before: number, after: number])[] {
  const pads = listOf(call, 'pads');
  const axes = pads.length / 2;
  return pads.slice(0, axes).map((before, axis) => [before, pads[axis + axes] as number]);
}

const isEven = (sides: readonly (readonly [number, number])[]): boolean =>
  sides.every(([before, after]) => before === after);

/** `(left, right, top, bottom)`: PyTorch begins with the last axis. */
const around = (sides: readonly (readonly [number, number])[]): string => tuple(sides.toReversed().flat());

const ofAxes = (sides: readonly (readonly [number, number])[], size: number): readonly number[] =>
  sides.map(() => size);

export function zeroPad(call: PythonCall): string {
  const value = call.source('value');
  return `F.pad(${operand(call)}, ${around(sidesOf(call))}${value === undefined ? '' : `, value=${value}`})`;
}

const groupsOption = (call: PythonCall): string =>
  numberOf(call, 'groups') === 1 ? '' : `, groups=${sourceOf(call, 'groups')}`;

export function convolution(call: PythonCall): string {
  const sides = sidesOf(call);
  const [zeros, ones] = [ofAxes(sides, 0), ofAxes(sides, 1)];
  const even = isEven(sides);
  const x = even ? operand(call) : `F.pad(${operand(call)}, ${around(sides)})`;
  const b = vector(call, 'b');
  const options = [
    option('stride', listOf(call, 'strides'), ones),
    even
      ? option(
          'padding',
          sides.map(([before]) => before),
          zeros,
        )
      : '',
    option('dilation', listOf(call, 'dilations'), ones),
    groupsOption(call),
  ];
  const taken = [x, operand(call, 'w'), ...(b === undefined ? [] : [b])].join(', ');
  return withEpilogue(call, `F.conv${sides.length}d(${taken}${options.join('')})`);
}

/** Where padding is uneven, or more is asked for than PyTorch adds at the end, the whole is made and then cut or filled up. */
export function transposedConvolution(call: PythonCall): string {
  const sides = sidesOf(call);
  const [zeros, ones] = [ofAxes(sides, 0), ofAxes(sides, 1)];
  const [strides, dilations] = [listOf(call, 'strides'), listOf(call, 'dilations')];
  const from = shapeOf(call).slice(2);
  const kernel = shapeOf(call, 'w').slice(2);
  const missing = listOf(call, 'size').map((size, axis) => {
    const [stride, dilation] = [strides[axis] as number, dilations[axis] as number];
    const whole = ((from[axis] as number) - 1) * stride + ((kernel[axis] as number) - 1) * dilation + 1;
    return size - whole;
  });
  // How much more PyTorch has to add where it takes off as much behind as before.
  const added = missing.map((more, axis) => more + 2 * (sides[axis]?.[0] as number));
  const isPlain = added.every(
    (more, axis) => more >= 0 && more < Math.max(strides[axis] as number, dilations[axis] as number),
  );
  const taken = `${operand(call)}, ${operand(call, 'w')}${option('stride', strides, ones)}`;
  const rest = `${groupsOption(call)}${option('dilation', dilations, ones)}`;
  const name = `F.conv_transpose${sides.length}d`;
  if (isPlain) {
    const padding = option(
      'padding',
      sides.map(([before]) => before),
      zeros,
    );
    return `${name}(${taken}${padding}${option('output_padding', added, zeros)}${rest})`;
  }
  const cut = sides.map(([before], axis): [number, number] => [-before, (missing[axis] as number) + before]);
  return `F.pad(${name}(${taken}${rest}), ${around(cut)})`;
}

interface Pool {
  readonly kernel: readonly number[];
  readonly sides: readonly (readonly [number, number])[];
  /** PyTorch pads as much behind as before, and by half a window at most. */
  readonly isPlain: boolean;
}

function poolOf(call: PythonCall): Pool {
  const kernel = listOf(call, 'kernel');
  const sides = sidesOf(call);
  const isNarrow = sides.every(([before], axis) => 2 * before <= (kernel[axis] as number));
  return { kernel, sides, isPlain: isEven(sides) && isNarrow };
}

const pooled = (call: PythonCall, { kernel, sides }: Pool, name: string, x: string, options = ''): string =>
  `F.${name}_pool${sides.length}d(${x}, ${perAxis(kernel)}${option('stride', listOf(call, 'strides'), kernel)}${options})`;

const poolPadding = ({ sides }: Pool): string =>
  option(
    'padding',
    sides.map(([before]) => before),
    ofAxes(sides, 0),
  );

export function maxPool(call: PythonCall): string {
  const pool = poolOf(call);
  if (pool.isPlain) return pooled(call, pool, 'max', operand(call), poolPadding(pool));
  const lowest = pythonSource(Number.NEGATIVE_INFINITY);
  return pooled(call, pool, 'max', `F.pad(${operand(call)}, ${around(pool.sides)}, value=${lowest})`);
}

export function averagePool(call: PythonCall): string {
  const pool = poolOf(call);
  const padding = poolPadding(pool);
  const countsPadding = call.value('countPadding') === 1;
  if (pool.isPlain) {
    const left = countsPadding || padding === '' ? '' : ', count_include_pad=False';
    return pooled(call, pool, 'avg', operand(call), padding + left);
  }
  const over = (x: string): string => pooled(call, pool, 'avg', `F.pad(${x}, ${around(pool.sides)})`);
  const x = operand(call);
  return countsPadding ? over(x) : `${over(x)} / ${over(`torch.ones_like(${x})`)}`;
}

export const adaptiveAveragePool = (call: PythonCall): string => {
  const size = listOf(call, 'size');
  return `F.adaptive_avg_pool${size.length}d(${operand(call)}, ${perAxis(size)})`;
};

const linearMode = (sizes: readonly number[]): string => (sizes.length === 1 ? 'linear' : 'bilinear');

export const upsampleNearest = (call: PythonCall): string =>
  `F.interpolate(${operand(call)}, scale_factor=${perAxis(listOf(call, 'scales'))})`;

export function upsampleLinear(call: PythonCall): string {
  const scales = listOf(call, 'scales');
  return `F.interpolate(${operand(call)}, scale_factor=${perAxis(scales)}, mode="${linearMode(scales)}")`;
}

export function resizeLinear(call: PythonCall): string {
  const size = listOf(call, 'size');
  const corners = call.value('corners') === 1 ? ', align_corners=True' : '';
  return `F.interpolate(${operand(call)}, ${tuple(size)}, mode="${linearMode(size)}"${corners})`;
}

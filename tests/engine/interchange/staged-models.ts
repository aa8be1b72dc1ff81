import {
  floatTensor,
  type Model,
  type ModelNode,
  type TensorData,
} from '../../../engine/interchange/onnx/model.ts';
import { floats, int, ints, node, written } from './written-models.ts';

/** Networks of stages as PyTorch writes them: nodes are named by their modules, and each stage has more channels. */

interface Written {
  readonly nodes: ModelNode[];
  readonly initializers: TensorData[];
}

/** Puts nodes behind each other; `at` is the module that a node is named by. */
class Writing implements Written {
  readonly nodes: ModelNode[] = [];
  readonly initializers: TensorData[] = [];
  private readonly isNamed: boolean;

  constructor(isNamed: boolean) {
    this.isNamed = isNamed;
  }

  add(at: string, made: ModelNode): string {
    this.nodes.push(this.isNamed ? { ...made, name: `${at}/${made.opType}` } : made);
    return made.outputs[0] as string;
  }

  conv(
    x: string,
    at: string,
    [from, to]: readonly [number, number],
    size: number,
    stride = 1,
    group = 1,
  ): string {
    this.initializers.push(floats(`${at}.w`, to, from / group, size, size), floats(`${at}.b`, to));
    const pad = (size - 1) / 2;
    const sizes = [ints('strides', stride, stride), ints('pads', pad, pad, pad, pad), int('group', group)];
    return this.add(at, node('Conv', [x, `${at}.w`, `${at}.b`], `${at}.y`, ...sizes));
  }

  norm(x: string, at: string, channels: number): string {
    const parts = ['gamma', 'beta', 'mean', 'variance'].map((part) => `${at}.${part}`);
    for (const part of parts) {
      const values = floats(part, channels);
      this.initializers.push(
        part.endsWith('variance')
          ? floatTensor(part, [channels], new Float32Array(channels).fill(0.7))
          : values,
      );
    }
    return this.add(at, node('BatchNormalization', [x, ...parts], `${at}.y`));
  }

  relu(x: string, at: string): string {
    return this.add(at, node('Relu', [x], `${at}.y`));
  }

  pool(x: string, at: string): string {
    return this.add(at, node('MaxPool', [x], `${at}.y`, ints('kernel_shape', 2, 2), ints('strides', 2, 2)));
  }

  model(x: string, channels: number): Model {
    const mean = this.add('/avgpool', node('GlobalAveragePool', [x], 'mean'));
    const row = this.add('/flatten', node('Flatten', [mean], 'row'));
    this.add('/fc', node('Gemm', [row, 'fc.w', 'fc.b'], 'logits'));
    return written({
      inputs: { image: ['batch', 3, 16, 16] },
      outputs: ['logits'],
      nodes: this.nodes,
      initializers: [...this.initializers, floats('fc.w', channels, 5), floats('fc.b', 5)],
    });
  }
}

export interface Stages {
  /** Residual blocks of each stage, the first of which has a projection in every stage but the first. */
  readonly stages: readonly number[];
  readonly isNormed?: boolean;
  readonly isNamed?: boolean;
  /** Three convolutions in each block, the last with this many times the channels, instead of two. */
  readonly bottleneck?: number;
}

export function residualStages({ stages, isNormed = false, isNamed = true, bottleneck }: Stages): Model {
  const w = new Writing(isNamed);
  const convolved = (
    x: string,
    at: string,
    norm: string,
    ...rest: [readonly [number, number], number, number?]
  ) => {
    const y = w.conv(x, at, ...rest);
    return isNormed ? w.norm(y, norm, rest[0][1]) : y;
  };
  let x = w.relu(convolved('image', '/conv1', '/bn1', [3, 4], 3), '/relu');
  let channels = 4;
  for (const [stage, count] of stages.entries()) {
    const width = 4 * 2 ** stage;
    const out = width * (bottleneck ?? 1);
    for (let block = 0; block < count; block++) {
      const at = `/layer${stage + 1}/layer${stage + 1}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const convs: [readonly [number, number], number, number][] =
        bottleneck === undefined
          ? [
              [[channels, width], 3, stride],
              [[width, width], 3, 1],
            ]
          : [
              [[channels, width], 1, 1],
              [[width, width], 3, stride],
              [[width, out], 1, 1],
            ];
      let y = x;
      for (const [number, conv] of convs.entries()) {
        y = convolved(y, `${at}/conv${number + 1}`, `${at}/bn${number + 1}`, ...conv);
        if (number < convs.length - 1) y = w.relu(y, `${at}/relu${number + 1}`);
      }
      const isProjected = stride > 1 || channels !== out;
      const skip = isProjected
        ? convolved(
            x,
            `${at}/downsample/downsample.0`,
            `${at}/downsample/downsample.1`,
            [channels, out],
            1,
            stride,
          )
        : x;
      x = w.relu(w.add(at, node('Add', [y, skip], `${at}.sum`)), `${at}/relu`);
      channels = out;
    }
  }
  return w.model(x, channels);
}

/** Convolutions with activations, so many of so many channels in a stage, and a pool behind each stage. */
export function pooledStages(stages: readonly (readonly number[])[]): Model {
  const w = new Writing(false);
  let x = 'image';
  let before = 3;
  for (const [stage, widths] of stages.entries()) {
    for (const [number, width] of widths.entries()) {
      x = w.relu(w.conv(x, `s${stage}c${number}`, [before, width], 3), `s${stage}r${number}`);
      before = width;
    }
    x = w.pool(x, `p${stage}`);
  }
  return w.model(x, before);
}

/** Widened by one convolution, each channel by itself, narrowed; with an addition around it where nothing else changes. */
export function invertedStages(widths: readonly (readonly [channels: number, stride: number])[]): Model {
  const w = new Writing(true);
  let x = w.relu(w.conv('image', '/features/features.0/conv', [3, 4], 3), '/features/features.0/relu');
  let before = 4;
  for (const [number, [channels, stride]] of widths.entries()) {
    const at = `/features/features.${number + 1}`;
    const wide = 2 * before;
    const a = w.relu(w.conv(x, `${at}/a`, [before, wide], 1), `${at}/ar`);
    const b = w.relu(w.conv(a, `${at}/b`, [wide, wide], 3, stride, wide), `${at}/br`);
    const c = w.conv(b, `${at}/c`, [wide, channels], 1);
    x = stride === 1 && before === channels ? w.add(at, node('Add', [x, c], `${at}.sum`)) : c;
    before = channels;
  }
  return w.model(x, before);
}

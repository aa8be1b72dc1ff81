import type { Preparation } from '../../data/sources/contract.ts';
import { text } from '../../declaration/text.ts';
import { readMetadata } from './metadata.ts';
import { type Model, uint8Type } from './model.ts';
import { UnsupportedModel } from './reading/misfit.ts';
import { withoutPreprocessing } from './undo-preprocessing.ts';

/** What of a model the engine carries out, and what it makes the inputs of. */
export interface TimedNetwork {
  readonly network: Model;
  readonly inputs: readonly TimedInput[];
}

export interface TimedInput {
  readonly name: string;
  /** The input of the model. */
  readonly from: string;
  /** How its values are made of raw ones; undefined where the model takes them made. */
  readonly preparation: Preparation | undefined;
}

/**
 * The engine does a model's preprocessing as it does that of the data that it trains on, and so it has to know what it is:
 * exports of ours tell. Throws an UnsupportedModel for another model that takes raw values.
 */
export function timedNetwork(model: Model, file: string): TimedNetwork {
  const { model: network, inputs: undone } = withoutPreprocessing(model);
  const prepared = readMetadata(model.metadata, file)?.prepared ?? {};
  const inputs = model.graph.inputs.map(({ name: from, tensor }, at): TimedInput => {
    if (!undone.includes(from)) return { name: from, from, preparation: undefined };
    const preparation = prepared[from];
    if (preparation === undefined) {
      throw untold(file, from, tensor?.elementType === uint8Type ? 'uint8' : 'float64');
    }
    return { name: network.graph.inputs[at]?.name ?? from, from, preparation };
  });
  return { network, inputs };
}

const untold = (file: string, input: string, type: string): UnsupportedModel =>
  new UnsupportedModel(
    text(
      `${file}: the input "${input}" takes ${type} values, which the graph prepares itself. The engine prepares values before the network and has to be told how: expected an export of Netwright, which tells it; so only onnxruntime is timed.`,
      `${file}：输入“${input}”接受 ${type} 值，由计算图自行预处理。引擎在网络之前做预处理，须知道具体做法：只有 Netwright 导出的文件会记录这一点；因此这里只测 onnxruntime 的时间。`,
    ),
  );

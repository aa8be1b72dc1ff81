import { NetwrightError } from '../../engine/declaration/problem.ts';
import { text } from '../../engine/declaration/text.ts';
import { incomingLimits } from '../../engine/protocol/incoming.ts';
import type { NamedFile } from '../../engine/protocol/model-messages.ts';
import { formatBytes } from '../charts/figures.ts';

/** What of a `File` is asked for here. */
export type ChosenFile = Pick<File, 'name' | 'size' | 'arrayBuffer'>;

export interface ChosenFiles {
  readonly models: readonly ChosenFile[];
  /** What they may keep beside them. */
  readonly others: readonly ChosenFile[];
}

/** Of files that were chosen together: those that end in .onnx are models; one that is alone is taken for one. */
export function sorted(files: readonly ChosenFile[]): ChosenFiles {
  const isModel = ({ name }: ChosenFile): boolean => files.length === 1 || /\.onnx$/i.test(name);
  return { models: files.filter(isModel), others: files.filter((file) => !isModel(file)) };
}

/** Their bytes. Throws a NetwrightError where they are too large to be sent, before anything is read. */
export async function readFiles(files: readonly ChosenFile[]): Promise<readonly NamedFile[]> {
  requireSendable(files, incomingLimits.besideBytes);
  return await Promise.all(files.map(read));
}

export async function readModelBytes(file: ChosenFile): Promise<Uint8Array> {
  requireSendable([file], incomingLimits.modelBytes);
  return (await read(file)).bytes;
}

const read = async (file: ChosenFile): Promise<NamedFile> => ({
  name: file.name,
  bytes: new Uint8Array(await file.arrayBuffer()),
});

function requireSendable(files: readonly ChosenFile[], most: number): void {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  if (size <= most) return;
  const [limit, found] = [most, size].map(formatBytes);
  const names = files.map(({ name }) => name);
  throw new NetwrightError(
    'model-too-large',
    text(
      `${names.join(', ')}: expected at most ${limit} to be sent to the engine, found ${found}; open the model by its place on the engine's machine instead.`,
      `${names.join('、')}：发送给引擎的文件最多 ${limit}，实际为 ${found}；请改为按模型在引擎所在机器上的路径打开。`,
    ),
  );
}

/** Says which files are still missing, where none of those that came is among them. */
export const noneOf = (missing: readonly string[], files: readonly ChosenFile[]): NetwrightError =>
  new NetwrightError(
    'beside-unknown',
    text(
      `Expected ${missing.join(', ')}, found ${files.map(({ name }) => name).join(', ')}; a model names its files, so they have to keep their names.`,
      `应为 ${missing.join('、')}，实际为 ${files.map(({ name }) => name).join('、')}；文件名由模型指定，请保留原名。`,
    ),
  );

export const noModel = (files: readonly ChosenFile[]): NetwrightError =>
  new NetwrightError(
    'no-model',
    text(
      `Expected a file that ends in .onnx among those chosen, found ${files.map(({ name }) => name).join(', ')}.`,
      `所选文件中应有一个以 .onnx 结尾的文件，实际为 ${files.map(({ name }) => name).join('、')}。`,
    ),
  );

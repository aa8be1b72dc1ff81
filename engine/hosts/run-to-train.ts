import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import type { RunOrigin } from '../protocol/kept-run-messages.ts';
import type { KernelChoice, RunStarted } from '../protocol/live-run-messages.ts';
import {
  type RunManifest,
  readManifest,
  readRun,
  readWeights,
  runFiles,
  type SavedRun,
} from '../training/run-folder.ts';
import { RunRecorder } from '../training/run-recorder.ts';
import type { Trainer } from '../training/trainer.ts';
import { lockFolder } from './folder-lock.ts';
import { runFolderAt } from './run-files.ts';
import { folderOf, type RunOrder, type RunToTrain } from './run-messages.ts';

/** Takes a run's folder and reads what is to go on, with as many epochs as are wanted now. */
export async function takeUp(
  { runFolder, epochs }: { readonly runFolder: string; readonly epochs?: number },
  lockToken: string,
): Promise<SavedRun> {
  const store = runFolderAt(runFolder);
  // A folder that holds no run is not to be made one by taking it.
  await readManifest(store);
  await lockFolder(runFolder, lockToken);
  const saved = await readRun(store);
  if (epochs === undefined) return saved;
  const { document } = saved.manifest;
  const training = { ...document.training, epochs };
  return { ...saved, manifest: { ...saved.manifest, document: { ...document, training } } };
}

/** Whose weights a run began with, and which of its own begin anew all the same. */
export interface TakenWeights {
  readonly from: RunOrigin;
  readonly anew: readonly string[];
}

/** Begins with the weights of another run, where that is what was ordered. */
export async function takeWeights(train: RunToTrain, trainer: Trainer): Promise<TakenWeights | undefined> {
  if ('resume' in train || train.weightsOf === undefined) return undefined;
  const { run, folder, fitting } = train.weightsOf;
  const store = runFolderAt(folder);
  if (fitting !== true) {
    const { checkpoint, file } = (await readWeights(store, 'best')).found;
    trainer.takeWeights(checkpoint.tensors, file);
    return { from: { run, step: checkpoint.progress.step }, anew: [] };
  }
  // A run that was made of a file has no epoch, and so no best one.
  const { checkpoint, file } = (await readWeights(store, 'best').catch(() => readWeights(store))).found;
  const anew = trainer.takeFitting(checkpoint.tensors, file);
  return { from: { run, step: checkpoint.progress.step }, anew };
}

const mostNamed = 6;

/** Which weights begin anew although the run takes another's. */
export function anewText(anew: readonly string[]): Text {
  const { en, zh } = listed(anew);
  return text(
    `These weights have no counterpart of their name and shape and begin anew: ${en}.`,
    `以下权重没有同名同形的对应项，从头开始：${zh}。`,
  );
}

/** The first names of a list, and how many there are more. */
function listed(names: readonly string[]): Text {
  const named = names.slice(0, mostNamed);
  const rest = names.length - named.length;
  return text(
    `${named.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}`,
    `${named.join('、')}${rest > 0 ? `，另有 ${rest} 个` : ''}`,
  );
}

/** What is said of frozen weights that were given by nobody; undefined where there are none. */
export function frozenAnewText(
  { frozenWeights }: Pick<Trainer, 'frozenWeights'>,
  taken: TakenWeights | undefined,
): Text | undefined {
  const anew = frozenWeights.filter((name) => taken === undefined || taken.anew.includes(name));
  if (anew.length === 0) return undefined;
  const { en, zh } = listed(anew);
  return text(
    `These weights are frozen, but have been trained nowhere: ${en}. They stay at their initial values.`,
    `以下权重已冻结，却从未训练过，将一直保持初始值：${zh}。`,
  );
}

/** Other kernels than those a run was trained with would give other bits; `auto` are native ones where there are any. */
export function kernelsOf({ kernels }: RunManifest): KernelChoice {
  return kernels === 'portable' || kernels === 'reference' ? kernels : 'auto';
}

/** Said where they are others all the same. */
export const otherKernels = (before: string, now: string): Text =>
  text(
    `This run was trained with the kernels "${before}" and goes on with "${now}": its numbers will differ in their last digits from those of a run that was never interrupted.`,
    `该运行此前使用内核“${before}”训练，现改用“${now}”继续：结果的末几位数字会与从未中断的运行不同。`,
  );

/** Keeps the run that begins or goes on; undefined where it is kept nowhere. */
export async function recorderOf(
  { train, lockToken }: RunOrder,
  manifest: RunManifest,
  saved: SavedRun | undefined,
  trainer: Trainer,
  { from, watched }: { readonly from: RunOrigin | undefined; readonly watched: RunStarted['watched'] },
): Promise<RunRecorder | undefined> {
  const folder = folderOf(train);
  if (folder === undefined) return undefined;
  const store = runFolderAt(folder);
  if (saved?.found !== undefined) return RunRecorder.resume(store, manifest, saved, watched);
  if (saved === undefined) {
    await RunRecorder.requireFree(store);
    await lockFolder(folder, lockToken);
    // What was said of a run that is replaced here was not said of this one.
    await store.remove(runFiles.label);
  }
  return RunRecorder.begin(store, manifest, trainer.checkpoint(), { from, watched });
}

export function nothingLeft(folder: string, { epochsFinished, epochs, ending }: Trainer): NetwrightError {
  const why =
    ending ??
    text(
      `${epochsFinished} of ${epochs} epochs are done; ask for more epochs to go on.`,
      `${epochs} 轮中已完成 ${epochsFinished} 轮；如需继续，请增加训练轮数。`,
    );
  return new NetwrightError(
    'run-folder.finished',
    text(`${folder}: there is nothing left to train: ${why.en}`, `${folder}：没有剩余的训练：${why.zh}`),
  );
}

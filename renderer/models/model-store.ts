import { create } from 'zustand';
import type { Answer, Ask } from '../../engine/protocol/messages.ts';
import type {
  MissingFiles,
  ModelComparison,
  ModelData,
  ModelResult,
  ModelTimes,
  OpenedModel,
  ProposedSizes,
  Sizes,
} from '../../engine/protocol/model-messages.ts';
import type { Refusal } from '../../engine/protocol/refusal.ts';
import { useDocumentStore } from '../document/store.ts';
import { engine, refusalOf } from '../engine/run-store.ts';
import { type ChosenFile, noModel, noneOf, readFiles, readModelBytes, sorted } from './model-choice.ts';

/** Rows that a model is run on, and what they are called beside the result. */
export type ChosenRows = ModelData & { readonly from: RowsFrom };
export type RowsFrom = 'values' | 'table' | 'pictures' | 'test' | 'project';

export interface Compared {
  readonly other: OpenedModel;
  readonly comparison: ModelComparison;
}

type ExportedFile = Answer<'export'> & { readonly fileName: string };

export type WaitingModel = Extract<Ask<'openModel'>, { name: string }> & MissingFiles;

interface ModelState {
  readonly phase: 'empty' | 'opening' | 'open' | 'running' | 'comparing' | 'timing' | 'importing';
  readonly opened: OpenedModel | undefined;
  /** The export that was opened; undefined where it is another file. */
  readonly ofExport: ExportedFile | undefined;
  /** Those that were opened before and can be compared with, the newest first. */
  readonly others: readonly OpenedModel[];
  readonly result: ModelResult | undefined;
  /** What the result, or the comparison, was computed on. */
  readonly ranOn: RowsFrom | undefined;
  readonly compared: Compared | undefined;
  readonly times: ModelTimes | undefined;
  /** A model that cannot be opened before files are added that it keeps beside it. */
  readonly waiting: WaitingModel | undefined;
  readonly refusal: Refusal | undefined;
  /** Numbers for the sizes that open models leave open, by the models' ids: as they were proposed, and then as a person sets them. */
  readonly sizes: Readonly<Record<string, ProposedSizes>>;
}

const nothing: Omit<ModelState, 'others' | 'sizes'> = {
  phase: 'empty',
  opened: undefined,
  ofExport: undefined,
  result: undefined,
  ranOn: undefined,
  compared: undefined,
  times: undefined,
  waiting: undefined,
  refusal: undefined,
};

/** The engine keeps this many open, the one that is shown among them. */
const mostOthers = 7;

/** The ONNX model on the Models page. */
export const useModel = create<ModelState>(() => ({ ...nothing, others: [], sizes: {} }));

/**
 * Opens what `ask` asks for; the model before gives way only when that succeeds, and stays to be compared with. Where files
 * are missing beside it, it waits for them.
 */
async function opening(ask: () => Promise<Ask<'openModel'>>, ofExport?: ExportedFile): Promise<void> {
  const before = useModel.getState();
  if (before.phase === 'opening') return;
  useModel.setState({ phase: 'opening', refusal: undefined });
  const phase = before.opened ? 'open' : 'empty';
  try {
    const asked = await ask();
    const answer = await engine().request('openModel', asked);
    if ('missing' in answer) {
      const waiting = 'path' in asked ? undefined : { ...asked, missing: answer.missing };
      useModel.setState({ ...before, phase, refusal: undefined, waiting });
      return;
    }
    const others = [before.opened, ...before.others].filter((model) => model !== undefined);
    useModel.setState({
      ...nothing,
      phase: 'open',
      opened: answer,
      ofExport,
      others: others.slice(0, mostOthers),
    });
    if (answer.openSizes.length > 0) await askForSizes(answer);
  } catch (error) {
    useModel.setState({ ...before, phase, refusal: refusalOf(error) });
  }
}

async function askForSizes({ model }: OpenedModel): Promise<void> {
  try {
    const proposed = await engine().request('proposeSizes', { model });
    useModel.setState(({ sizes }) => ({ sizes: { ...sizes, [model]: proposed } }));
  } catch (error) {
    useModel.setState({ refusal: refusalOf(error) });
  }
}

export const setSize = ({ model }: OpenedModel, name: string, size: number): void =>
  useModel.setState(({ sizes }) => {
    const before = sizes[model];
    return { sizes: { ...sizes, [model]: { fit: true, sizes: { ...before?.sizes, [name]: size } } } };
  });

/** Sizes that are told for a model. */
export const sizesOf = ({ model }: OpenedModel): Sizes => useModel.getState().sizes[model]?.sizes ?? {};

/** Opens the models among some files, each with what it keeps in the others; or gives the others to the one that waits. */
export async function openFiles(files: readonly ChosenFile[]): Promise<void> {
  const { waiting } = useModel.getState();
  const { models, others } = sorted(files);
  const isForWaiting = waiting && !files.some(({ name }) => /\.onnx$/i.test(name));
  if (isForWaiting) return await addFiles(files);
  if (models.length === 0) return useModel.setState({ refusal: refusalOf(noModel(files)) });
  for (const model of models) {
    await opening(async () => ({
      name: model.name,
      bytes: await readModelBytes(model),
      beside: await readFiles(others),
    }));
  }
}

async function addFiles(files: readonly ChosenFile[]): Promise<void> {
  const { waiting } = useModel.getState();
  if (waiting === undefined) return;
  const { name, bytes, missing, beside = [] } = waiting;
  await opening(async () => {
    const wanted = files.filter((file) => missing.includes(file.name));
    if (wanted.length === 0) throw noneOf(missing, files);
    return { name, bytes, beside: [...beside, ...(await readFiles(wanted))] };
  });
}

/** Opens a model that lies on the engine's machine, with what lies in its folder. */
export const openAt = (path: string): Promise<void> => opening(() => Promise.resolve({ path }));

export const stopWaiting = (): void => useModel.setState({ waiting: undefined, refusal: undefined });

export async function openExported(exported: ExportedFile): Promise<void> {
  const { fileName, onnx, written } = exported;
  const [path] = written?.files ?? [];
  if (onnx) await opening(() => Promise.resolve({ name: fileName, bytes: onnx }), exported);
  else if (path !== undefined) await opening(() => Promise.resolve({ path }), exported);
}

/** Shows another of the open models. */
export function showModel(model: OpenedModel): void {
  const { opened, others, phase } = useModel.getState();
  if (phase !== 'open') return;
  const rest = [opened, ...others].filter((one) => one !== undefined && one !== model);
  useModel.setState({ ...nothing, phase: 'open', opened: model, others: rest as OpenedModel[] });
}

/** Runs what takes a while on the open model; a refusal is shown, and what was there stays. */
async function during(
  phase: 'running' | 'comparing' | 'timing' | 'importing',
  ask: (opened: OpenedModel) => Promise<Partial<ModelState>>,
): Promise<void> {
  const { opened, phase: now } = useModel.getState();
  if (!opened || now !== 'open') return;
  useModel.setState({ phase, refusal: undefined });
  try {
    useModel.setState({ phase: 'open', ...(await ask(opened)) });
  } catch (error) {
    useModel.setState({ phase: 'open', refusal: refusalOf(error) });
  }
}

/** The rows as the engine is asked for them. */
function asked({
  from,
  ...on
}: ChosenRows): { on: ModelData } & Partial<Pick<Answer<'readRun'>, 'document'>> {
  return from === 'project' ? { on, document: useDocumentStore.getState().project } : { on };
}

export const runModel = (rows: ChosenRows): Promise<void> =>
  during('running', async (opened) => {
    const { model } = opened;
    useModel.setState({ result: undefined, compared: undefined });
    const result = await engine().request('runModel', { model, ...asked(rows), sizes: sizesOf(opened) });
    return { result, ranOn: rows.from };
  });

/** Runs this model and another on the same rows. */
export const compareWith = (other: OpenedModel, rows: ChosenRows): Promise<void> =>
  during('comparing', async (opened) => {
    useModel.setState({ result: undefined, compared: undefined });
    const models = [opened.model, other.model] as const;
    const sizes = { ...sizesOf(other), ...sizesOf(opened) };
    const comparison = await engine().request('compareModels', { models, ...asked(rows), sizes });
    return { compared: { other, comparison }, ranOn: rows.from };
  });

export const timeModel = (rows: number): Promise<void> =>
  during('timing', async (opened) => ({
    times: await engine().request('timeModel', { model: opened.model, rows, sizes: sizesOf(opened) }),
  }));

/** `show` takes the project that was made of the model. */
export const importModel = (show: (project: Answer<'importModel'>) => Promise<void>): Promise<void> =>
  during('importing', async (opened) => {
    await show(await engine().request('importModel', { model: opened.model, sizes: sizesOf(opened) }));
    return {};
  });

export const dismissModelRefusal = (): void => useModel.setState({ refusal: undefined });

import { lstat, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { EpochSeries } from '../protocol/epoch-series.ts';
import type {
  KeptHistograms,
  KeptRunState,
  RunCurves,
  RunLabel,
  RunList,
  RunRecord,
  RunSummary,
} from '../protocol/kept-run-messages.ts';
import { runColors } from '../protocol/kept-run-messages.ts';
import type { PartMetrics } from '../protocol/live-run-messages.ts';
import { StepSeries } from '../protocol/step-series.ts';
import { type RunProgress, readCurves, readProgress } from '../training/chronicle.ts';
import { readHistograms } from '../training/kept-histograms.ts';
import { type RunManifest, readEpochs, readManifest, runFiles } from '../training/run-folder.ts';
import { readLabel, writeLabel } from '../training/run-label.ts';
import { isFolderHeld, lockFolder, newLockToken, unlockFolder } from './folder-lock.ts';
import { unreadable } from './person-files.ts';
import { refusalOf } from './refusal.ts';
import { runFolderAt } from './run-files.ts';

/** The folder of all runs: what a person sees of them, says of them, and takes away. */
export class KeptRuns {
  readonly folder: string;
  /** Manifests hold whole documents; they are read again only when they have changed. */
  private readonly manifests = new Map<string, { readonly stamp: string; readonly manifest: RunManifest }>();
  /** Labels are changed one after the other: each change begins with what the one before it has written. */
  private labelling: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Throws where the name is no folder's name among the runs; the folder itself may be gone. */
  folderOf(run: string): string {
    if (/^[^./\\\0][^/\\\0]*$/.test(run)) return join(this.folder, run);
    throw new NetwrightError(
      'run-unknown',
      text(
        `"${run}": expected the name of a run's folder in ${this.folder}.`,
        `“${run}”：应为 ${this.folder} 中运行文件夹的名称。`,
      ),
    );
  }

  async list(): Promise<RunList> {
    const names = (await this.names()).toSorted().toReversed();
    const runs: RunSummary[] = [];
    const foreign: { name: string; reason: Text }[] = [];
    for (const name of names) {
      try {
        const summary = await this.summaryOf(name);
        if (summary !== undefined) runs.push(summary);
      } catch (error) {
        foreign.push({ name, reason: refusalOf(error).message });
      }
    }
    return { folder: this.folder, runs, foreign };
  }

  async read(run: string): Promise<RunRecord> {
    const store = runFolderAt(await this.present(run));
    const { document } = await readManifest(store);
    return { document, curves: await this.curvesOf(run) };
  }

  /** What the run told up to step `untilStep`. */
  async curvesOf(run: string, untilStep = Infinity): Promise<RunCurves> {
    const store = runFolderAt(await this.present(run));
    const epochs = new EpochSeries();
    for (const record of await readEpochs(store)) if (record.step <= untilStep) epochs.add(record);
    const { steps, tuned } = await readCurves(store);
    return {
      epochs: epochs.records,
      steps: StepSeries.from(steps, undefined, untilStep).pack(),
      tuned: tuned.filter(([step]) => step <= untilStep),
    };
  }

  async histograms(run: string): Promise<{ kept?: KeptHistograms }> {
    const kept = await readHistograms(runFolderAt(await this.present(run)));
    return kept === undefined ? {} : { kept };
  }

  label(run: string, change: Partial<RunLabel>): Promise<RunLabel> {
    const labelled = this.labelling.then(() => this.labelNow(run, change));
    this.labelling = labelled.catch(() => {});
    return labelled;
  }

  private async labelNow(run: string, change: Partial<RunLabel>): Promise<RunLabel> {
    const folder = await this.present(run);
    const { document } = await readManifest(runFolderAt(folder));
    const label = { ...(await labelOf(folder, run, document.name)), ...change };
    await writeLabel(runFolderAt(folder), label);
    return label;
  }

  /** Gives a new run a name and a colour that tell it from those before it. */
  async labelNew(run: string, project: string): Promise<void> {
    const others = (await this.list()).runs.filter((other) => other.run !== run);
    const numbers = others
      .filter((other) => other.project === project)
      .map(({ label }) => (label.name.startsWith(`${project} `) ? label.name.slice(project.length + 1) : '1'))
      .map((rest) => (/^\d{1,9}$/.test(rest) ? Number(rest) : 0));
    const number = Math.max(0, ...numbers) + 1;
    const newest = others[0]?.label.color;
    await writeLabel(runFolderAt(this.folderOf(run)), {
      name: `${project} ${number}`,
      color: newest === undefined ? 0 : (newest + 1) % runColors,
      note: '',
      starred: false,
    });
  }

  /** Throws while somebody writes there. */
  async remove(run: string): Promise<void> {
    const folder = await this.present(run);
    await readManifest(runFolderAt(folder));
    const token = newLockToken();
    await lockFolder(folder, token);
    try {
      await rm(folder, { recursive: true, force: true, maxRetries: 2 });
    } catch (error) {
      await unlockFolder(folder, token);
      throw notRemoved(folder, error);
    }
  }

  /** The run's folder; throws where it is gone. */
  async present(run: string): Promise<string> {
    const folder = this.folderOf(run);
    try {
      await stat(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unreadable(folder, error);
      throw new NetwrightError(
        'run-gone',
        text(
          `${folder}: this run is not there any more; its folder was deleted or moved.`,
          `${folder}：该运行已不存在，其文件夹已被删除或移走。`,
        ),
      );
    }
  }

  private async names(): Promise<string[]> {
    try {
      return (await readdir(this.folder)).filter((name) => !name.startsWith('.'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw unreadable(this.folder, error);
    }
  }

  /** undefined for one that is about to begin, or that went away meanwhile. */
  private async summaryOf(run: string): Promise<RunSummary | undefined> {
    const folder = this.folderOf(run);
    const store = runFolderAt(folder);
    const held = await isFolderHeld(folder).catch(() => false);
    const manifest = await this.manifestOf(run).catch(async (error: unknown) => {
      const isWritten = await exists(join(folder, runFiles.manifest));
      if ((held && !isWritten) || !(await exists(folder))) return undefined;
      throw error;
    });
    if (manifest === undefined) return undefined;
    const progress = await readProgress(store);
    const { document, result, parameterCount, kernels } = manifest;
    const written = await stat(join(folder, runFiles.progress)).catch(() => stat(folder));
    return {
      run,
      label: await labelOf(folder, run, document.name),
      project: document.name,
      startedAtMs: progress?.startedAtMs ?? startOf(run) ?? written.mtimeMs,
      trainedAtMs: written.mtimeMs,
      state: stateOf(manifest, progress, held),
      steps: result?.steps ?? progress?.steps ?? 0,
      epochs: result?.epochs ?? progress?.epochs ?? 0,
      epochsPlanned: document.training.epochs,
      ...measuredIn(result, progress?.last),
      best: progress?.best,
      trainedMs: progress?.trainedMs,
      sizeBytes: await sizeOf(folder),
      parameterCount,
      kernels,
      from: progress?.from,
      failure: result?.failure?.message,
    };
  }

  private async manifestOf(run: string): Promise<RunManifest> {
    const folder = this.folderOf(run);
    const { mtimeMs, size, ino } = await stat(join(folder, runFiles.manifest)).catch(() => ({
      mtimeMs: 0,
      size: 0,
      ino: 0,
    }));
    const stamp = `${mtimeMs} ${size} ${ino}`;
    const known = this.manifests.get(run);
    if (known?.stamp === stamp) return known.manifest;
    const manifest = await readManifest(runFolderAt(folder));
    this.manifests.set(run, { stamp, manifest });
    return manifest;
  }
}

/** What a run came to, or came to after its last epoch so far. */
function measuredIn(result: PartMetrics | undefined, last: PartMetrics | undefined): PartMetrics {
  const validation = result?.validation ?? last?.validation;
  return {
    train: result?.train ?? last?.train,
    ...(validation && { validation }),
    test: result?.test ?? last?.test,
  };
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** A run that nobody has labelled is called as its document; its colour comes from its name, so that it stays. */
async function labelOf(folder: string, run: string, project: string): Promise<RunLabel> {
  const digits = [...run].reduce((sum, char) => sum + (char.codePointAt(0) ?? 0), 0);
  const unsaid = { name: project, color: digits % runColors, note: '', starred: false };
  return (await readLabel(runFolderAt(folder))) ?? unsaid;
}

function stateOf(
  { status, result }: RunManifest,
  progress: RunProgress | undefined,
  held: boolean,
): KeptRunState {
  if (status === 'running' || status === 'paused') return held ? status : 'interrupted';
  return progress?.interrupted === true && result?.failure === undefined ? 'interrupted' : status;
}

/** From a name such as `20261123-154501-032-circle-5f0c`. */
function startOf(run: string): number | undefined {
  const [, year, month, day, hour, minute, second, ms] =
    /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-(\d{3})-/.exec(run)?.map(Number) ?? [];
  if (year === undefined) return undefined;
  const at = Date.UTC(year, (month ?? 1) - 1, day, hour, minute, second, ms);
  return Number.isFinite(at) ? at : undefined;
}

/** Bytes of the files in a folder and below it; links are not followed. */
async function sizeOf(path: string): Promise<number> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (!found.isDirectory()) return found.size;
  const names = await readdir(path).catch(() => []);
  const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}

function notRemoved(folder: string, error: unknown): NetwrightError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = code ?? message;
  return new NetwrightError(
    'run-not-removed',
    text(
      `${folder}: the folder could not be deleted (${reason}).`,
      `${folder}：无法删除此文件夹（${reason}）。`,
    ),
  );
}

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, copyFile, link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { jsonOrUndefined } from '../document/json.ts';
import { runFiles } from '../training/run-folder.ts';
import { makeFolder } from './make-folder.ts';
import { unwritable } from './person-files.ts';

/** Who writes to a folder. Without the process it names, or one that has since taken its number, it is stale. */
const ownerSchema = z.object({
  pid: z.int().min(1),
  /** When the process began, in the system's own unit; empty where the system does not tell. */
  began: z.string(),
  host: z.string(),
  /** Tells two runs of one process apart. */
  token: z.string(),
});

type Owner = z.infer<typeof ownerSchema>;

/** The sentence about whoever holds a folder; `where` says on which machine, when that is another one. */
export type Taken = (folder: string, pid: number, where: Text) => NetwrightError;

export const newLockToken = (): string => randomBytes(8).toString('hex');

/** This process, as files name it. */
export const ownerHere = (token: string): Owner => ({
  pid: process.pid,
  began: beganOf(statOf(process.pid)),
  host: hostname(),
  token,
});

/** Whether the process lives that a file names. */
export async function isOwnerAlive(written: string): Promise<boolean> {
  const owner = ownerSchema.safeParse(jsonOrUndefined(written)).data;
  return owner !== undefined && (await isAlive(owner));
}

const lockOf = (folder: string): string => join(folder, runFiles.lock);

/**
 * Makes the folder and takes it for this process until `unlockFolder` with the same token, or until the process ends.
 * Throws a NetwrightError when another process, or another run of this one, is writing there.
 */
export async function lockFolder(folder: string, token: string, taken: Taken = runTaken): Promise<void> {
  const owner = ownerHere(token);
  const own = `${lockOf(folder)}.${token}.${process.pid}.tmp`;
  try {
    await makeFolder(folder);
    await writeFile(own, `${JSON.stringify(owner)}\n`);
    while (!(await placed(own, lockOf(folder)))) {
      const found = await ownerOf(folder);
      if (found.owner !== undefined && (await isAlive(found.owner)))
        throw taken(folder, found.owner.pid, whereOf(found.owner));
      await removeStale(folder, found.bytes, token);
    }
  } catch (error) {
    throw error instanceof NetwrightError ? error : unwritable(folder, error);
  } finally {
    await rm(own, { force: true }).catch(() => {});
  }
}

/** Gives the folder free where it is taken with this token; a folder that cannot be written to any more stays as it is. */
export async function unlockFolder(folder: string, token: string): Promise<void> {
  try {
    if ((await ownerOf(folder)).owner?.token === token) await rm(lockOf(folder), { force: true });
  } catch {
    // The process that is named in it ends some day, and the lock is stale then.
  }
}

/** Whether a process that lives is writing there. */
export async function isFolderHeld(folder: string): Promise<boolean> {
  const { owner } = await ownerOf(folder);
  return owner !== undefined && (await isAlive(owner));
}

/** Whether the lock is there now with these bytes, and was not before. */
async function placed(own: string, lock: string): Promise<boolean> {
  const unlessThere = (error: unknown): false => {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  };
  try {
    await link(own, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    // Some file systems know no second names.
    return copyFile(own, lock, constants.COPYFILE_EXCL).then(() => true, unlessThere);
  }
}

async function ownerOf(
  folder: string,
): Promise<{ readonly bytes: string; readonly owner: Owner | undefined }> {
  const bytes = await readFile(lockOf(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return { bytes, owner: ownerSchema.safeParse(jsonOrUndefined(bytes)).data };
}

/** Two may find the same stale lock; whoever moves away the other's new one puts it back. */
async function removeStale(folder: string, stale: string, token: string): Promise<void> {
  const aside = `${lockOf(folder)}.stale.${token}.${process.pid}.tmp`;
  try {
    await rename(lockOf(folder), aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await placed(aside, lockOf(folder));
  await rm(aside, { force: true });
}

async function isAlive({ pid, began, host }: Owner): Promise<boolean> {
  // What runs on another machine cannot be seen from here.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return (await beginOf(pid)) === began;
}

async function beginOf(pid: number): Promise<string> {
  return beganOf(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''));
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}

/** Linux gives numbers of ended processes to new ones; these began at another time. */
function beganOf(stat: string): string {
  // The name, in brackets, may hold anything. The first field after it is the state, Z for a process that has ended and
  // that nobody has asked about; the 20th is the begin.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? 'ended' : (fields[19] ?? '');
}

const whereOf = ({ host }: Owner): Text =>
  host === hostname() ? text('', '') : text(` on ${host}`, `（位于 ${host}）`);

const runTaken: Taken = (folder, pid, where) =>
  new NetwrightError(
    'run-folder.in-use',
    text(
      `${folder}: process ${pid}${where.en} is writing this run; wait for it or stop it (if there is no such process any more, delete ${runFiles.lock}).`,
      `${folder}：进程 ${pid}${where.zh}正在写入该运行；请等待其结束或将其停止（若该进程已不存在，请删除 ${runFiles.lock}）。`,
    ),
  );

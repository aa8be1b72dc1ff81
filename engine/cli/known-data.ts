import { stat } from 'node:fs/promises';
import { knownSets } from '../data/known/index.ts';
import { text } from '../declaration/text.ts';
import { knownSetsHere } from '../hosts/known-sets.ts';
import { fullPath } from '../hosts/source-files.ts';
import type { KnownSetState } from '../protocol/data-messages.ts';
import { language, type Output } from './output.ts';
import { textTable } from './text-table.ts';

export const setNames = knownSets.map(({ id }) => id).join(', ');

/**
 * The path that a person means by `--data` and the like: what lies there, or else the known set of that name, which is
 * downloaded first where it is not here yet.
 */
export async function dataPath(given: string, output: Output): Promise<string> {
  const sets = knownSetsHere();
  const known = sets.find(given);
  const lies = await stat(fullPath(given)).catch(() => undefined);
  if (known === undefined || lies !== undefined) return given;
  const before = await sets.stateOf(known);
  if (before.state === 'here') return before.path;
  const progress = progressOf(before, output);
  const path = await sets.bring(known.id, progress);
  output.result(
    { event: 'downloaded', set: known.id, path },
    text(
      `${known.title.en} downloaded to ${path} (${known.licence.en}; ${known.page})`,
      `${known.title.zh} 已下载到 ${path}（${known.licence.zh}；${known.page}）`,
    ),
  );
  return path;
}

const liveEveryMs = 200;
const plainEvery = 0.1;

function progressOf(set: KnownSetState, output: Output): (received: number) => void {
  const { title, sizeBytes } = set;
  const beganAt = performance.now();
  let [first, next, toldAt] = [-1, 0, 0];
  return (received) => {
    if (first < 0) first = received;
    const now = performance.now();
    const share = received / sizeBytes;
    if (output.live ? now - toldAt < liveEveryMs && share < 1 : share < next) return;
    toldAt = now;
    next = (Math.floor(share / plainEvery) + 1) * plainEvery;
    const perSecond = ((received - first) * 1000) / Math.max(1, now - beganAt);
    const left = perSecond > 0 ? Math.ceil((sizeBytes - received) / perSecond) : undefined;
    const [done, all, speed] = [received, sizeBytes, perSecond].map(megabytes);
    const percent = Math.floor(100 * share);
    output.progress(
      text(
        `${title.en}: ${done} of ${all} MB · ${percent} % · ${speed} MB/s${left === undefined ? '' : ` · ${left} s left`}`,
        `${title.zh}：${done} / ${all} MB · ${percent} % · ${speed} MB/秒${left === undefined ? '' : ` · 剩余 ${left} 秒`}`,
      ),
    );
  };
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

/** What can be downloaded, and what is here. */
export async function listKnownSets(output: Output): Promise<void> {
  const sets = await knownSetsHere().list();
  for (const { set, state, path, sizeBytes, receivedBytes, page } of sets) {
    output.result({ event: 'set', set, state, path, sizeBytes, receivedBytes, page });
  }
  const rows = sets.map((set) => [set.set, `${megabytes(set.sizeBytes)} MB`, set, whereOf(set)] as const);
  const table = (lang: 'en' | 'zh'): string =>
    textTable(
      rows.map(([name, size, { summary }, where]) => [name, size, summary[lang], where[lang]]),
      ['left', 'right', 'left', 'left'],
    ).join('\n');
  if (!output.json) process.stdout.write(`${table(language())}\n`);
}

function whereOf({ state, path, receivedBytes, sizeBytes }: KnownSetState): { en: string; zh: string } {
  if (state === 'here') return text(path, path);
  if (receivedBytes === 0) return text('not downloaded', '未下载');
  const percent = Math.floor((100 * receivedBytes) / sizeBytes);
  return text(`${percent} % downloaded`, `已下载 ${percent} %`);
}

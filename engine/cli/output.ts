import { NetwrightError } from '../declaration/problem.ts';
import { type Language, type Text, text } from '../declaration/text.ts';
import { preparedImagesHere } from '../hosts/prepared-images.ts';
import type { Preparing } from '../protocol/data-messages.ts';

/**
 * What a command says. Results go to standard output: objects, one per line, with --json, sentences without. Progress and
 * errors go to standard error, so that a pipe gets results only.
 */
export interface Output {
  readonly json: boolean;
  say(sentence: Text): string;
  /** One result. `readable` is what a person reads; without it the result is for --json alone. */
  result(object: object, readable?: Text): void;
  /** What the person should know though the work goes on. */
  notice(sentence: Text): void;
  /** The line that says how far the work is; on a terminal it replaces the one before it. */
  progress(line: Text): void;
  /** Whether progress is rewritten in place, and so may be shown often. */
  readonly live: boolean;
}

export const language = (): Language => {
  const { NETWRIGHT_LANG, LC_ALL, LANG } = process.env;
  return (NETWRIGHT_LANG || LC_ALL || LANG || '').toLowerCase().startsWith('zh') ? 'zh' : 'en';
};

export const say = (sentence: Text): string => sentence[language()];

const eraseLine = '\r\x1b[2K';

export function createOutput(json: boolean): Output {
  const live = !json && process.stderr.isTTY;
  const output: Output = {
    json,
    live,
    say,
    result(object, readable) {
      if (json) process.stdout.write(`${JSON.stringify(object)}\n`);
      else if (readable !== undefined) {
        if (live) process.stderr.write(eraseLine);
        process.stdout.write(`${say(readable)}\n`);
      }
    },
    notice(sentence) {
      if (json) process.stdout.write(`${JSON.stringify({ event: 'notice', message: say(sentence) })}\n`);
      process.stderr.write(`${live ? eraseLine : ''}${say(sentence)}\n`);
    },
    progress(line) {
      if (json) return;
      process.stderr.write(live ? `${eraseLine}${say(line)}` : `${say(line)}\n`);
    },
  };
  // Whatever command it is that needs images for the first time.
  if (!json) preparedImagesHere().listen(progressOf(output));
  return output;
}

const liveEveryMs = 200;
const plainEveryMs = 10_000;

function progressOf(output: Output): (preparing: Preparing) => void {
  let toldAt = -Infinity;
  return ({ path, done, all }) => {
    const now = performance.now();
    if (done < all && now - toldAt < (output.live ? liveEveryMs : plainEveryMs)) return;
    toldAt = now;
    const [so, of] = [done, all].map((count) => count.toLocaleString('en'));
    output.progress(text(`${path}: ${so} of ${of} images prepared`, `${path}：已准备 ${so} / ${of} 张图像`));
  };
}

export const exitCodes = { ok: 0, failed: 1, badInput: 2 } as const;

/** Refusals that are not about what the person gave: something here is broken or did not hold. */
const notTheirs: ReadonlySet<string> = new Set([
  'studio-not-built',
  'onnxruntime-ended',
  'export-broken',
  'not-exportable',
  'download.failed',
  'download.no-room',
  'download.in-use',
  'prepare.disk-full',
]);

/** Says why the command ended and hands back the exit code: one sentence, and with --json an object as the last line too. */
export function reportFailure(error: unknown, json: boolean): number {
  const known = error instanceof NetwrightError;
  const code = known ? error.code : 'internal';
  const sentence = known ? error.text : unexpected(error);
  if (json) process.stdout.write(`${JSON.stringify({ event: 'error', code, message: say(sentence) })}\n`);
  process.stderr.write(`${process.stderr.isTTY ? eraseLine : ''}${say(sentence)}\n`);
  if (!known && process.env['NETWRIGHT_TRACE'] && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`);
  }
  return known && !notTheirs.has(code) ? exitCodes.badInput : exitCodes.failed;
}

function unexpected(error: unknown): Text {
  const message = error instanceof Error ? error.message : String(error);
  return text(
    `Something unexpected happened: ${message} (NETWRIGHT_TRACE=1 shows where).`,
    `发生了意外错误：${message}（设置 NETWRIGHT_TRACE=1 可查看位置）。`,
  );
}

/** 0.12345 → 0.1235, 1.2e-7 → 1.20e-7: four digits that say something. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size < 1e-3 || size >= 1e5 ? value.toExponential(2) : value.toPrecision(4);
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

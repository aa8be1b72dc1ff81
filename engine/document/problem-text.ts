import { NetwrightError, type Problem } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { type Analysis, analyseDocument, hasErrors } from './analyse.ts';
import { placeName } from './levels.ts';
import type { NetwrightDocument } from './schema.ts';

/** A problem with its place in words: `node "fc1", field "out": …`. */
export function problemText({ place, message }: Problem, document: NetwrightDocument): Text {
  const en: string[] = [];
  const zh: string[] = [];
  const add = (english: string, chinese: string, value: string | undefined): void => {
    if (value === undefined) return;
    en.push(`${english} "${value}"`);
    zh.push(`${chinese}“${value}”`);
  };
  add('wire', '连线', place.wire);
  add('node', '节点', place.node && placeName(document, place.node));
  add('field', '字段', place.field);
  add('port', '端口', place.port);
  if (place.path !== undefined) {
    en.push(place.path);
    zh.push(place.path);
  }
  return text(`${en.join(', ')}: ${message.en}`, `${zh.join('，')}：${message.zh}`);
}

/** The analysis of a document that can run. Throws a NetwrightError that names the first problem and carries all of them. */
export function requireRunnable(document: NetwrightDocument): Analysis {
  const analysis = analyseDocument(document);
  if (!hasErrors(analysis)) return analysis;
  const errors = analysis.problems.filter((problem) => problem.severity === 'error');
  // A wire that is missing is often only the trace of what else is.
  const first = errors.find(({ code }) => code !== 'missing-wire') ?? (errors[0] as Problem);
  throw new NetwrightError(first.code, problemText(first, document), errors);
}

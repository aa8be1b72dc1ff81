import { NetwrightError } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';

/** Parses JSON from a stranger. Throws a NetwrightError `not-json` that names file, line and column. */
export function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The reason that JSON.parse gives is worded by the JavaScript engine, in English, often without a place.
    const at = endOfJson(json);
    const before = json.slice(0, at).split('\n');
    const place = `${file}:${before.length}:${(before.at(-1) as string).length + 1}`;
    const found = foundText(json, at);
    throw new NetwrightError(
      'not-json',
      text(`${place}: expected JSON, found ${found.en}.`, `${place}：应为 JSON，实际为${found.zh}。`),
    );
  }
}

/** Parses JSON where it is enough to know that there is none. */
export function jsonOrUndefined(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}

function foundText(json: string, at: number): Text {
  if (json.trim() === '') return text('nothing', '空');
  if (at >= json.length) return text('the end', '文件结尾');
  const rest = JSON.stringify(json.slice(at, at + 20).split('\n')[0]);
  return text(rest, ` ${rest}`);
}

const space = /[ \t\n\r]*/y;
const numberOrWord = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

type Wanted = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or close' | 'end';

/** How far the text is the beginning of some JSON (RFC 8259), in UTF-16 units. */
function endOfJson(json: string): number {
  const open: ('{' | '[')[] = [];
  let wanted: Wanted = 'value';
  for (let at = past(space, json, 0) ?? 0; ; at = past(space, json, at) ?? at) {
    const char = json[at];
    const next = (): Wanted => (open.length === 0 ? 'end' : ', or close');
    if (char === undefined || wanted === 'end') return at;
    if (wanted === ':') {
      if (char !== ':') return at;
      wanted = 'value';
      at++;
    } else if (wanted === ', or close' && char === ',') {
      wanted = open.at(-1) === '{' ? 'key' : 'value';
      at++;
    } else if (
      (wanted === ', or close' || wanted === 'key or }' || wanted === 'value or ]') &&
      closes(open, char)
    ) {
      open.pop();
      wanted = next();
      at++;
    } else if (wanted === ', or close') {
      return at;
    } else if (wanted === 'key' || wanted === 'key or }') {
      const end = pastString(json, at);
      if (end === undefined) return at;
      wanted = ':';
      at = end;
    } else if (char === '{' || char === '[') {
      open.push(char);
      wanted = char === '{' ? 'key or }' : 'value or ]';
      at++;
    } else {
      const end = char === '"' ? pastString(json, at) : past(numberOrWord, json, at);
      if (end === undefined) return at;
      wanted = next();
      at = end;
    }
  }
}

const closes = (open: readonly string[], char: string): boolean =>
  (char === '}' && open.at(-1) === '{') || (char === ']' && open.at(-1) === '[');

/** The index after what `pattern` matches at `at`; undefined when it does not. */
function past(pattern: RegExp, json: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(json) ? pattern.lastIndex : undefined;
}

function pastString(json: string, at: number): number | undefined {
  if (json[at] !== '"') return undefined;
  for (let end = at + 1; end < json.length; ) {
    const char = json[end] as string;
    if (char === '"') return end + 1;
    const after = char === '\\' ? past(escape, json, end) : char < ' ' ? undefined : end + 1;
    if (after === undefined) return undefined;
    end = after;
  }
  return undefined;
}

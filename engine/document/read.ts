import type { z } from 'zod';
import { NetwrightError, type Problem } from '../declaration/problem.ts';
import { type Text, text } from '../declaration/text.ts';
import { parseJson } from './json.ts';
import { migrate } from './migrations.ts';
import { currentVersion, documentLimits, documentSchema, type NetwrightDocument } from './schema.ts';

/**
 * Reads a document from a stranger: JSON, version, shape of every part. What it means (wires, shapes of tensors) is for
 * analyse.ts to say. `file` is only for the error's text.
 * Throws a NetwrightError that names file, place, what was expected and what was found.
 */
export function readDocument(json: string, file: string): NetwrightDocument {
  if (json.length > documentLimits.bytes) {
    throw unreadable(
      file,
      'document-too-large',
      text(
        `expected at most ${documentLimits.bytes} characters, found ${json.length}.`,
        `最多 ${documentLimits.bytes} 个字符，实际为 ${json.length}。`,
      ),
    );
  }
  return readDocumentValue(parseJson(json, file), file);
}

/** The same for a value that is parsed already. */
export function readDocumentValue(value: unknown, file: string): NetwrightDocument {
  const head =
    typeof value === 'object' && value !== null ? (value as { format?: unknown; version?: unknown }) : {};
  if (head.format !== 'netwright') {
    throw unreadable(
      file,
      'not-a-document',
      text(
        `expected a Netwright document with "format": "netwright", found ${shown(head.format).en}.`,
        `应为带有 "format": "netwright" 的 Netwright 文档，实际为 ${shown(head.format).zh}。`,
      ),
    );
  }
  if (typeof head.version === 'number' && head.version > currentVersion) {
    throw unreadable(
      file,
      'newer-version',
      text(
        `it was written by a newer Netwright: expected version ${currentVersion} or older, found ${head.version}. Update Netwright to open it.`,
        `此文件由更新版本的 Netwright 写成：支持的版本不高于 ${currentVersion}，实际为 ${head.version}。请升级 Netwright 后再打开。`,
      ),
    );
  }
  const parsed = documentSchema.safeParse(migrate(value));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => issueProblem(issue, value));
  const first = problems[0] as Problem;
  const place = first.place.path ?? '';
  throw new NetwrightError(
    'malformed-document',
    text(`${file}: ${place}: ${first.message.en}`, `${file}：${place}：${first.message.zh}`),
    problems,
  );
}

const unreadable = (file: string, code: string, reason: Text): NetwrightError =>
  new NetwrightError(code, text(`${file}: ${reason.en}`, `${file}：${reason.zh}`));

/** What a schema found wrong with a part of `root`, with the part's path and a sentence in both languages. */
export function issueProblem(issue: z.core.$ZodIssue, root: unknown): Problem {
  const place = { path: pathText(issue.path) };
  return {
    code: 'malformed-document',
    severity: 'error',
    place,
    message: issueText(issue, shown(valueAt(root, issue.path))),
  };
}

function issueText(issue: z.core.$ZodIssue, found: Text): Text {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kindText(issue.expected);
      return text(`expected ${kind.en}, found ${found.en}.`, `应为${kind.zh}，实际为 ${found.zh}。`);
    }
    case 'invalid_union': {
      // What was found has the kind of one branch and breaks another of its rules, or has the kind of none.
      const branches = issue.errors.map(([first]) => first as z.core.$ZodIssue);
      const nearest = branches.find(({ code }) => code !== 'invalid_type');
      if (nearest !== undefined) return issueText(nearest, found);
      const kinds = branches.map((branch) => kindText(branch.code === 'invalid_type' ? branch.expected : ''));
      const [en, zh] = [kinds.map((kind) => kind.en).join(', '), kinds.map((kind) => kind.zh).join('、')];
      return text(`expected one of ${en}, found ${found.en}.`, `应为以下之一：${zh}，实际为 ${found.zh}。`);
    }
    case 'invalid_format': {
      const form = issue.pattern ?? issue.format;
      return text(
        `expected text of the form ${form}, found ${found.en}.`,
        `应为符合 ${form} 的文本，实际为 ${found.zh}。`,
      );
    }
    case 'invalid_value': {
      const values = issue.values.map((value) => JSON.stringify(value)).join(', ');
      return text(`expected ${values}, found ${found.en}.`, `应为 ${values}，实际为 ${found.zh}。`);
    }
    case 'unrecognized_keys': {
      const keys = issue.keys.map((key) => `"${key}"`).join(', ');
      return text(`there is no field ${keys} here.`, `此处没有字段 ${keys}。`);
    }
    case 'too_small': {
      const sign = issue.inclusive ? '≥' : '>';
      return text(
        `expected ${sizeOf(issue.origin, 'en')} ${sign} ${issue.minimum}, found ${found.en}.`,
        `${sizeOf(issue.origin, 'zh')}应 ${sign} ${issue.minimum}，实际为 ${found.zh}。`,
      );
    }
    case 'too_big': {
      const sign = issue.inclusive ? '≤' : '<';
      return text(
        `expected ${sizeOf(issue.origin, 'en')} ${sign} ${issue.maximum}, found ${found.en}.`,
        `${sizeOf(issue.origin, 'zh')}应 ${sign} ${issue.maximum}，实际为 ${found.zh}。`,
      );
    }
    default:
      return text(`${found.en} cannot stand here.`, `此处不能为 ${found.zh}。`);
  }
}

const kinds: Readonly<Record<string, Text>> = {
  number: text('a number', '数字'),
  int: text('a whole number', '整数'),
  string: text('text', '文本'),
  boolean: text('true or false', '布尔值'),
  object: text('an object', '对象'),
  record: text('an object', '对象'),
  array: text('a list', '列表'),
};

const kindText = (kind: string): Text => kinds[kind] ?? text(kind, ` ${kind}`);

function sizeOf(origin: string, language: 'en' | 'zh'): string {
  if (origin === 'string') return language === 'en' ? 'a length' : '长度';
  if (origin === 'array') return language === 'en' ? 'a number of entries' : '条目数';
  return language === 'en' ? 'a value' : '值';
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (whole, part) =>
      typeof part === 'number'
        ? `${whole}[${part}]`
        : whole === ''
          ? String(part)
          : `${whole}.${String(part)}`,
    '',
  ) || 'document';

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    root,
  );
}

/** A value as a sentence can hold it. */
function shown(value: unknown): Text {
  if (value === undefined) return text('nothing', '空');
  // JSON has no word for a number beyond its range, such as 1e999.
  const json = typeof value === 'number' ? String(value) : JSON.stringify(value);
  const short = json.length > 60 ? `${json.slice(0, 57)}…` : json;
  return text(short, short);
}

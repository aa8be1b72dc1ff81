import type { Field, Fields, Params, ParamValue } from '../declaration/fields.ts';
import { foundFilesSchema } from '../declaration/found-files.ts';
import { text } from '../declaration/text.ts';
import type { LayerProblem } from '../layers/contract.ts';

/** The parameters with every missing one at its default. */
export function completeParams(fields: Fields, params: Params): Params {
  const complete: Record<string, ParamValue> = {};
  for (const [name, field] of Object.entries(fields)) complete[name] = params[name] ?? field.default;
  return complete;
}

/** Whether a field counts, given the values of the others. */
export function fieldApplies(field: Field, params: Params): boolean {
  return field.when === undefined || field.when.is.includes(params[field.when.field] as ParamValue);
}

/** What is wrong with parameters by themselves: unknown names, wrong kinds, values out of range. */
export function checkParams(fields: Fields, params: Params): LayerProblem[] {
  const problems: LayerProblem[] = [];
  for (const [name, value] of Object.entries(params)) {
    const field = fields[name];
    if (field === undefined) {
      const known = Object.keys(fields).join(', ') || '–';
      problems.push({
        code: 'unknown-field',
        field: name,
        message: text(
          `There is no field "${name}" here; expected one of: ${known}.`,
          `没有名为“${name}”的字段；可用的字段：${known}。`,
        ),
      });
    } else if (fieldApplies(field, completeParams(fields, params))) {
      const problem = checkValue(field, value);
      if (problem !== undefined) problems.push({ ...problem, field: name });
    }
  }
  return problems;
}

/** What is wrong with one value, or undefined. */
export function checkValue(field: Field, value: unknown): LayerProblem | undefined {
  const found = typeof value === 'string' ? `"${value}"` : String(value);
  const { en, zh } = field.label;
  switch (field.kind) {
    case 'boolean':
      if (typeof value === 'boolean') return undefined;
      return {
        code: 'wrong-kind',
        message: text(
          `${en} must be true or false, found ${found}.`,
          `${zh}须为 true 或 false，实际为 ${found}。`,
        ),
      };
    case 'choice': {
      const options = field.options.map((option) => option.value);
      if (typeof value === 'string' && options.includes(value)) return undefined;
      const list = options.join(', ');
      return {
        code: 'wrong-choice',
        message: text(
          `${en} must be one of ${list}, found ${found}.`,
          `${zh}须为 ${list} 之一，实际为 ${found}。`,
        ),
      };
    }
    case 'text':
      if (typeof value === 'string' && value.length <= field.maxLength) return undefined;
      return {
        code: 'wrong-text',
        message: text(
          `${en} must be a text of at most ${field.maxLength} characters, found ${typeof value === 'string' ? value.length : found}.`,
          `${zh}须为不超过 ${field.maxLength} 个字符的文字，实际为 ${typeof value === 'string' ? `${value.length} 个` : found}。`,
        ),
      };
    case 'files':
      if (foundFilesSchema.safeParse(value).success) return undefined;
      return {
        code: 'wrong-kind',
        message: text(
          `${en} must be files that were opened, found ${found}; netwright train --data PATH and "Open data…" open them.`,
          `${zh}须为已打开的文件，实际为 ${found}；可用 netwright train --data 路径 或“打开数据…”打开。`,
        ),
      };
    case 'integer':
      if (Number.isInteger(value) && (value as number) >= field.min && (value as number) <= field.max)
        return undefined;
      return {
        code: 'out-of-range',
        message: text(
          `${en} must be a whole number from ${field.min} to ${field.max}, found ${found}.`,
          `${zh}须为 ${field.min} 到 ${field.max} 的整数，实际为 ${found}。`,
        ),
      };
    case 'number': {
      const aboveMin =
        typeof value === 'number' && (field.exclusiveMin ? value > field.min : value >= field.min);
      const belowMax =
        typeof value === 'number' && (field.exclusiveMax ? value < field.max : value <= field.max);
      if (aboveMin && belowMax) return undefined;
      const range = `${field.exclusiveMin ? '(' : '['}${field.min}, ${field.max}${field.exclusiveMax ? ')' : ']'}`;
      return {
        code: 'out-of-range',
        message: text(
          `${en} must lie in ${range}, found ${found}.`,
          `${zh}须在 ${range} 内，实际为 ${found}。`,
        ),
      };
    }
  }
}

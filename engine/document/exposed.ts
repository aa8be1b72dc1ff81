import type { ParamValue } from '../declaration/fields.ts';
import { freshId } from './fresh.ts';
import { type ExposedField, repeatField } from './schema.ts';

export interface FieldOf {
  readonly node: string;
  readonly field: string;
}

/** What a block's field is exposed as; undefined where it is not. */
export const exposedAs = (
  exposed: readonly ExposedField[],
  { node, field }: FieldOf,
): ExposedField | undefined =>
  exposed.find(({ fields }) => fields.some((bound) => bound.node === node && bound.field === field));

/** With a field inside exposed as one of its own. */
export function withExposed(exposed: readonly ExposedField[], { node, field }: FieldOf): ExposedField[] {
  if (exposedAs(exposed, { node, field }) !== undefined) return [...exposed];
  const taken = new Set([repeatField, ...exposed.map(({ name }) => name)]);
  const name = taken.has(field) ? freshId(field, taken) : field;
  return [...exposed, { name, fields: [{ node, field }] }];
}

/** With a field inside exposed no longer. */
export const withoutExposed = (exposed: readonly ExposedField[], { node, field }: FieldOf): ExposedField[] =>
  exposed
    .map((one) => ({
      ...one,
      fields: one.fields.filter((bound) => bound.node !== node || bound.field !== field),
    }))
    .filter(({ fields }) => fields.length > 0);

/** With a field taking the value that another exposed field sets, `times` over. */
export const joinedTo = (
  exposed: readonly ExposedField[],
  { node, field }: FieldOf,
  name: string,
  times: number,
): ExposedField[] => {
  const isFirst = exposed.find((one) => one.name === name)?.fields[0];
  if (isFirst?.node === node && isFirst.field === field) return [...exposed];
  const bound = { node, field, ...(times !== 1 && { times }) };
  return withoutExposed(exposed, { node, field }).map((one) =>
    one.name === name ? { ...one, fields: [...one.fields, bound] } : one,
  );
};

/** What setting a field inside a block sets: every field that takes the same value, each so many times over. */
export function fieldsSetWith(
  exposed: readonly ExposedField[],
  { node, field }: FieldOf,
  value: ParamValue,
): (FieldOf & { readonly value: ParamValue })[] {
  const one = exposedAs(exposed, { node, field });
  const own = one?.fields.find((bound) => bound.node === node && bound.field === field);
  if (one === undefined || own === undefined) return [{ node, field, value }];
  if (typeof value !== 'number')
    return one.fields.map((bound) => ({ node: bound.node, field: bound.field, value }));
  const { times = 1 } = own;
  const base = times === 1 ? value : Math.max(1, Math.round(value / times));
  return one.fields.map((bound) => ({
    node: bound.node,
    field: bound.field,
    value: base * (bound.times ?? 1),
  }));
}

import type { Params, ParamValue } from '../../../declaration/fields.ts';
import { type Blocks, declarationOf } from '../../../document/blocks.ts';
import { completeParams } from '../../../document/check-params.ts';
import { freshId } from '../../../document/fresh.ts';
import { type DocumentNode, type ExposedField, repeatField } from '../../../document/schema.ts';

export interface Differing {
  readonly exposed: readonly ExposedField[];
  /** What each of the parts sets. */
  readonly params: readonly Params[];
}

interface Shared {
  readonly name: string;
  fields: ExposedField['fields'];
  /** Of each part; each field takes it so many times over. */
  values: readonly ParamValue[];
}

/** All fields of a node with their values, those of a layer where it says nothing. */
export const allParams = (blocks: Blocks, { type, params }: DocumentNode): Params =>
  completeParams(declarationOf(blocks, type)?.fields ?? {}, params);

/**
 * The fields in which parts of the same nodes differ, exposed on the first of them. Fields of one name that are equal in
 * every part, or whole multiples of each other, are exposed once.
 */
export function differingFields(blocks: Blocks, parts: readonly (readonly DocumentNode[])[]): Differing {
  const shared: Shared[] = [];
  for (const [at, node] of (parts[0] ?? []).entries()) {
    const each = parts.map((part) => allParams(blocks, part[at] as DocumentNode));
    for (const field of Object.keys(each[0] ?? {})) {
      const values = each.map((params) => params[field] as ParamValue);
      if (values.some((value) => value !== values[0])) share(shared, field, node.id, values);
    }
  }
  const taken = new Set<string>([repeatField]);
  const names = shared.map(({ name }) => {
    const free = taken.has(name) ? freshId(name, taken) : name;
    taken.add(free);
    return free;
  });
  const nodes = new Map(parts[0]?.map((node) => [node.id, node]));
  return {
    exposed: shared.map(({ name, fields }, at) => {
      const isAlone = name !== repeatField && shared.filter((one) => one.name === name).length === 1;
      const node = nodes.get(fields[0]?.node ?? '');
      const label = node && declarationOf(blocks, node.type)?.fields[fields[0]?.field ?? '']?.label;
      return {
        name: names[at] as string,
        ...(!isAlone &&
          label !== undefined && {
            label: { en: `${node?.name}: ${label.en}`, zh: `${node?.name}：${label.zh}` },
          }),
        fields,
      };
    }),
    params: parts.map((_, part) =>
      Object.fromEntries(shared.map(({ values }, at) => [names[at], values[part] as ParamValue])),
    ),
  };
}

function share(shared: Shared[], field: string, node: string, values: readonly ParamValue[]): void {
  const name = field.replace(/-\d+$/, '');
  for (const one of shared) {
    if (one.name !== name) continue;
    const up = timesOver(one.values, values);
    const down = timesOver(values, one.values);
    if (up !== undefined) {
      one.fields = [...one.fields, { node, field, ...(up !== 1 && { times: up }) }];
      return;
    }
    if (down !== undefined) {
      one.values = values;
      one.fields = [
        { node, field },
        ...one.fields.map((bound) => ({ ...bound, times: (bound.times ?? 1) * down })),
      ];
      return;
    }
  }
  shared.push({ name, fields: [{ node, field }], values });
}

/** The whole number by which all of `base` are multiplied to be `values`. */
function timesOver(base: readonly ParamValue[], values: readonly ParamValue[]): number | undefined {
  if (values.every((value, at) => value === base[at])) return 1;
  const times = Number(values[0]) / Number(base[0]);
  const isTimes = values.every(
    (value, at) => typeof value === 'number' && value === Number(base[at]) * times,
  );
  return isTimes && Number.isInteger(times) && times > 1 ? times : undefined;
}

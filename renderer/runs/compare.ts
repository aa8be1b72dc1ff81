import type { Fields, ParamValue } from '../../engine/declaration/fields.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import { flatten } from '../../engine/document/flatten.ts';
import type { DocumentNode, NetwrightDocument, TrainingSettings } from '../../engine/document/schema.ts';
import {
  type SettingChoice,
  type SettingGroup,
  settingChoices,
  settingGroups,
} from '../../engine/document/training-settings.ts';

/** A value as it is shown: a sentence of the declarations, or as it stands in the document. */
export type Shown = Text | string | number | boolean;

/** What a difference is about: the words of a field's declaration, or a key of `settings` in the catalogues. */
export type DifferenceLabel = Text | { readonly setting: string };

export interface Difference {
  readonly path: string;
  readonly label: DifferenceLabel;
  /** undefined where there is no such value on that side. */
  readonly before: Shown | undefined;
  readonly after: Shown | undefined;
}

export interface ChangedNode {
  readonly node: DocumentNode;
  readonly differences: readonly Difference[];
}

/** `conv1.y → relu1.x`, in the names that the document gives. */
export type WireText = string;

export interface Comparison {
  readonly settings: readonly Difference[];
  readonly removed: readonly DocumentNode[];
  readonly added: readonly DocumentNode[];
  readonly changed: readonly ChangedNode[];
  readonly removedWires: readonly WireText[];
  readonly addedWires: readonly WireText[];
}

/** What leads from one document to the other, blocks unfolded; where nodes stand is no difference. */
export function compareDocuments(earlier: NetwrightDocument, later: NetwrightDocument): Comparison {
  const before = { ...earlier, ...partsOf(earlier) };
  const after = { ...later, ...partsOf(later) };
  const [first, second] = [nodesOf(before), nodesOf(after)];
  const isIn = (nodes: ReadonlyMap<string, DocumentNode>, { id, type }: DocumentNode): boolean =>
    nodes.get(id)?.type === type;
  const shared = before.nodes.filter((node) => isIn(second, node));
  const wires = [wiresOf(before), wiresOf(after)] as const;
  return {
    settings: settingDifferences(before.training, after.training),
    removed: before.nodes.filter((node) => !isIn(second, node)),
    added: after.nodes.filter((node) => !isIn(first, node)),
    changed: shared
      .map((node) => ({ node, differences: nodeDifferences(node, second.get(node.id) as DocumentNode) }))
      .filter(({ differences }) => differences.length > 0),
    removedWires: [...wires[0]].filter(([key]) => !wires[1].has(key)).map(([, words]) => words),
    addedWires: [...wires[1]].filter(([key]) => !wires[0].has(key)).map(([, words]) => words),
  };
}

function partsOf(document: NetwrightDocument): Pick<NetwrightDocument, 'nodes' | 'wires'> {
  const { nodes, wires } = flatten(document);
  return { nodes, wires };
}

const nodesOf = ({ nodes }: NetwrightDocument): ReadonlyMap<string, DocumentNode> =>
  new Map(nodes.map((node) => [node.id, node]));

/** By what they connect: ids of wires mean nothing. */
function wiresOf(document: NetwrightDocument): ReadonlyMap<string, WireText> {
  const nodes = nodesOf(document);
  const end = ({ node, port }: { node: string; port: string }): string =>
    `${nodes.get(node)?.name ?? node}.${port}`;
  return new Map(
    document.wires.map(({ from, to }) => [
      JSON.stringify([from.node, from.port, to.node, to.port]),
      `${end(from)} → ${end(to)}`,
    ]),
  );
}

const nameLabel: DifferenceLabel = { en: 'Name', zh: '名称' };
const weightsLabel: DifferenceLabel = { en: 'Weights of', zh: '权重来自' };

function nodeDifferences(before: DocumentNode, after: DocumentNode): Difference[] {
  const fields = catalogue.get(before.type)?.fields ?? {};
  return [
    ...differing('name', nameLabel, before.name, after.name),
    ...differing('weightsOf', weightsLabel, before.weightsOf, after.weightsOf),
    ...fieldDifferences(fields, before.params, after.params, 'params'),
  ];
}

type Given = Readonly<Record<string, ParamValue>>;

/** Of the fields that count on at least one side, with defaults for what is not said. */
function fieldDifferences(fields: Fields, before: Given, after: Given, path: string): Difference[] {
  const sides = [completeParams(fields, before), completeParams(fields, after)] as const;
  return Object.entries(fields).flatMap(([name, field]) => {
    const [a, b] = sides.map((side) => (fieldApplies(field, side) ? side[name] : undefined));
    const shown = (value: ParamValue | undefined): Shown | undefined => {
      // The same path may have held others then.
      if (typeof value === 'object') return `${value.path} (${value.fingerprint.slice(0, 8)})`;
      return field.kind === 'choice'
        ? (field.options.find((known) => known.value === value)?.label ?? value)
        : value;
    };
    return shown(a) === shown(b)
      ? []
      : [{ path: `${path}.${name}`, label: field.label, before: shown(a), after: shown(b) }];
  });
}

function settingDifferences(before: TrainingSettings, after: TrainingSettings): Difference[] {
  return Object.keys(before).flatMap((key) => {
    const setting = key as keyof TrainingSettings;
    if (Object.hasOwn(settingChoices, setting)) {
      return choiceDifferences(setting as SettingChoice, before, after);
    }
    if (Object.hasOwn(settingGroups, setting)) {
      const group = setting as SettingGroup;
      return fieldDifferences(settingGroups[group], before[group], after[group], group);
    }
    const [a, b] = [before[setting], after[setting]] as [number, number];
    return differing(setting, { setting }, a, b);
  });
}

/** Parameters are compared where both chose the same kind; those of another kind come with its name. */
function choiceDifferences(
  choice: SettingChoice,
  before: TrainingSettings,
  after: TrainingSettings,
): Difference[] {
  const definition = (type: string) => settingChoices[choice].find((known) => known.type === type);
  const [a, b] = [before[choice], after[choice]];
  if (a.type === b.type) {
    return fieldDifferences(definition(a.type)?.fields ?? {}, a.params, b.params, choice);
  }
  const title = (type: string): Shown => definition(type)?.title ?? type;
  return [{ path: choice, label: { setting: choice }, before: title(a.type), after: title(b.type) }];
}

const differing = (
  path: string,
  label: DifferenceLabel,
  before: Shown | undefined,
  after: Shown | undefined,
): Difference[] => (before === after ? [] : [{ path, label, before, after }]);

export const isSame = ({
  settings,
  removed,
  added,
  changed,
  removedWires,
  addedWires,
}: Comparison): boolean =>
  [settings, removed, added, changed, removedWires, addedWires].every(({ length }) => length === 0);

import type { Fields, ParamValue } from '../../engine/declaration/fields.ts';
import type { Text } from '../../engine/declaration/text.ts';
import { blockOf, blockType, declarationOf } from '../../engine/document/blocks.ts';
import { completeParams, fieldApplies } from '../../engine/document/check-params.ts';
import { validationShareOf } from '../../engine/document/run-length.ts';
import type {
  BlockDefinition,
  DocumentNode,
  NetwrightDocument,
  TrainingSettings,
} from '../../engine/document/schema.ts';
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

/**
 * What leads from one document to the other; where nodes stand is no difference. Instances of a block are compared by what
 * is set on them, and a block that both have once, whatever many instances follow it.
 */
export function compareDocuments(before: NetwrightDocument, after: NetwrightDocument): Comparison {
  const shared = before.blocks.flatMap((block) => {
    const other = blockOf(after.blocks, blockType(block.id));
    return other === undefined ? [] : [compareDrawings(insideOf(block, before), insideOf(other, after))];
  });
  const all = [compareDrawings(drawingOf(before), drawingOf(after)), ...shared];
  return {
    settings: settingDifferences(withAllSettings(before), withAllSettings(after)),
    removed: all.flatMap(({ removed }) => removed),
    added: all.flatMap(({ added }) => added),
    changed: all.flatMap(({ changed }) => changed),
    removedWires: all.flatMap(({ removedWires }) => removedWires),
    addedWires: all.flatMap(({ addedWires }) => addedWires),
  };
}

type Drawn = Pick<NetwrightDocument, 'nodes' | 'wires' | 'blocks'>;

const drawingOf = ({ nodes, wires, blocks }: NetwrightDocument): Drawn => ({ nodes, wires, blocks });

/** With names that say in which block they are, and ids that no node elsewhere has. */
function insideOf({ id, name, nodes, wires }: BlockDefinition, { blocks }: NetwrightDocument): Drawn {
  const inside = (node: string): string => `${id}/${node}`;
  return {
    blocks,
    nodes: nodes.map((node) => ({
      ...node,
      id: inside(node.id),
      name: `${name} › ${node.name}`,
      ...(node.weightsOf !== undefined && { weightsOf: inside(node.weightsOf) }),
    })),
    wires: wires.map((wire) => ({
      ...wire,
      from: { ...wire.from, node: inside(wire.from.node) },
      to: { ...wire.to, node: inside(wire.to.node) },
    })),
  };
}

function compareDrawings(before: Drawn, after: Drawn): Omit<Comparison, 'settings'> {
  const [first, second] = [nodesOf(before), nodesOf(after)];
  const isIn = (nodes: ReadonlyMap<string, DocumentNode>, { id, type }: DocumentNode): boolean =>
    nodes.get(id)?.type === type;
  const named = (node: DocumentNode, { blocks }: Drawn): DocumentNode => ({
    ...node,
    type: blockOf(blocks, node.type)?.name ?? node.type,
  });
  const wires = [wiresOf(before), wiresOf(after)] as const;
  return {
    removed: before.nodes.filter((node) => !isIn(second, node)).map((node) => named(node, before)),
    added: after.nodes.filter((node) => !isIn(first, node)).map((node) => named(node, after)),
    changed: before.nodes
      .filter((node) => isIn(second, node))
      .map((node) => ({
        node,
        differences: nodeDifferences(node, second.get(node.id) as DocumentNode, [before, after]),
      }))
      .filter(({ differences }) => differences.length > 0),
    removedWires: [...wires[0]].filter(([key]) => !wires[1].has(key)).map(([, words]) => words),
    addedWires: [...wires[1]].filter(([key]) => !wires[0].has(key)).map(([, words]) => words),
  };
}

const nodesOf = ({ nodes }: Drawn): ReadonlyMap<string, DocumentNode> =>
  new Map(nodes.map((node) => [node.id, node]));

/** By what they connect: ids of wires mean nothing. */
function wiresOf(document: Drawn): ReadonlyMap<string, WireText> {
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
const frozenLabel: DifferenceLabel = { en: 'Frozen', zh: '冻结' };

function nodeDifferences(
  before: DocumentNode,
  after: DocumentNode,
  [first, second]: readonly [Drawn, Drawn],
): Difference[] {
  const fieldsIn = ({ blocks }: Drawn): Fields => declarationOf(blocks, before.type)?.fields ?? {};
  return [
    ...differing('name', nameLabel, before.name, after.name),
    ...differing('weightsOf', weightsLabel, before.weightsOf, after.weightsOf),
    ...differing('frozen', frozenLabel, before.frozen === true, after.frozen === true),
    ...fieldDifferences([fieldsIn(first), fieldsIn(second)], before.params, after.params, 'params'),
  ];
}

type Given = Readonly<Record<string, ParamValue>>;

/**
 * Of the fields that count on at least one side, with defaults for what is not said; a block may expose other fields in
 * one document than in the other.
 */
function fieldDifferences(
  [first, second]: readonly [Fields, Fields],
  before: Given,
  after: Given,
  path: string,
): Difference[] {
  const sides = [
    { fields: first, params: completeParams(first, before) },
    { fields: second, params: completeParams(second, after) },
  ] as const;
  return Object.entries({ ...second, ...first }).flatMap(([name, field]) => {
    const [a, b] = sides.map(({ fields, params }) => {
      const declared = fields[name];
      return declared !== undefined && fieldApplies(declared, params) ? params[name] : undefined;
    });
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

const withAllSettings = ({ training }: NetwrightDocument): TrainingSettings => ({
  ...training,
  validationShare: validationShareOf(training),
});

function settingDifferences(before: TrainingSettings, after: TrainingSettings): Difference[] {
  return Object.keys(before).flatMap((key) => {
    const setting = key as keyof TrainingSettings;
    if (Object.hasOwn(settingChoices, setting)) {
      return choiceDifferences(setting as SettingChoice, before, after);
    }
    if (Object.hasOwn(settingGroups, setting)) {
      const group = setting as SettingGroup;
      const fields = settingGroups[group];
      return fieldDifferences([fields, fields], before[group], after[group], group);
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
    const fields = definition(a.type)?.fields ?? {};
    return fieldDifferences([fields, fields], a.params, b.params, choice);
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

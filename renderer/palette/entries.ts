import type { Text } from '../../engine/declaration/text.ts';
import { blockType, declarationOf, portsOf, portTypes } from '../../engine/document/blocks.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import { countInstances } from '../../engine/document/edit-block.ts';
import type { Drawing } from '../../engine/document/schema.ts';
import type { AnyLayer, Category, NodeDeclaration } from '../../engine/layers/contract.ts';
import type { LibraryBlock } from '../blocks/known-blocks.ts';
import type { SentenceKey } from '../i18n/i18n.ts';

/** Something that can be added to what is drawn. */
export interface PaletteEntry {
  /** What adding asks for: a type of node, or a block of a library. */
  readonly type: string;
  readonly shortName: string;
  readonly title: Text;
  readonly summary: Text;
  readonly category: Category;
  readonly ports: { readonly inputs: number; readonly outputs: number };
  /** The project's own block, and how many nodes are instances of it. */
  readonly instances?: number;
}

export interface EntryGroup {
  readonly title: SentenceKey;
  readonly entries: readonly PaletteEntry[];
}

/** In which order kinds of layers are listed. */
export const categoryOrder: readonly Category[] = [
  'data',
  'linear',
  'convolution',
  'activation',
  'normalisation',
  'regularisation',
  'attention',
  'shape',
  'loss',
];

function entryOf(declaration: NodeDeclaration, summary: Text): PaletteEntry {
  const { type, title, category, shortName = type } = declaration;
  const { inputs, outputs } = portsOf(declaration, {});
  return {
    type,
    shortName,
    title,
    summary,
    category,
    ports: { inputs: inputs.length, outputs: outputs.length },
  };
}

const layerEntry = (layer: AnyLayer): PaletteEntry => entryOf(layer, layer.doc.summary);

const layerGroups: readonly EntryGroup[] = categoryOrder.map((category) => ({
  title: `category.${category}` as const,
  entries: [...catalogue.values()].filter((layer) => layer.category === category).map(layerEntry),
}));

/** Data and losses stand outside of blocks. */
const outsideOnly: ReadonlySet<SentenceKey> = new Set<SentenceKey>(['category.data', 'category.loss']);

export interface Offered {
  readonly library: readonly LibraryBlock[];
  readonly mine: readonly LibraryBlock[];
  readonly project: Drawing;
  readonly isInside: boolean;
}

/** All that can be added to what is drawn now, groups without entries left out. */
export function entryGroups({ library, mine, project, isInside }: Offered): readonly EntryGroup[] {
  const layers = isInside ? layerGroups.filter(({ title }) => !outsideOnly.has(title)) : layerGroups;
  const groups: EntryGroup[] = [
    { title: 'blocks.project', entries: [...(isInside ? portEntries() : []), ...projectEntries(project)] },
    { title: 'blocks.mine', entries: mine.map(libraryEntry) },
    { title: 'blocks.library', entries: library.map(libraryEntry) },
  ];
  return [...layers, ...groups].filter(({ entries }) => entries.length > 0);
}

function portEntries(): PaletteEntry[] {
  return Object.values(portTypes).flatMap((type) => {
    const declaration = declarationOf([], type);
    return declaration === undefined ? [] : [entryOf(declaration, declaration.title)];
  });
}

function projectEntries(project: Drawing): PaletteEntry[] {
  return project.blocks.flatMap(({ id }) => {
    const declaration = declarationOf(project.blocks, blockType(id));
    if (declaration === undefined) return [];
    return [{ ...entryOf(declaration, declaration.title), instances: countInstances(project, id) }];
  });
}

function libraryEntry({ key, title, summary, blocks, type }: LibraryBlock): PaletteEntry {
  const { inputs = [], outputs = [] } = declarationOf(blocks, type)?.ports ?? {};
  const ports = { inputs: inputs.length, outputs: outputs.length };
  return { type: key, shortName: title.en, title, summary, category: 'block', ports };
}

/**
 * How well an entry answers what was typed, undefined where not at all: 0 is called so, 1 begins so, 2 contains it. Both
 * languages and the type's own name are searched, so that “relu”, “交叉” and “bce” all find something.
 */
export function rankOf({ title, type, shortName }: PaletteEntry, query: string): number | undefined {
  const wanted = query.trim().toLowerCase();
  const names = [title.en, title.zh, type, shortName].map((name) => name.toLowerCase());
  if (names.includes(wanted)) return 0;
  if (names.some((name) => name.startsWith(wanted))) return 1;
  return names.some((name) => name.includes(wanted)) ? 2 : undefined;
}

import type { Draft } from 'immer';
import { type Adopted, adoptBlocks, blocksUsedBy } from '../../engine/document/adopt-blocks.ts';
import { type Blocks, blockOf, isBlockType } from '../../engine/document/blocks.ts';
import { countInstances, detachNode } from '../../engine/document/edit-block.ts';
import { type FieldOf, joinedTo, withExposed, withoutExposed } from '../../engine/document/exposed.ts';
import { foldNodes } from '../../engine/document/fold.ts';
import { blockAt } from '../../engine/document/levels.ts';
import {
  type BlockDefinition,
  type DocumentNode,
  type Drawing,
  type ExposedField,
} from '../../engine/document/schema.ts';
import { unfoldNode } from '../../engine/document/unfold.ts';
import { notify } from '../design/toast.tsx';
import { currentLanguage, translate } from '../i18n/i18n.ts';
import { givenName } from './given-name.ts';
import type { EditLabel } from './history.ts';
import { type DocumentState, edit, type Selection, showLevel, useDocumentStore } from './store.ts';

/** The block whose inside is drawn; undefined at the top. */
export const drawnBlock = ({
  project,
  level,
}: Pick<DocumentState, 'project' | 'level'>): BlockDefinition | undefined => blockAt(project, level);

/** The one selected node, where it is an instance of a block. */
export function selectedInstance({ selection, analysis, document }: DocumentState): DocumentNode | undefined {
  const [id] = selection.nodes.size === 1 ? selection.nodes : [];
  const node = id === undefined ? undefined : analysis.topology.nodes.get(id);
  return node !== undefined && blockOf(document.blocks, node.type) !== undefined ? node : undefined;
}

/** Goes into an instance, where there is one of that id. */
export function enterBlock(id: string): boolean {
  const { analysis, document, level } = useDocumentStore.getState();
  const node = analysis.topology.nodes.get(id);
  if (node === undefined || blockOf(document.blocks, node.type) === undefined) return false;
  showLevel([...level, id]);
  return true;
}

/** Goes out to what is around the block, with the instance selected. */
export function leaveBlock(): void {
  const { level } = useDocumentStore.getState();
  if (level.length > 0) showLevel(level.slice(0, -1), level.at(-1));
}

/** Replaces what is drawn, and what the block around it exposes. */
function replaceDrawing(
  label: EditLabel,
  next: Drawing,
  exposed: ExposedField[],
  select: Iterable<string>,
): void {
  const around = drawnBlock(useDocumentStore.getState());
  const selection: Selection = { nodes: new Set(select), wires: new Set() };
  edit(
    label,
    (draft) => {
      draft.nodes = [...next.nodes];
      draft.wires = [...next.wires];
      draft.blocks = [...next.blocks];
      if (next.notes !== undefined) draft.notes = [...next.notes];
      const block = draft.blocks.find(({ id }) => id === around?.id);
      if (block !== undefined && exposed.length > 0) block.exposed = exposed;
    },
    { select: selection },
  );
}

/** Makes a block of what is selected, or says why it cannot. */
export function makeBlock(): void {
  const state = useDocumentStore.getState();
  const exposed = drawnBlock(state)?.exposed ?? [];
  const made = foldNodes(state.document, state.selection.nodes, translate('blocks.firstName'), exposed);
  if ('refusal' in made) {
    notify({ tone: 'error', title: translate('blocks.notMade'), detail: made.refusal[currentLanguage()] });
    return;
  }
  const name = made.document.nodes.find(({ id }) => id === made.instance)?.name ?? '';
  replaceDrawing({ key: 'makeBlock', name }, made.document, made.exposed, [made.instance]);
}

/** Puts what is inside the selected instance in its place. */
export function dissolveBlock(): void {
  const state = useDocumentStore.getState();
  const instance = selectedInstance(state);
  if (instance === undefined) return;
  const result = unfoldNode(state.document, instance.id, drawnBlock(state)?.exposed);
  if (result === undefined) return;
  replaceDrawing({ key: 'dissolve', name: instance.name }, result.document, result.exposed, result.unfolded);
}

/** Whether other instances follow an edit of the selected one. */
export function canDetach(state: DocumentState): boolean {
  const node = selectedInstance(state);
  const block = node && blockOf(state.document.blocks, node.type);
  return block !== undefined && countInstances(state.project, block.id) > 1;
}

/** Gives the selected instance a block of its own. */
export function detachBlock(): void {
  const { document } = useDocumentStore.getState();
  const instance = selectedInstance(useDocumentStore.getState());
  if (instance === undefined) return;
  const { nodes, blocks } = detachNode(document, instance.id);
  edit({ key: 'detach', name: instance.name }, (draft) => {
    draft.nodes = [...nodes];
    draft.blocks = [...blocks];
  });
}

const changeBlock = (
  label: EditLabel,
  id: string,
  change: (block: Draft<BlockDefinition>) => void,
  mergeKey?: string,
): void =>
  edit(
    label,
    (draft) => {
      const block = draft.blocks.find((candidate) => candidate.id === id);
      if (block !== undefined) change(block);
    },
    { mergeKey },
  );

/** Empty names are not taken, of longer ones what the project holds. */
export function renameBlock(id: string, name: string): void {
  const wanted = givenName(name);
  if (wanted !== '') changeBlock({ key: 'rename', name: wanted }, id, (block) => void (block.name = wanted));
}

/** A block that no node is an instance of leaves the project. */
export function deleteBlock(id: string): void {
  const { project } = useDocumentStore.getState();
  const name = project.blocks.find((block) => block.id === id)?.name ?? id;
  if (countInstances(project, id) > 0) return;
  edit({ key: 'deleteBlock', name }, (draft) => {
    draft.blocks = draft.blocks.filter((block) => block.id !== id);
  });
}

/** How a field of a node inside the drawn block can be set from outside. */
export type Exposure = 'hidden' | 'own' | { readonly joins: string };

export function exposeField(of: FieldOf, how: Exposure): void {
  const block = drawnBlock(useDocumentStore.getState());
  if (block === undefined) return;
  const key = how === 'hidden' ? 'hide' : 'expose';
  changeBlock({ key, name: of.field }, block.id, (draft) => {
    if (how === 'hidden') draft.exposed = withoutExposed(block.exposed, of);
    else if (how === 'own') draft.exposed = withExposed(withoutExposed(block.exposed, of), of);
    else draft.exposed = joinedTo(block.exposed, of, how.joins, 1);
  });
}

/** What an exposed field is called on instances; what its first field is called where the name is empty. */
export function renameExposed(name: string, label: string): void {
  const block = drawnBlock(useDocumentStore.getState());
  if (block === undefined) return;
  const wanted = givenName(label);
  changeBlock({ key: 'editBlock', name: block.name }, block.id, (draft) => {
    const one = draft.exposed.find((exposed) => exposed.name === name);
    if (one === undefined) return;
    if (wanted === '') delete one.label;
    else one.label = wanted;
  });
}

/** How many times over a field takes the value that it has in common with others. */
export function setTimes(name: string, of: FieldOf, times: number): void {
  const block = drawnBlock(useDocumentStore.getState());
  if (block === undefined) return;
  changeBlock(
    { key: 'editBlock', name: block.name },
    block.id,
    (draft) => {
      const bound = draft.exposed
        .find((one) => one.name === name)
        ?.fields.find(({ node, field }) => node === of.node && field === of.field);
      if (bound === undefined) return;
      if (times === 1) delete bound.times;
      else bound.times = times;
    },
    `times ${name} ${of.node} ${of.field}`,
  );
}

/**
 * The blocks that the project needs to hold nodes of some types from elsewhere, and what the types are called here.
 * Undefined, after saying why, where the block that is drawn would then contain itself.
 */
export function adoptForDrawing(types: readonly string[], others: Blocks): Adopted | undefined {
  const state = useDocumentStore.getState();
  const adopted = adoptBlocks(state.document.blocks, blocksUsedBy(types, others));
  const around = drawnBlock(state);
  const used = blocksUsedBy(types.filter(isBlockType).map(adopted.typeHere), adopted.blocks);
  if (around === undefined || !used.some(({ id }) => id === around.id)) return adopted;
  const detail = translate('blocks.inItself', { name: around.name });
  notify({ tone: 'error', title: translate('blocks.notAdded'), detail });
  return undefined;
}

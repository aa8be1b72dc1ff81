import { type Draft, produce } from 'immer';
import { create } from 'zustand';
import type { Problem } from '../../engine/declaration/problem.ts';
import {
  type Analysis,
  analyseDocument,
  type Known,
  type NodeAnalysis,
} from '../../engine/document/analyse.ts';
import { withBlockEdited } from '../../engine/document/edit-block.ts';
import { knownAt } from '../../engine/document/level-analysis.ts';
import { blockAt, drawingAt, type Level } from '../../engine/document/levels.ts';
import type { DocumentNode, Drawing, NetwrightDocument } from '../../engine/document/schema.ts';
import { emptyDocument } from './empty-document.ts';
import {
  type EditLabel,
  emptyHistory,
  type History,
  recordStep,
  stepBack,
  stepForward,
  stepTo,
} from './history.ts';
import { problemsByNode } from './problems-by-node.ts';

export interface Selection {
  readonly nodes: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
  readonly notes?: ReadonlySet<string>;
}

export const nothingSelected: Selection = { nodes: new Set(), wires: new Set() };

/** The file that the document came from or went to; `handle` is the shell's. */
export interface DocumentFile {
  readonly name: string;
  readonly handle: unknown;
  /** Another window has it open: nothing can be changed here. */
  readonly isReadOnly?: boolean;
}

/** What is known of what is drawn now, by ids there; problems, counts, data and losses are those of the whole project. */
export type LevelAnalysis = Known &
  Pick<Analysis, 'problems' | 'parameterCount' | 'frozenCount' | 'data' | 'losses'>;

export interface DocumentState {
  /** All of it: what is saved, trained and exported. */
  readonly project: NetwrightDocument;
  /** What is drawn now: the project's own nodes and wires, or those inside a block. Commands change this. */
  readonly document: Drawing;
  /** The instances that were entered on the way to it; empty at the top. */
  readonly level: Level;
  /** What is known of the whole, by ids of the flat document. */
  readonly whole: Analysis;
  readonly analysis: LevelAnalysis;
  readonly selection: Selection;
  readonly history: History;
  readonly file: DocumentFile | undefined;
  /** The document as it was last saved or opened; any other object is an unsaved change. */
  readonly saved: NetwrightDocument;
  /** Counts the edits that were refused because another window has the file open. */
  readonly refusedEdits: number;
  /** Counts the documents that were opened, so that the view starts anew with each. */
  readonly opened: number;
  /** Problems by the node that is drawn and they are on, or in. */
  readonly problemsOf: ReadonlyMap<string, readonly Problem[]>;
}

function stateOf(project: NetwrightDocument, file: DocumentFile | undefined, saved = project): DocumentState {
  return {
    ...drawn(project, []),
    selection: nothingSelected,
    history: emptyHistory,
    file,
    saved,
    refusedEdits: 0,
    opened: 0,
  };
}

type Drawn = Pick<DocumentState, 'project' | 'document' | 'level' | 'whole' | 'analysis' | 'problemsOf'>;

/** A project seen at a level, or at the one around it where that is no more. */
function drawn(project: NetwrightDocument, wanted: Level): Drawn {
  let level = wanted;
  while (drawingAt(project, level) === undefined) level = level.slice(0, -1);
  const whole = analyseDocument(project);
  const { problems, parameterCount, frozenCount, data, losses, flattened, nodes } = whole;
  const known = knownAt(project, level, flattened, nodes);
  return {
    project,
    document: drawingAt(project, level) ?? project,
    level,
    whole,
    analysis: { ...known, problems, parameterCount, frozenCount, data, losses },
    problemsOf: problemsByNode(problems, level, project),
  };
}

/** What is known of a project that is not being edited, at its top level. */
export const seenWhole = (project: NetwrightDocument): Drawn => drawn(project, []);

/** The only owner of the document being edited. Read it anywhere; change it by the commands beside this file. */
export const useDocumentStore = create<DocumentState>(() => stateOf(emptyDocument('Untitled'), undefined));

export interface LoadOptions {
  readonly file?: DocumentFile;
  /** It counts as changed from the start: a recovered document. */
  readonly unsaved?: boolean;
}

/** Replaces the document and its history. */
export function loadDocument(document: NetwrightDocument, { file, unsaved = false }: LoadOptions = {}): void {
  const saved = unsaved ? emptyDocument(document.name) : document;
  const opened = useDocumentStore.getState().opened + 1;
  useDocumentStore.setState({ ...stateOf(document, file, saved), opened });
}

export interface EditOptions {
  /** Quick successions of edits with the same key are one step of the history. */
  readonly mergeKey?: string | undefined;
  /** What is selected afterwards; unchanged without it, save for what no longer exists. */
  readonly select?: Selection;
}

/** Changes the document as one named step of the history; without effect where `change` leaves it as it is. */
export function edit(
  label: EditLabel,
  change: (draft: Draft<Drawing>) => void,
  options: EditOptions = {},
): void {
  const state = useDocumentStore.getState();
  const document = produce(state.document, change);
  if (document !== state.document) record(label, projectWith(state, document), options);
}

/** The same for what belongs to the project as a whole: its name, how it is trained. */
export function editProject(
  label: EditLabel,
  change: (draft: Draft<NetwrightDocument>) => void,
  options: EditOptions = {},
): void {
  record(label, produce(useDocumentStore.getState().project, change), options);
}

/** The project with a drawing changed: the project itself at the top, else the block that is drawn. */
function projectWith({ project, level }: DocumentState, changed: Drawing): NetwrightDocument {
  const block = blockAt(project, level);
  if (block === undefined) return { ...project, ...changed };
  const edited = changed.blocks.find(({ id }) => id === block.id) ?? block;
  // The block as it was, so that what is lost by the change is seen.
  const blocks = changed.blocks.map((other) => (other.id === block.id ? block : other));
  return withBlockEdited(
    { ...project, blocks },
    {
      ...edited,
      nodes: changed.nodes,
      wires: changed.wires,
      ...(changed.notes !== undefined && { notes: changed.notes }),
    },
  );
}

/** What is known of a drawing, and the problems on its nodes. */
export type Seen = Pick<DocumentState, 'analysis' | 'problemsOf'>;

/** What would be known if the drawing were another one: for whoever tries something before doing it. */
export function lookAhead(changed: Drawing): Seen {
  const state = useDocumentStore.getState();
  return drawn(projectWith(state, changed), state.level);
}

function record(
  label: EditLabel,
  after: NetwrightDocument,
  { mergeKey, select: selected }: EditOptions,
): void {
  const { project: before, level, history, file, document, refusedEdits } = useDocumentStore.getState();
  if (after === before) return;
  if (file?.isReadOnly === true) {
    // Drawn anew, so that what was dragged goes back.
    useDocumentStore.setState({ refusedEdits: refusedEdits + 1, document: { ...document } });
    return;
  }
  show(
    after,
    level,
    recordStep(history, { label, before, after, level, mergeKey, atMs: performance.now() }),
    selected,
  );
}

function show(project: NetwrightDocument, level: Level, history: History, select?: Selection): void {
  const state = drawn(project, level);
  const selection = existing(state.document, select ?? useDocumentStore.getState().selection);
  useDocumentStore.setState({ ...state, history, selection });
}

/** Draws another level of the project, with one node selected there or none. */
export function showLevel(level: Level, node?: string): void {
  const { project } = useDocumentStore.getState();
  const state = drawn(project, level);
  const nodes = new Set(node === undefined ? [] : [node]);
  useDocumentStore.setState({ ...state, selection: existing(state.document, { nodes, wires: new Set() }) });
}

function existing(document: Drawing, selection: Selection): Selection {
  const nodes = document.nodes.filter(({ id }) => selection.nodes.has(id)).map(({ id }) => id);
  const wires = document.wires.filter(({ id }) => selection.wires.has(id)).map(({ id }) => id);
  const notes = (document.notes ?? []).filter(({ id }) => selection.notes?.has(id)).map(({ id }) => id);
  const isWhole =
    nodes.length === selection.nodes.size &&
    wires.length === selection.wires.size &&
    notes.length === (selection.notes?.size ?? 0);
  if (isWhole) return selection;
  return { nodes: new Set(nodes), wires: new Set(wires), notes: new Set(notes) };
}

export function undo(): void {
  const back = stepBack(useDocumentStore.getState().history);
  if (back !== undefined) show(back.document, back.level, back.history);
}

export function redo(): void {
  const forward = stepForward(useDocumentStore.getState().history);
  if (forward !== undefined) show(forward.document, forward.level, forward.history);
}

/** Goes back or forward to where `done` steps of the history are done. */
export function goToStep(done: number): void {
  const there = stepTo(useDocumentStore.getState().history, done);
  if (there !== undefined) show(there.document, there.level, there.history);
}

export function select(selection: Selection): void {
  useDocumentStore.setState({ selection: existing(useDocumentStore.getState().document, selection) });
}

export const selectNodes = (ids: Iterable<string>): void => select({ nodes: new Set(ids), wires: new Set() });
export const selectNotes = (ids: Iterable<string>): void =>
  select({ nodes: new Set(), wires: new Set(), notes: new Set(ids) });
export const selectWires = (ids: Iterable<string>): void => select({ nodes: new Set(), wires: new Set(ids) });

/** Takes note that the document as it is now stands in `file`. */
export function markSaved(document: NetwrightDocument, file: DocumentFile | undefined): void {
  useDocumentStore.setState({ saved: document, file });
}

export const hasUnsavedChanges = (state: DocumentState): boolean => state.project !== state.saved;

export const findNode = (state: DocumentState, id: string): DocumentNode | undefined =>
  state.analysis.topology.nodes.get(id);

export const useNode = (id: string): DocumentNode | undefined =>
  useDocumentStore((state) => findNode(state, id));

export const useNodeAnalysis = (id: string): NodeAnalysis | undefined =>
  useDocumentStore((state) => state.analysis.nodes.get(id));

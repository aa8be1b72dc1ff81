import { type Draft, produce } from 'immer';
import { create } from 'zustand';
import type { Problem } from '../../engine/declaration/problem.ts';
import { type Analysis, analyseDocument, type NodeAnalysis } from '../../engine/document/analyse.ts';
import type { DocumentNode, NetwrightDocument } from '../../engine/document/schema.ts';
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

export interface Selection {
  readonly nodes: ReadonlySet<string>;
  readonly wires: ReadonlySet<string>;
}

export const nothingSelected: Selection = { nodes: new Set(), wires: new Set() };

/** The file that the document came from or went to; `handle` is the shell's. */
export interface DocumentFile {
  readonly name: string;
  readonly handle: unknown;
}

export interface DocumentState {
  readonly document: NetwrightDocument;
  readonly analysis: Analysis;
  readonly selection: Selection;
  readonly history: History;
  readonly file: DocumentFile | undefined;
  /** The document as it was last saved or opened; any other object is an unsaved change. */
  readonly saved: NetwrightDocument;
  /** Counts the documents that were opened, so that the view starts anew with each. */
  readonly opened: number;
  /** The analysis' problems by the node they are on. */
  readonly problemsOf: ReadonlyMap<string, readonly Problem[]>;
}

function stateOf(
  document: NetwrightDocument,
  file: DocumentFile | undefined,
  saved = document,
): DocumentState {
  return {
    document,
    ...analysed(document),
    selection: nothingSelected,
    history: emptyHistory,
    file,
    saved,
    opened: 0,
  };
}

function analysed(document: NetwrightDocument): Pick<DocumentState, 'analysis' | 'problemsOf'> {
  const analysis = analyseDocument(document);
  const problemsOf = new Map<string, Problem[]>();
  for (const problem of analysis.problems) {
    const { node } = problem.place;
    if (node === undefined) continue;
    const others = problemsOf.get(node);
    if (others === undefined) problemsOf.set(node, [problem]);
    else others.push(problem);
  }
  return { analysis, problemsOf };
}

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
  change: (draft: Draft<NetwrightDocument>) => void,
  options: EditOptions = {},
): void {
  const state = useDocumentStore.getState();
  const document = produce(state.document, change);
  if (document === state.document) return;
  const step = {
    label,
    before: state.document,
    after: document,
    mergeKey: options.mergeKey,
    atMs: performance.now(),
  };
  show(document, recordStep(state.history, step), options.select);
}

function show(document: NetwrightDocument, history: History, select?: Selection): void {
  const selection = existing(document, select ?? useDocumentStore.getState().selection);
  useDocumentStore.setState({ document, ...analysed(document), history, selection });
}

function existing(document: NetwrightDocument, selection: Selection): Selection {
  const nodes = document.nodes.filter(({ id }) => selection.nodes.has(id)).map(({ id }) => id);
  const wires = document.wires.filter(({ id }) => selection.wires.has(id)).map(({ id }) => id);
  if (nodes.length === selection.nodes.size && wires.length === selection.wires.size) return selection;
  return { nodes: new Set(nodes), wires: new Set(wires) };
}

export function undo(): void {
  const back = stepBack(useDocumentStore.getState().history);
  if (back !== undefined) show(back.document, back.history);
}

export function redo(): void {
  const forward = stepForward(useDocumentStore.getState().history);
  if (forward !== undefined) show(forward.document, forward.history);
}

/** Goes back or forward to where `done` steps of the history are done. */
export function goToStep(done: number): void {
  const there = stepTo(useDocumentStore.getState().history, done);
  if (there !== undefined) show(there.document, there.history);
}

export function select(selection: Selection): void {
  useDocumentStore.setState({ selection: existing(useDocumentStore.getState().document, selection) });
}

export const selectNodes = (ids: Iterable<string>): void => select({ nodes: new Set(ids), wires: new Set() });
export const selectWires = (ids: Iterable<string>): void => select({ nodes: new Set(), wires: new Set(ids) });

/** Takes note that the document as it is now stands in `file`. */
export function markSaved(document: NetwrightDocument, file: DocumentFile | undefined): void {
  useDocumentStore.setState({ saved: document, file });
}

export const hasUnsavedChanges = (state: DocumentState): boolean => state.document !== state.saved;

export const findNode = (state: DocumentState, id: string): DocumentNode | undefined =>
  state.analysis.topology.nodes.get(id);

export const useNode = (id: string): DocumentNode | undefined =>
  useDocumentStore((state) => findNode(state, id));

export const useNodeAnalysis = (id: string): NodeAnalysis | undefined =>
  useDocumentStore((state) => state.analysis.nodes.get(id));

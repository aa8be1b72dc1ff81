import type { MarkColor } from '../../engine/document/schema.ts';
import { arrange, canLineUp, canSpace, lineUp } from '../arrange/arrange.ts';
import { saveToMine } from '../blocks/library.ts';
import { canvasView } from '../canvas/view.ts';
import {
  canDetach,
  detachBlock,
  dissolveBlock,
  enterBlock,
  leaveBlock,
  makeBlock,
  selectedInstance,
} from '../document/block-commands.ts';
import { copySelection, cutSelection, duplicateSelection, paste } from '../document/clipboard.ts';
import {
  gridSize,
  nudgeSelection,
  openableNode,
  openSelected,
  removeSelection,
  selectAll,
  selectNothing,
  setColor,
} from '../document/commands.ts';
import { newDocument, openDocument, saveDocument, saveDocumentAs } from '../document/files.ts';
import { frozenAround, isSelectionFrozen, toggleFrozen } from '../document/frozen.ts';
import { addNote, keyOfNote } from '../document/notes.ts';
import { type DocumentState, redo, undo, useDocumentStore } from '../document/store.ts';
import { findStep, isFinding, showFind } from '../find/find.ts';
import type { SentenceKey } from '../i18n/i18n.ts';
import { stepSample, togglePreview, usePreview } from '../preview/preview-store.ts';
import { startTour } from '../tour/tour-store.ts';
import { exportOnnx } from '../training/export-onnx.ts';
import { pressTrain } from '../training/press-train.ts';
import { reset, situation, stop, whyNot } from '../training/run-commands.ts';
import { showOverlay, showPage } from '../workspace/state.ts';
import { goToInspector, goToPanel } from './go-to.ts';
import { editNote, renameSelected } from './rename.ts';

/**
 * Where an action's key counts: everywhere; while the canvas is on screen; only while the keyboard is on the canvas
 * (single letters, arrows); or nowhere, because something else listens to it: the browser's own event
 * (copy and paste), the button to train.
 */
export type Reach = 'studio' | 'page' | 'canvas' | 'event';

export interface Action {
  readonly id: string;
  readonly label: SentenceKey;
  readonly reach: Reach;
  /** The first is the one that menus show; `$mod` is Command on a Mac and Control elsewhere. */
  readonly keys: readonly string[];
  readonly run: () => unknown;
  readonly enabled?: (state: DocumentState) => boolean;
}

const hasNodes = ({ selection }: DocumentState): boolean => selection.nodes.size > 0;
export const hasNodesOrNotes = ({ selection }: DocumentState): boolean =>
  selection.nodes.size + (selection.notes?.size ?? 0) > 0;
const hasSelection = (state: DocumentState): boolean =>
  hasNodesOrNotes(state) || state.selection.wires.size > 0;
const isInstance = (state: DocumentState): boolean => selectedInstance(state) !== undefined;

/** A note in the middle of what is seen, ready to be written on. */
function writeNote(): void {
  const view = canvasView();
  const id = addNote(view?.center() ?? { x: 0, y: 0 }, view?.sizes());
  if (id === undefined) return;
  requestAnimationFrame(() => {
    view?.reveal(keyOfNote(id));
    editNote(id);
  });
}

/** Escape lets go of what is selected; with nothing selected it leaves the block. */
function escape(): void {
  if (hasSelection(useDocumentStore.getState())) selectNothing();
  else leaveBlock();
}

const hasSeveral = ({ document }: DocumentState): boolean => document.nodes.length > 1;
/** Marks what is selected with a colour, or with none. */
const mark = (color: MarkColor | undefined) =>
  ({ reach: 'page', keys: [], run: () => setColor(color), enabled: hasNodesOrNotes }) as const;
const oneNode = ({ selection }: DocumentState): boolean => selection.nodes.size === 1;

/** Everything a person can do by menu or key, once: the menus, the keys and the key map are all made from it. */
export const actions = {
  new: { label: 'menu.new', reach: 'studio', keys: ['Alt+KeyN'], run: newDocument },
  templates: { label: 'menu.templates', reach: 'studio', keys: ['Alt+KeyT'], run: () => showPage('gallery') },
  open: { label: 'menu.open', reach: 'studio', keys: ['$mod+O'], run: openDocument },
  save: { label: 'menu.save', reach: 'page', keys: ['$mod+S'], run: saveDocument },
  saveAs: { label: 'menu.saveAs', reach: 'page', keys: ['$mod+Shift+S'], run: saveDocumentAs },
  exportOnnx: { label: 'menu.exportOnnx', reach: 'page', keys: ['$mod+E'], run: exportOnnx },
  picture: {
    label: 'menu.picture',
    reach: 'page',
    keys: [],
    run: () => showOverlay('picture'),
    enabled: ({ document }) => document.nodes.length > 0,
  },

  undo: {
    label: 'menu.undo',
    reach: 'page',
    keys: ['$mod+Z'],
    run: undo,
    enabled: ({ history }) => history.past.length > 0,
  },
  redo: {
    label: 'menu.redo',
    reach: 'page',
    keys: ['$mod+Shift+Z', '$mod+Y'],
    run: redo,
    enabled: ({ history }) => history.future.length > 0,
  },
  history: {
    label: 'menu.history',
    reach: 'page',
    keys: ['Alt+KeyH'],
    run: () => showOverlay('history'),
    enabled: ({ history }) => history.past.length + history.future.length > 0,
  },
  cut: { label: 'menu.cut', reach: 'event', keys: ['$mod+X'], run: cutSelection, enabled: hasNodesOrNotes },
  copy: {
    label: 'menu.copy',
    reach: 'event',
    keys: ['$mod+C'],
    run: copySelection,
    enabled: hasNodesOrNotes,
  },
  paste: { label: 'menu.paste', reach: 'event', keys: ['$mod+V'], run: () => paste() },
  duplicate: {
    label: 'menu.duplicate',
    reach: 'page',
    keys: ['$mod+D'],
    run: duplicateSelection,
    enabled: hasNodesOrNotes,
  },
  delete: {
    label: 'menu.delete',
    reach: 'canvas',
    keys: ['Delete', 'Backspace'],
    run: () => removeSelection(),
    enabled: hasSelection,
  },
  deleteGap: {
    label: 'menu.deleteGap',
    reach: 'canvas',
    keys: ['Shift+Delete', 'Shift+Backspace'],
    run: () => removeSelection('remove', { gap: true }),
    enabled: hasNodes,
  },
  selectAll: { label: 'menu.selectAll', reach: 'page', keys: ['$mod+A'], run: selectAll },

  addLayer: { label: 'menu.addLayer', reach: 'page', keys: ['/', 'Space'], run: () => showOverlay('add') },
  addNote: { label: 'menu.addNote', reach: 'canvas', keys: ['N'], run: writeNote },
  palette: { label: 'menu.palette', reach: 'studio', keys: ['$mod+K'], run: () => showOverlay('palette') },
  find: { label: 'menu.find', reach: 'page', keys: ['$mod+F'], run: () => showFind(true) },
  findNext: {
    label: 'menu.findNext',
    reach: 'page',
    keys: ['F3'],
    run: () => findStep(1),
    enabled: isFinding,
  },
  findPrevious: {
    label: 'menu.findPrevious',
    reach: 'page',
    keys: ['Shift+F3'],
    run: () => findStep(-1),
    enabled: isFinding,
  },
  train: { label: 'keys.train', reach: 'event', keys: ['$mod+Enter'], run: pressTrain },
  stop: {
    label: 'training.stop',
    reach: 'page',
    keys: [],
    run: stop,
    enabled: () => whyNot('stop', situation()) === undefined,
  },
  reset: {
    label: 'training.reset',
    reach: 'page',
    keys: [],
    run: reset,
    enabled: () => whyNot('reset', situation()) === undefined,
  },
  buildPage: { label: 'menu.buildPage', reach: 'studio', keys: [], run: () => showPage('build') },
  dataPage: { label: 'menu.dataPage', reach: 'studio', keys: [], run: () => showPage('data') },
  modelsPage: { label: 'menu.modelsPage', reach: 'studio', keys: [], run: () => showPage('models') },
  learnPage: { label: 'menu.learnPage', reach: 'studio', keys: [], run: () => showPage('learn') },
  connect: {
    label: 'menu.connect',
    reach: 'canvas',
    keys: ['C'],
    run: () => showOverlay('connect'),
    enabled: oneNode,
  },
  replace: {
    label: 'menu.replace',
    reach: 'canvas',
    keys: ['R'],
    run: () => showOverlay('replace'),
    enabled: oneNode,
  },
  inspect: { label: 'menu.inspect', reach: 'canvas', keys: ['I'], run: goToInspector },
  rename: { label: 'menu.rename', reach: 'canvas', keys: ['F2'], run: renameSelected, enabled: oneNode },
  openParts: {
    label: 'menu.openParts',
    reach: 'canvas',
    keys: ['O'],
    run: openSelected,
    enabled: (state) => openableNode(state) !== undefined,
  },

  freeze: {
    label: 'menu.freeze',
    reach: 'canvas',
    keys: ['Shift+F'],
    run: toggleFrozen,
    enabled: (state) => isSelectionFrozen(state) !== undefined && frozenAround(state) === undefined,
  },

  makeBlock: {
    label: 'menu.makeBlock',
    reach: 'page',
    keys: ['$mod+G'],
    run: makeBlock,
    enabled: hasNodes,
  },
  enterBlock: {
    label: 'menu.enterBlock',
    reach: 'page',
    keys: ['$mod+ArrowDown'],
    run: () => enterBlock(selectedInstance(useDocumentStore.getState())?.id ?? ''),
    enabled: isInstance,
  },
  leaveBlock: {
    label: 'menu.leaveBlock',
    reach: 'page',
    keys: ['$mod+ArrowUp'],
    run: leaveBlock,
    enabled: ({ level }) => level.length > 0,
  },
  dissolveBlock: {
    label: 'menu.dissolveBlock',
    reach: 'page',
    keys: ['$mod+Shift+G'],
    run: dissolveBlock,
    enabled: isInstance,
  },
  detachBlock: { label: 'menu.detachBlock', reach: 'page', keys: [], run: detachBlock, enabled: canDetach },
  saveBlock: {
    label: 'menu.saveBlock',
    reach: 'page',
    keys: [],
    run: () => {
      const instance = selectedInstance(useDocumentStore.getState());
      if (instance !== undefined) void saveToMine(instance);
    },
    enabled: isInstance,
  },

  arrangeRight: {
    label: 'menu.arrangeRight',
    reach: 'canvas',
    keys: ['L'],
    run: () => arrange('right'),
    enabled: hasSeveral,
  },
  arrangeDown: {
    label: 'menu.arrangeDown',
    reach: 'canvas',
    keys: ['Shift+L'],
    run: () => arrange('down'),
    enabled: hasSeveral,
  },
  alignRow: { label: 'menu.alignRow', reach: 'page', keys: [], run: () => lineUp('row'), enabled: canLineUp },
  alignColumn: {
    label: 'menu.alignColumn',
    reach: 'page',
    keys: [],
    run: () => lineUp('column'),
    enabled: canLineUp,
  },
  spaceAcross: {
    label: 'menu.spaceAcross',
    reach: 'page',
    keys: [],
    run: () => lineUp('spaceAcross'),
    enabled: canSpace,
  },
  spaceDown: {
    label: 'menu.spaceDown',
    reach: 'page',
    keys: [],
    run: () => lineUp('spaceDown'),
    enabled: canSpace,
  },

  fitView: {
    label: 'menu.fitView',
    reach: 'page',
    keys: ['F', '$mod+Shift+F'],
    run: () => canvasView()?.fitView(),
  },
  zoomIn: { label: 'canvas.zoomIn', reach: 'page', keys: ['$mod+='], run: () => canvasView()?.zoomIn() },
  zoomOut: { label: 'canvas.zoomOut', reach: 'page', keys: ['$mod+-'], run: () => canvasView()?.zoomOut() },
  zoomReset: {
    label: 'canvas.zoomReset',
    reach: 'page',
    keys: ['$mod+0'],
    run: () => canvasView()?.zoomTo(1),
  },

  showCurves: { label: 'panel.curves', reach: 'page', keys: [], run: () => goToPanel('curves') },
  showLayers: { label: 'panel.layers', reach: 'page', keys: [], run: () => goToPanel('layers') },
  showEvaluate: { label: 'panel.evaluate', reach: 'page', keys: [], run: () => goToPanel('evaluate') },
  showSummary: { label: 'panel.summary', reach: 'page', keys: [], run: () => goToPanel('summary') },
  showRuns: { label: 'panel.runs', reach: 'page', keys: [], run: () => goToPanel('runs') },
  showProblems: { label: 'panel.problems', reach: 'page', keys: [], run: () => goToPanel('problems') },

  preview: { label: 'preview.toggle', reach: 'canvas', keys: ['V'], run: togglePreview },
  previousSample: {
    label: 'preview.previous',
    reach: 'canvas',
    keys: ['['],
    run: () => stepSample(-1),
    enabled: () => usePreview.getState().on,
  },
  nextSample: {
    label: 'preview.next',
    reach: 'canvas',
    keys: [']'],
    run: () => stepSample(1),
    enabled: () => usePreview.getState().on,
  },

  colorBlue: { label: 'color.markBlue', ...mark('blue') },
  colorSky: { label: 'color.markSky', ...mark('sky') },
  colorGreen: { label: 'color.markGreen', ...mark('green') },
  colorYellow: { label: 'color.markYellow', ...mark('yellow') },
  colorOrange: { label: 'color.markOrange', ...mark('orange') },
  colorPurple: { label: 'color.markPurple', ...mark('purple') },
  colorNone: { label: 'color.markNone', ...mark(undefined) },

  clearSelection: { label: 'keys.clearSelection', reach: 'canvas', keys: ['Escape'], run: escape },
  nudgeLeft: {
    label: 'keys.nudgeLeft',
    reach: 'canvas',
    keys: ['ArrowLeft'],
    run: () => nudgeSelection(-gridSize, 0),
  },
  nudgeRight: {
    label: 'keys.nudgeRight',
    reach: 'canvas',
    keys: ['ArrowRight'],
    run: () => nudgeSelection(gridSize, 0),
  },
  nudgeUp: {
    label: 'keys.nudgeUp',
    reach: 'canvas',
    keys: ['ArrowUp'],
    run: () => nudgeSelection(0, -gridSize),
  },
  nudgeDown: {
    label: 'keys.nudgeDown',
    reach: 'canvas',
    keys: ['ArrowDown'],
    run: () => nudgeSelection(0, gridSize),
  },

  tour: { label: 'menu.tour', reach: 'studio', keys: [], run: startTour },
  showKeys: { label: 'menu.showKeys', reach: 'studio', keys: ['Shift+?'], run: () => showOverlay('keys') },
} as const satisfies Record<string, Omit<Action, 'id'>>;

export type ActionId = keyof typeof actions;

export const actionOf = (id: ActionId): Action => ({ id, ...actions[id] });

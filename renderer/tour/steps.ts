import { declarationOf } from '../../engine/document/blocks.ts';
import type { DocumentNode, NetwrightDocument } from '../../engine/document/schema.ts';
import { topologyOf } from '../../engine/document/topology.ts';
import { addNode, setParam } from '../document/commands.ts';
import { selectNodes, useDocumentStore } from '../document/store.ts';
import { showPanelTab } from '../training/panel-tab.ts';
import { pressTrain } from '../training/press-train.ts';

/** What the steps look at to know that they are done. */
export interface Progress {
  readonly project: NetwrightDocument;
  /** Something keeps it from being trained. */
  readonly hasErrors: boolean;
  /** Epochs of the run that is shown; 0 without one. */
  readonly epochs: number;
  /** The panel that shows what was learned was open since then. */
  readonly looked: boolean;
}

export interface Step {
  readonly id: 'data' | 'layers' | 'loss' | 'train' | 'look';
  readonly done: (progress: Progress) => boolean;
  /** Does what the step asks for, by the commands that a person would use. */
  readonly doIt: () => unknown;
}

const categoryOf = (project: NetwrightDocument, { type }: DocumentNode): string | undefined =>
  declarationOf(project.blocks, type)?.category;

const dataOf = (project: NetwrightDocument): DocumentNode | undefined =>
  project.nodes.find((node) => categoryOf(project, node) === 'data');

/** Nodes that the data's wires lead to, and how many layers with weights and activations lie on the longest way there. */
function depths(project: NetwrightDocument): Map<string, { weights: number; activations: number }> {
  const { order, into } = topologyOf(project);
  const start = dataOf(project);
  const found = new Map<string, { weights: number; activations: number }>();
  if (start !== undefined) found.set(start.id, { weights: 0, activations: 0 });
  for (const node of order) {
    const category = categoryOf(project, node);
    for (const { from } of into.get(node.id) ?? []) {
      const before = found.get(from.node);
      if (before === undefined) continue;
      const weights = before.weights + (category === 'linear' ? 1 : 0);
      // One after the last layer would bend the answer, not the boundary.
      const activations = before.activations + (category === 'activation' && before.weights > 0 ? 1 : 0);
      const known = found.get(node.id);
      if (known === undefined || known.weights + known.activations < weights + activations)
        found.set(node.id, { weights, activations });
    }
  }
  return found;
}

const isDeep = (project: NetwrightDocument): boolean =>
  [...depths(project).values()].some(({ weights, activations }) => weights >= 2 && activations >= 1);

/** Where the next layer goes: the end of what the data's wires lead to. */
function lastReached(project: NetwrightDocument): DocumentNode | undefined {
  const reached = [...depths(project).keys()];
  const leaving = topologyOf(project).outOf;
  const ends = reached.filter((id) => (leaving.get(id) ?? []).every(({ to }) => !reached.includes(to.node)));
  return project.nodes.find(({ id }) => id === (ends.at(-1) ?? dataOf(project)?.id));
}

const project = (): NetwrightDocument => useDocumentStore.getState().project;

/** How many classes the data has; undefined where it wants numbers. */
function classes(): number | undefined {
  const { whole } = useDocumentStore.getState();
  return whole.nodes.get(dataOf(project())?.id ?? '')?.outputs['y']?.classes;
}

function addLinear(outFeatures: number): void {
  const node = addNode('linear');
  if (node !== undefined) setParam(node.id, 'outFeatures', outFeatures);
}

function selectEnd(): void {
  const end = lastReached(project());
  if (end !== undefined) selectNodes([end.id]);
}

/** Five steps from an empty canvas to a network that was trained and looked at. */
export const steps: readonly Step[] = [
  {
    id: 'data',
    done: (progress) => dataOf(progress.project) !== undefined,
    doIt: () => addNode('data'),
  },
  {
    id: 'layers',
    done: (progress) => isDeep(progress.project),
    doIt: () => {
      selectEnd();
      addLinear(16);
      addNode('relu');
      addLinear(classes() ?? 1);
    },
  },
  {
    id: 'loss',
    done: ({ project: { nodes, blocks }, hasErrors }) =>
      !hasErrors && nodes.some(({ type }) => declarationOf(blocks, type)?.category === 'loss'),
    doIt: () => {
      selectEnd();
      addNode(classes() === undefined ? 'mse' : 'cross-entropy');
    },
  },
  { id: 'train', done: ({ epochs }) => epochs >= 1, doIt: pressTrain },
  { id: 'look', done: ({ looked }) => looked, doIt: () => showPanelTab('evaluate') },
];

/** The first step that is not done yet; their number when all are. */
export function currentStep(progress: Progress): number {
  const open = steps.findIndex(({ done }) => !done(progress));
  return open === -1 ? steps.length : open;
}

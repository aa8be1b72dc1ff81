import { describe, expect, it } from 'vitest';
import { analyseDocument, hasErrors } from '../../../engine/document/analyse.ts';
import { problemText, requireRunnable } from '../../../engine/document/problem-text.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { checkWire } from '../../../engine/document/wiring.ts';
import { chainDocument, mlpDocument } from '../documents.ts';

type Draft = { -readonly [K in keyof NetwrightDocument]: NetwrightDocument[K] };

const edited = (edit: (document: Draft) => void): NetwrightDocument => {
  const document = structuredClone(mlpDocument()) as Draft;
  edit(document);
  return document;
};

const errorsOf = (document: NetwrightDocument): string[] =>
  analyseDocument(document)
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ code }) => code);

describe('analysing a document', () => {
  it('follows shapes and counts parameters through the 2-4-4-2 net', () => {
    const { nodes, parameterCount, problems } = analyseDocument(mlpDocument());
    expect(problems).toEqual([]);
    expect(nodes.get('fc1')?.outputs.y?.shape.slice(1)).toEqual([4]);
    expect(nodes.get('fc3')?.outputs.y?.shape.slice(1)).toEqual([2]);
    expect(['fc1', 'fc2', 'fc3'].map((id) => nodes.get(id)?.parameterCount)).toEqual([12, 20, 10]);
    expect(parameterCount).toBe(42);
  });

  it('shows shapes as far as a half-built net goes', () => {
    const document = edited((draft) => {
      draft.wires = draft.wires.filter((wire) => wire.to.node !== 'fc3');
    });
    const { nodes, problems } = analyseDocument(document);
    expect(nodes.get('relu2')?.outputs.y?.shape.slice(1)).toEqual([4]);
    expect(nodes.get('fc3')?.outputs.y).toBeUndefined();
    expect(problems).toContainEqual(
      expect.objectContaining({ code: 'missing-wire', place: { node: 'fc3', port: 'x' } }),
    );
  });

  it.each<[string, string, (draft: Draft) => void]>([
    [
      'an unknown layer',
      'unknown-layer',
      (draft) => Object.assign(draft.nodes[1] as object, { type: 'quantum' }),
    ],
    [
      'a field out of range',
      'out-of-range',
      (draft) => Object.assign(draft.nodes[1] as object, { params: { outFeatures: 0 } }),
    ],
    [
      'a field nobody knows',
      'unknown-field',
      (draft) => Object.assign(draft.nodes[1] as object, { params: { width: 4 } }),
    ],
    [
      'a wire to a missing port',
      'missing-port',
      (draft) => Object.assign(draft.wires[0]?.to as object, { port: 'z' }),
    ],
    [
      'a wire to a missing node',
      'missing-node',
      (draft) => Object.assign(draft.wires[0]?.to as object, { node: 'nobody' }),
    ],
    [
      'a cycle',
      'cycle',
      (draft) => Object.assign(draft.wires[0]?.from as object, { node: 'relu1', port: 'y' }),
    ],
    [
      'two producers on one input',
      'two-producers',
      (draft) => {
        draft.wires = [
          ...draft.wires,
          { id: 'again', from: { node: 'data', port: 'x' }, to: { node: 'fc1', port: 'x' } },
        ];
      },
    ],
    [
      'no data',
      'no-data',
      (draft) => {
        draft.nodes = draft.nodes.filter(({ id }) => id !== 'data');
        draft.wires = draft.wires.filter(({ from }) => from.node !== 'data');
      },
    ],
    [
      'no loss',
      'no-loss',
      (draft) => {
        draft.nodes = draft.nodes.filter(({ id }) => id !== 'loss');
        draft.wires = draft.wires.filter(({ to }) => to.node !== 'loss');
      },
    ],
    [
      'an unknown optimizer',
      'unknown-choice',
      (draft) => {
        draft.training = { ...draft.training, optimizer: { type: 'magic', params: {} } };
      },
    ],
    [
      'a schedule of milestones that do not grow',
      'wrong-text',
      (draft) => {
        const schedule = { type: 'multi-step', params: { milestones: '5, 3' } };
        draft.training = { ...draft.training, schedule };
      },
    ],
    [
      'a limit of clipping that is none',
      'out-of-range',
      (draft) => {
        draft.training = { ...draft.training, clipping: { by: 'norm', limit: 0 } };
      },
    ],
    [
      'early stopping by a test part that is empty',
      'nothing-to-monitor',
      (draft) => {
        draft.training = { ...draft.training, testShare: 0, earlyStopping: { monitor: 'test-loss' } };
      },
    ],
  ])('finds %s', (_, code, edit) => {
    expect(errorsOf(edited(edit))).toContain(code);
  });

  it('says that a class count and the logits do not meet, with both numbers', () => {
    const document = chainDocument([['fc1', 'linear', { outFeatures: 1 }]]);
    expect(() => requireRunnable(document)).toThrow(/"loss".*1.*2|"loss".*2.*1/);
  });

  it('says that an accuracy cannot be watched where no answer is right or wrong', () => {
    const document = chainDocument([['fc1', 'linear', { outFeatures: 1 }]], 'mse', { source: 'line' });
    const earlyStopping = { monitor: 'test-accuracy' };
    const watching = { ...document, training: { ...document.training, earlyStopping } };
    expect(() => requireRunnable(watching)).toThrow(/earlyStopping\.monitor: .*no answer is right or wrong/);
    expect(() => requireRunnable(document)).not.toThrow();
  });

  it('warns about AdamW without weight decay, and still runs', () => {
    const document = edited((draft) => {
      draft.training = { ...draft.training, optimizer: { type: 'adamw', params: {} } };
    });
    expect(requireRunnable(document).problems.map(({ code }) => code)).toEqual(['no-weight-decay']);
  });

  it('warns about a node that leads nowhere, and still runs', () => {
    const document = edited((draft) => {
      draft.nodes = [
        ...draft.nodes,
        { id: 'spare', type: 'relu', name: 'spare', position: { x: 0, y: 0 }, params: {} },
      ];
      draft.wires = [
        ...draft.wires,
        { id: 'side', from: { node: 'fc1', port: 'y' }, to: { node: 'spare', port: 'x' } },
      ];
    });
    const analysis = analyseDocument(document);
    expect(analysis.problems.map(({ code, severity }) => [code, severity])).toEqual([['unused', 'warning']]);
    expect(hasErrors(analysis)).toBe(false);
  });

  it('infers a node again only when its parameters or inputs change', () => {
    const document = mlpDocument();
    const before = analyseDocument(document);
    const moved = {
      ...document,
      nodes: document.nodes.map((node) => ({ ...node, position: { x: 1, y: 1 } })),
    };
    const after = analyseDocument(moved);
    expect(after.nodes.get('fc2')?.weights).toBe(before.nodes.get('fc2')?.weights);
  });

  it('names node and field of a problem in both languages', () => {
    const document = edited((draft) =>
      Object.assign(draft.nodes[1] as object, { params: { outFeatures: 0 } }),
    );
    const [problem] = analyseDocument(document).problems;
    expect(problem && problemText(problem, document).en).toMatch(
      /^node "fc1", field "outFeatures": .*from 1 to .*, found 0/,
    );
    expect(problem && problemText(problem, document).zh).toMatch(/^节点“fc1”，字段“outFeatures”：.*实际为 0/);
  });
});

describe('drawing a wire', () => {
  const wire = (from: [string, string], to: [string, string]) =>
    checkWire(mlpDocument(), { node: from[0], port: from[1] }, { node: to[0], port: to[1] })?.en;

  it('is allowed where the kinds meet', () => {
    expect(wire(['data', 'x'], ['fc2', 'x'])).toBeUndefined();
  });

  it.each([
    ['to itself', ['fc1', 'y'], ['fc1', 'x'], /cannot feed itself/],
    ['back to what it came from', ['relu2', 'y'], ['fc1', 'x'], /close a circle/],
    [
      'from labels to numbers',
      ['data', 'y'],
      ['fc1', 'x'],
      /carries whole numbers \(labels, tokens\).*takes numbers/,
    ],
    ['from a port that is not there', ['fc1', 'z'], ['relu1', 'x'], /from an output to an input/],
  ] as const)('is refused %s, with the reason', (_, from, to, reason) => {
    expect(wire([...from], [...to])).toMatch(reason);
  });
});

import { describe, expect, it } from 'vitest';
import { analyseDocument, hasErrors } from '../../../engine/document/analyse.ts';
import { withFittingHeads } from '../../../engine/document/fitting-heads.ts';
import type { NetwrightDocument } from '../../../engine/document/schema.ts';
import { chainDocument, drawnDocument } from '../documents.ts';
import { template } from '../training/templates.ts';

const rows = { source: 'random-labels', features: 6, classes: 7 };
const paramOf = (document: NetwrightDocument, id: string, field: string) =>
  document.nodes.find((node) => node.id === id)?.params[field];

describe('a network whose data have other classes than it was drawn for', () => {
  it('gets as many outputs as there are classes, at the last layer that decides how many', () => {
    const drawn = chainDocument(
      [
        ['fc1', 'linear', { outFeatures: 5 }],
        ['relu', 'relu'],
        ['fc2', 'linear', { outFeatures: 2 }],
        ['drop', 'dropout'],
        ['scale', 'scale'],
      ],
      'cross-entropy',
      rows,
    );
    expect(hasErrors(analyseDocument(drawn))).toBe(true);
    const { document: fitted } = withFittingHeads(drawn);
    expect([paramOf(fitted, 'fc1', 'outFeatures'), paramOf(fitted, 'fc2', 'outFeatures')]).toEqual([5, 7]);
    expect(analyseDocument(fitted).problems).toEqual([]);
  });

  it('gets them through what a block shows, and stays as it is where nothing has to change', () => {
    const { blocks } = template('resnet');
    const fully = drawnDocument(
      {
        data: ['data', { source: 'shapes' }],
        head: ['block:conv-bn-relu', { outChannels: 9 }],
        pool: ['global-average-pool'],
        loss: ['cross-entropy'],
      },
      [
        ['data.x', 'head.in'],
        ['head.out', 'pool.x'],
        ['pool.y', 'loss.prediction'],
        ['data.y', 'loss.target'],
      ],
    );
    const { document: fitted } = withFittingHeads({ ...fully, blocks });
    expect(paramOf(fitted, 'head', 'outChannels')).toBe(4);
    expect(withFittingHeads(fitted)).toEqual({ document: fitted, fitted: [] });
  });

  it('gets them where something else keeps it from running too, such as a missing Flatten', () => {
    const drawn = chainDocument([['fc', 'linear', { outFeatures: 9 }]], 'cross-entropy', {
      source: 'shapes',
    });
    const { document: fitted } = withFittingHeads(drawn);
    expect(paramOf(fitted, 'fc', 'outFeatures')).toBe(4);
    expect(analyseDocument(fitted).problems.map(({ code }) => code)).toEqual(['shape-mismatch']);
  });

  it('stays as it is where the last layer cannot help', () => {
    const branches = drawnDocument(
      {
        data: ['data', rows],
        a: ['linear', { outFeatures: 3 }],
        b: ['linear', { outFeatures: 3 }],
        add: ['add'],
        loss: ['cross-entropy'],
      },
      [
        ['data.x', 'a.x'],
        ['data.x', 'b.x'],
        ['a.y', 'add.a'],
        ['b.y', 'add.b'],
        ['add.y', 'loss.prediction'],
        ['data.y', 'loss.target'],
      ],
    );
    expect(withFittingHeads(branches).document).toBe(branches);
  });
});

it('a network that paints its input again gets as many channels as that has', () => {
  const unet = template('unet');
  const grey = {
    ...unet,
    nodes: unet.nodes.map((node) =>
      node.type === 'data' ? { ...node, params: { ...node.params, colour: 'grey' } } : node,
    ),
  };
  expect(hasErrors(analyseDocument(grey))).toBe(true);
  const { document: fitted } = withFittingHeads(grey);
  expect(paramOf(fitted, 'image', 'outChannels')).toBe(1);
  expect(analyseDocument(fitted).problems).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { catalogue } from '../../../engine/document/catalogue.ts';
import { exampleOf } from '../../../renderer/learn/example.ts';
import { findTopics, layerTopic, topicGroups } from '../../../renderer/learn/topics.ts';

const topics = topicGroups.flatMap((group) => group.topics);

describe('help pages', () => {
  it('are there for everything that can stand on the canvas, each once', () => {
    const ids = topics.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const type of catalogue.keys()) expect(ids).toContain(layerTopic(type));
  });

  it.each([...catalogue.values()].map((layer) => [layer.type, layer] as const))(
    'show %s at work in a network without faults',
    (_, layer) => {
      const example = exampleOf(layer);
      if (example === undefined) throw new Error('no example');
      const { nodes, problems } = analyseDocument(example.document);
      expect(nodes.get(example.layer)?.isBuilt).toBe(true);
      expect(
        problems.filter(({ place, severity }) => place.node !== undefined && severity === 'error'),
      ).toEqual([]);
    },
  );

  it('are found by title, type and text in either language', () => {
    const found = (query: string): string[] =>
      findTopics(query).flatMap((group) => group.topics.map(({ title }) => title.en));
    expect(found('池化')).toContain('MaxPool');
    expect(found('adamw')).toEqual(['AdamW']);
    expect(found('GroupNorm'), 'other pages speak of it').toContain('BatchNorm');
    expect(found('no such thing')).toEqual([]);
    expect(found('')).toHaveLength(topics.length);
  });
});

import { describe, expect, it } from 'vitest';
import { analyseDocument } from '../../../engine/document/analyse.ts';
import { drawnDeclaration } from '../../../engine/document/placeholder.ts';
import type { DocumentNode, NetwrightDocument } from '../../../engine/document/schema.ts';
import { readDrawable } from '../../../renderer/document/drawable.ts';
import { emptyDocument } from '../../../renderer/document/empty-document.ts';

const bytes = (document: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(document));

const relu = (id: string) => ({ id, type: 'relu', name: id, position: { x: 0, y: 0 }, params: {} });
const wire = (id: string, from: string, to: string) => ({
  id,
  from: { node: from, port: 'y' },
  to: { node: to, port: 'x' },
});
const withParts = (parts: Partial<NetwrightDocument>): NetwrightDocument => ({
  ...emptyDocument('T'),
  ...parts,
});

describe('a file that is opened', () => {
  it('is shown when all that is wrong with it can be mended on the canvas', () => {
    const document = withParts({
      nodes: [relu('a'), relu('b')],
      wires: [wire('w', 'a', 'b'), wire('v', 'b', 'a')],
    });
    expect(readDrawable(bytes(document), 'f.netwright.json')).toEqual(document);
  });

  it.each([
    ['two nodes of one id', withParts({ nodes: [relu('a'), relu('a')] }), /"a"/],
    ['a wire from nowhere', withParts({ nodes: [relu('a')], wires: [wire('w', 'z', 'a')] }), /"z"/],
    [
      'a wire to a port that is not there',
      withParts({
        nodes: [relu('a'), relu('b')],
        wires: [{ ...wire('w', 'a', 'b'), to: { node: 'b', port: 'q' } }],
      }),
      /"q"/,
    ],
  ])('is refused with its name and place: %s', (_what, document, found) => {
    expect(() => readDrawable(bytes(document), 'f.netwright.json')).toThrow(/^f\.netwright\.json: /);
    expect(() => readDrawable(bytes(document), 'f.netwright.json')).toThrow(found);
  });

  it('keeps a layer that nobody knows, with the ports that its wires end at', () => {
    const document = withParts({
      nodes: [{ ...relu('a'), type: 'magic', params: { power: 9 } }, relu('b')],
      wires: [wire('w', 'a', 'b')],
    });
    const shown = readDrawable(bytes(document), 'f.netwright.json');
    expect(shown).toEqual(document);
    const { title, ports } = drawnDeclaration(shown, shown.nodes[0] as DocumentNode);
    expect(title.en).toBe('magic');
    expect(ports.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(ports.inputs).toEqual([]);
    const [problem] = analyseDocument(shown).problems;
    expect(problem).toMatchObject({ code: 'unknown-layer', place: { node: 'a' } });
  });

  it('is refused when it is no text', () => {
    expect(() => readDrawable(new Uint8Array([0xff, 0xfe, 0x00]), 'f.bin')).toThrow(/f\.bin: expected text/);
  });

  it('gets new wire ids where two are alike', () => {
    const document = withParts({
      nodes: [relu('a'), relu('b'), relu('c')],
      wires: [wire('w', 'a', 'b'), wire('w', 'b', 'c')],
    });
    const ids = readDrawable(bytes(document), 'f').wires.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });
});

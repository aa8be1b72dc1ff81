import { describe, expect, it } from 'vitest';
import type { Picture, PictureNode } from '../../../renderer/picture/picture.ts';
import { type Look, type Svg, svgOf } from '../../../renderer/picture/svg.ts';

const look: Look = {
  background: '#fff',
  card: '#fefefe',
  behind: '#eee',
  border: '#ccc',
  text: '#111',
  muted: '#555',
  wire: '#777',
  category: (category) => `color-of-${category}`,
  mark: (color) => `mark-${color}`,
  font: 'Test',
};
/** Ten pixels to a letter. */
const measure = (text: string): number => 10 * [...text].length;

const node = (changed: Partial<PictureNode> = {}): PictureNode => ({
  x: 0,
  y: 0,
  width: 184,
  height: 68,
  name: 'fc1',
  kind: 'Linear',
  face: '2 → 4',
  parameters: '12',
  category: 'linear',
  isBlock: false,
  isPort: false,
  ...changed,
});
const draw = (picture: Partial<Picture>, background = true, shapes = true): Svg =>
  svgOf(
    { title: 'net', nodes: [node()], wires: [], notes: [], ...picture },
    look,
    { background, shapes },
    measure,
  );
const textsIn = ({ text }: Svg): string[] =>
  [...text.matchAll(/<text[^>]*>([^<]*)</g)].map(([, t]) => t ?? '');

describe('a picture of a network', () => {
  it('says of each layer its name, kind, numbers and parameters', () => {
    expect(textsIn(draw({}))).toEqual(['fc1', 'Linear', '2 → 4', '12']);
    expect(draw({}).text).toContain('color-of-linear');
  });

  it('cuts what is too long for its card, letter by letter, and leaves out what has no room at all', () => {
    const [name, ...others] = textsIn(draw({ nodes: [node({ name: '🧠'.repeat(40), kind: 'Linear' })] }));
    expect(name).toBe(`${'🧠'.repeat(14)}…`);
    expect(others).toEqual(['2 → 4', '12']);
  });

  it('is well-formed whatever layers are called', () => {
    const svg = draw({ title: '<&">', nodes: [node({ name: 'a<b&"c"\u0000\uD800' })] });
    expect(svg.text).toContain('<title>&lt;&amp;&quot;&gt;</title>');
    expect(textsIn(svg)[0]).toBe('a&lt;b&amp;&quot;c&quot;');
  });

  it('shows what nodes are marked with, and notes below them, their words in lines that fit', () => {
    const note = {
      x: 0,
      y: 200,
      width: 100,
      height: 80,
      text: '一二三四五六七八九 abc defg',
      color: 'sky',
    } as const;
    const svg = draw({ nodes: [node({ color: 'green' })], notes: [note] });
    expect(svg.text).toContain('mark-green');
    expect(svg.text).toContain('mark-sky');
    const words = textsIn(svg);
    expect(words.slice(0, 3)).toEqual(['一二三四五六七八', '九 abc', 'defg']);
    expect(svg.height).toBe(280 + 6 + 48);
  });

  it('holds all nodes, and the bends of wires that leave them', () => {
    const bend = { path: 'M184 50L 204,50Q 220,50 220,66L 220,300', x: 220, y: 200 };
    const svg = draw({
      nodes: [node(), node({ x: -100 })],
      wires: [{ ...bend, shape: 'N×4', labels: false }],
    });
    expect([svg.width, svg.height]).toEqual([320 + 6 + 48, 300 + 6 + 48]);
    expect(svg.text).toContain('viewBox="-124 -24 ');
  });

  it('leaves out the ground and the shapes on request', () => {
    const wires = [{ path: 'M0,0 C1,1 2,2 3,3', x: 1, y: 1, shape: 'N×4', labels: true }];
    expect(textsIn(draw({ wires }))).toContain('N×4');
    expect(textsIn(draw({ wires }, true, false))).not.toContain('N×4');
    const rects = (svg: Svg): number => svg.text.split('<rect').length - 1;
    expect(rects(draw({}, false))).toBe(rects(draw({})) - 1);
  });
});

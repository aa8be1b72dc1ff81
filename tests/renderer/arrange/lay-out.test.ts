import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../engine/document/read.ts';
import { type Arranging, type Box, layOut } from '../../../renderer/arrange/lay-out.ts';
import { linedUp } from '../../../renderer/arrange/line-up.ts';
import { columnWidth, gridSize } from '../../../renderer/document/commands.ts';

const folder = new URL('../../../assets/templates/', import.meta.url);
const size = { width: 184, height: 130 };

function drawn(name: string, direction: Arranging['direction'] = 'right'): Arranging {
  const { nodes, wires } = readDocument(readFileSync(new URL(name, folder), 'utf8'), name);
  return {
    boxes: nodes.map(({ id, position }) => ({ id, ...position, ...size })),
    wires: wires.map(({ from, to }) => ({ from: from.node, to: to.node })),
    direction,
    portHeight: 50,
    grid: 16,
  };
}

const arranged = (arranging: Arranging): Arranging => {
  const places = new Map(layOut(arranging));
  return { ...arranging, boxes: arranging.boxes.map((box) => ({ ...box, ...places.get(box.id) })) };
};

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const templates = readdirSync(folder).filter((name) => name.endsWith('.netwright.json'));

describe.each(['right', 'down'] as const)('a layout to the %s', (direction) => {
  it.each(templates)('lets all data of %s flow that way, with nothing on top of anything', (name) => {
    const { boxes, wires } = arranged(drawn(name, direction));
    const byId = new Map(boxes.map((box) => [box.id, box]));
    const [along, length] = direction === 'right' ? (['x', 'width'] as const) : (['y', 'height'] as const);
    for (const { from, to } of wires) {
      const [source, target] = [byId.get(from), byId.get(to)];
      if (source === undefined || target === undefined) throw new Error('a wire without an end');
      expect(source[along] + source[length], `${from} before ${to}`).toBeLessThanOrEqual(target[along]);
    }
    for (const [i, a] of boxes.entries())
      for (const b of boxes.slice(i + 1)) expect(overlap(a, b), `${a.id} on ${b.id}`).toBe(false);
  });

  it('changes nothing the second time', () => {
    for (const name of templates) {
      const once = arranged(drawn(name, direction));
      expect(arranged(once).boxes, name).toEqual(once.boxes);
    }
  });
});

describe('a layout after a small edit', () => {
  it('moves only what comes after a layer that was put in, by one column', () => {
    const before = arranged(drawn('lenet.netwright.json'));
    const [cut = expect.fail()] = before.wires.slice(4);
    const middle = before.boxes.find(({ id }) => id === cut.from) ?? expect.fail();
    const after = arranged({
      ...before,
      boxes: [...before.boxes, { ...size, id: 'new', x: middle.x + 20, y: middle.y + 40 }],
      wires: [
        ...before.wires.filter((wire) => wire !== cut),
        { from: cut.from, to: 'new' },
        { from: 'new', to: cut.to },
      ],
    });
    const now = new Map(after.boxes.map((box) => [box.id, box]));
    for (const box of before.boxes) {
      const moved = now.get(box.id) ?? expect.fail();
      expect(Math.abs(moved.x - box.x), box.id).toBeLessThanOrEqual(columnWidth + gridSize);
      expect(Math.abs(moved.y - box.y), box.id).toBeLessThanOrEqual(16);
    }
  });

  it('keeps what was above what', () => {
    const boxes = ['a', 'b', 'c', 'd'].map((id, i) => ({ ...size, id, x: 0, y: [400, 0, 600, 200][i] ?? 0 }));
    const from = { ...size, id: 'source', x: -300, y: 300 };
    const wires = boxes.map(({ id }) => ({ from: 'source', to: id }));
    const { boxes: after } = arranged({
      boxes: [from, ...boxes],
      wires,
      direction: 'right',
      portHeight: 50,
      grid: 16,
    });
    const order = (list: readonly Box[]): string[] =>
      list
        .filter(({ id }) => id !== 'source')
        .toSorted((a, b) => a.y - b.y)
        .map(({ id }) => id);
    expect(order(after)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('leads the wire that passes a whole row beside it, not through it, on the side it is drawn on', () => {
    const row = ['a', 'b', 'c'].map((id, i) => ({ ...size, id, x: 300 * (i + 1), y: 0 }));
    const wires = [
      { from: 'data', to: 'a' },
      { from: 'a', to: 'b' },
      { from: 'b', to: 'c' },
      { from: 'c', to: 'loss' },
      { from: 'data', to: 'loss' },
    ];
    for (const side of [-1, 1]) {
      const ends = ['data', 'loss'].map((id, i) => ({ ...size, id, x: 1200 * i, y: 60 * side }));
      const { boxes } = arranged({
        boxes: [...row, ...ends],
        wires,
        direction: 'right',
        portHeight: 50,
        grid: 16,
      });
      const [a = expect.fail(), , , data = expect.fail(), loss = expect.fail()] = boxes;
      expect(loss.y).toBe(data.y);
      const wireAt = data.y + 50;
      if (side > 0) expect(wireAt).toBeGreaterThan(a.y + size.height);
      else expect(wireAt + 24, 'from the second port').toBeLessThan(a.y);
    }
  });

  it('has the ports of a row at one height, however tall the boxes are', () => {
    const boxes = [76, 130, 240].map((height, i) => ({ id: `n${i}`, x: 0, y: i * 300, width: 184, height }));
    const wires = [
      { from: 'n0', to: 'n1' },
      { from: 'n1', to: 'n2' },
    ];
    const after = layOut({ boxes, wires, direction: 'right', portHeight: 50, grid: 16 });
    expect(new Set(after.map(([, { y }]) => y)).size, 'their upper edges, then, too').toBe(1);
  });
});

describe('lining up', () => {
  const boxes = [
    { id: 'a', x: 0, y: 32, width: 100, height: 50 },
    { id: 'b', x: 400, y: 0, width: 100, height: 80 },
    { id: 'c', x: 130, y: 64, width: 60, height: 50 },
  ];

  it('puts boxes in one row or one column', () => {
    expect(linedUp(boxes, 'row').map(([, { y }]) => y)).toEqual([0, 0, 0]);
    expect(linedUp(boxes, 'column').map(([, { x }]) => x)).toEqual([0, 0, 0]);
    expect(linedUp(boxes, 'row').map(([, { x }]) => x)).toEqual([0, 400, 130]);
  });

  it('makes the gaps equal and leaves the outermost where they are', () => {
    expect(linedUp(boxes, 'spaceAcross')).toEqual([
      ['a', { x: 0, y: 32 }],
      ['c', { x: 220, y: 64 }],
      ['b', { x: 400, y: 0 }],
    ]);
    expect(linedUp(boxes.slice(0, 2), 'spaceAcross'), 'two have one gap').toEqual([]);
  });
});

import type { Samples, StoredRows } from '../data/sources/contract.ts';
import { elementCount } from '../declaration/tensor-type.ts';
import {
  BatchSlots,
  cell,
  cellOf,
  type HandedSamples,
  type MakerSeat,
  noEpoch,
  slotCount,
  state,
} from './batch-slots.ts';
import { type MadeRows, madeRows } from './made-rows.ts';

/** Makes the batches that are asked for until all is over: the whole life of a thread beside the one that trains. */
export function makeBatches(seat: MakerSeat, openRows: (place: string) => StoredRows): void {
  const slots = new BatchSlots(seat);
  const { cells } = slots;
  const opened = new Map(
    seat.inputs.map(({ samples }): [HandedSamples, Samples] => {
      const { x } = samples;
      return [samples, { ...samples, x: 'place' in x ? openRows(x.place) : x }];
    }),
  );
  const inputs = seat.inputs.map(({ samples, port, shape }) => ({
    made: madeRows(opened.get(samples) as Samples, port, shape, seat.seed) as MadeRows,
    size: elementCount(shape),
  }));
  while (Atomics.load(cells, cell.over) === 0) {
    const asked = Atomics.load(cells, cell.asked);
    const slot = nextSlot(slots);
    if (slot === undefined) {
      Atomics.wait(cells, cell.asked, asked);
      continue;
    }
    const rows = slots.rowsOf(slot);
    const epoch = cells[cellOf(slot, 'epoch')];
    const words = slots.wordsOf(slot);
    let at = 0;
    for (const { made, size } of inputs) {
      for (let i = 0; i < rows.length; i++, at += size)
        made.copy(rows[i], epoch === noEpoch ? undefined : epoch, words, at);
    }
    Atomics.store(cells, cellOf(slot, 'state'), state.ready);
    Atomics.notify(cells, cellOf(slot, 'state'));
  }
}

/** Takes the one that was asked for first. */
function nextSlot(slots: BatchSlots): number | undefined {
  const { cells } = slots;
  let first: number | undefined;
  for (let slot = 0; slot < slotCount; slot++) {
    if (Atomics.load(cells, cellOf(slot, 'state')) !== state.wanted) continue;
    if (first === undefined || cells[cellOf(slot, 'turn')] - cells[cellOf(first, 'turn')] < 0) first = slot;
  }
  return first !== undefined && slots.passes(first, state.wanted, state.taken) ? first : undefined;
}

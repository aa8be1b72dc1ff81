import { blobs } from './blobs.ts';
import { circle } from './circle.ts';
import type { SourceDefinition } from './contract.ts';
import { line } from './line.ts';
import { moons } from './moons.ts';
import { randomLabels } from './random-labels.ts';
import { sequences } from './sequences.ts';
import { shapeImages } from './shapes.ts';
import { spirals } from './spirals.ts';
import { square } from './square.ts';
import { triangle } from './triangle.ts';
import { waveforms } from './waveforms.ts';
import { xor } from './xor.ts';

/** Every data source there is: the only list. */
export const sources = {
  line,
  circle,
  triangle,
  square,
  xor,
  spirals,
  moons,
  blobs,
  shapes: shapeImages,
  waveforms,
  sequences,
  'random-labels': randomLabels,
} as const satisfies Record<string, SourceDefinition>;

const byType: ReadonlyMap<string, SourceDefinition> = new Map(
  Object.values<SourceDefinition>(sources).map((source) => [source.type, source]),
);

export const sourceOf = (type: string): SourceDefinition | undefined => byType.get(type);

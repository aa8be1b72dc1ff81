import { isPortType } from '../../engine/document/blocks.ts';
import { catalogue } from '../../engine/document/catalogue.ts';
import type { DocumentNode } from '../../engine/document/schema.ts';
import { usesStrip } from '../canvas/living.ts';
import { usePreview } from './preview-store.ts';

/** Of a picture in a node, and of the histograms whose place it takes. */
const pictureHeight = 64;
const stripHeight = 43;

/** How much taller a node becomes when pictures are switched on: room for that keeps it clear of what stands below. */
export function pictureRoom({ type }: DocumentNode): number {
  const category = catalogue.get(type)?.category;
  if (usePreview.getState().on || category === 'data' || isPortType(type)) return 0;
  return category !== 'loss' && usesStrip() ? pictureHeight - stripHeight : pictureHeight;
}

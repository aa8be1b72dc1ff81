import { catalogue } from '../../engine/document/catalogue.ts';
import type { AnyLayer, Category } from '../../engine/layers/contract.ts';

export interface LayerGroup {
  readonly category: Category;
  readonly layers: readonly AnyLayer[];
}

const order: readonly Category[] = [
  'data',
  'linear',
  'convolution',
  'activation',
  'normalisation',
  'regularisation',
  'attention',
  'shape',
  'loss',
];

/** All layers by category, those without any left out. */
export const layerGroups: readonly LayerGroup[] = order
  .map((category) => ({
    category,
    layers: [...catalogue.values()].filter((layer) => layer.category === category),
  }))
  .filter(({ layers }) => layers.length > 0);

/** Both languages and the type's own name are searched, so that “relu”, “交叉” and “bce” all find something. */
export function matches({ title, type, shortName = type }: AnyLayer, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return [title.en, title.zh, type, shortName].some((name) => name.toLowerCase().includes(wanted));
}

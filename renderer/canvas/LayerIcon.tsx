import {
  Boxes,
  ChartScatter,
  Dices,
  Grid3x3,
  type LucideIcon,
  Scale,
  Shapes,
  Target,
  Waypoints,
} from 'lucide-react';
import type { Category } from '../../engine/layers/contract.ts';

const categoryIcons: Readonly<Record<Exclude<Category, 'activation'>, LucideIcon>> = {
  data: ChartScatter,
  linear: Waypoints,
  convolution: Grid3x3,
  normalisation: Scale,
  attention: Boxes,
  shape: Shapes,
  regularisation: Dices,
  loss: Target,
};

/** The graph of a function on a 16 × 16 field; activations are told apart by what they do. */
const curves: Readonly<Record<string, string>> = {
  relu: 'M2 12H8L14 3',
  'leaky-relu': 'M2 13.5L8 11L14 3',
  prelu: 'M2 14L8 10L14 3M2 10H8',
  sigmoid: 'M2 13C7.5 13 8.5 3 14 3',
  tanh: 'M2 13.5H3.5C7 13.5 7.6 8 8 8S9 2.5 12.5 2.5H14',
  elu: 'M2 13C5 13 7 11.5 8 9L14 3',
  selu: 'M2 14C5 14 7 12 8 9L13.5 2',
  softplus: 'M2 12.5C7 12.5 8.5 9.5 14 3.5',
  silu: 'M2 11C4 11.2 5 12.5 6.5 12.5S9.5 8.5 14 3',
  gelu: 'M2 11.5C4.5 11.5 5.5 12.5 7 12.5S9.5 9 14 3',
  hardswish: 'M2 11H4.5C5 12.5 7 12.8 8 11.5L14 3',
  softmax: 'M3 14V11M8 14V3M13 14V8.5',
  'log-softmax': 'M3 2V11M8 2V4M13 2V8',
};
const anyCurve = 'M2 13C6 13 6 8 8 8S10 3 14 3';

interface LayerIconProps {
  readonly type: string;
  readonly category: Category;
  readonly size?: number;
}

export function LayerIcon({ type, category, size = 14 }: LayerIconProps) {
  if (category === 'activation') {
    return (
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.75}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
      >
        <path d={curves[type] ?? anyCurve} />
      </svg>
    );
  }
  const Icon = categoryIcons[category];
  return <Icon size={size} aria-hidden />;
}

export const categoryColor = (category: Category): string => `var(--category-${category})`;

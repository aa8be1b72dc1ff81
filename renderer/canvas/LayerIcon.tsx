import {
  Boxes,
  ChartScatter,
  Dices,
  Grid3x3,
  Layers2,
  LogIn,
  LogOut,
  type LucideIcon,
  Minus,
  Plus,
  Scale,
  Shapes,
  Target,
  Waypoints,
  X,
} from 'lucide-react';
import type { Category } from '../../engine/layers/contract.ts';
import { activationCurves, anyCurve } from './activation-curves.ts';

const categoryIcons: Readonly<Record<Exclude<Category, 'activation'>, LucideIcon>> = {
  data: ChartScatter,
  linear: Waypoints,
  convolution: Grid3x3,
  normalisation: Scale,
  attention: Boxes,
  shape: Shapes,
  regularisation: Dices,
  loss: Target,
  block: Layers2,
};

/** Arithmetic is told apart by its sign. */
const typeIcons: Readonly<Record<string, LucideIcon>> = {
  add: Plus,
  subtract: Minus,
  multiply: X,
  'block-input': LogIn,
  'block-output': LogOut,
};

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
        <path d={activationCurves[type] ?? anyCurve} />
      </svg>
    );
  }
  const Icon = typeIcons[type] ?? categoryIcons[category];
  return <Icon size={size} aria-hidden />;
}

export const categoryColor = (category: Category): string => `var(--category-${category})`;

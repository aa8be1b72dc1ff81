import { type MarkColor, markColors } from '../../engine/document/schema.ts';
import type { DocumentState } from './store.ts';

/** What a choice of a colour offers: each, and none. */
export const markChoices = ['none', ...markColors] as const;
export type MarkChoice = (typeof markChoices)[number];

export const colorOf = (choice: MarkChoice): MarkColor | undefined =>
  choice === 'none' ? undefined : choice;

/** A CSS colour. */
export const markCss = (choice: MarkChoice): string =>
  choice === 'none' ? 'var(--color-raised)' : `var(--mark-${choice})`;

/** The colour that all selected nodes and notes have in common; undefined where they have several. */
export function markOf({ document, selection }: DocumentState): MarkChoice | undefined {
  const things = [
    ...document.nodes.filter(({ id }) => selection.nodes.has(id)),
    ...(document.notes ?? []).filter(({ id }) => selection.notes?.has(id)),
  ];
  const marks = new Set(things.map(({ color }) => color ?? 'none'));
  const [mark] = marks;
  return marks.size === 1 ? mark : undefined;
}

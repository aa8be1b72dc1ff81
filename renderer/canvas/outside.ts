/** A node that comes into view is drawn a little before it does. */
const margin = '160px';

const observer = (): IntersectionObserver => {
  shared ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        target.toggleAttribute('data-outside', !isIntersecting);
    },
    { rootMargin: margin },
  );
  return shared;
};
let shared: IntersectionObserver | undefined;

/**
 * Marks a card while it is outside the window, so that the style sheet can spare the browser what is in it: with hundreds
 * of nodes, what cannot be seen would cost more than what can. Give it to the card as its ref.
 */
export function markOutside(card: HTMLElement | null): (() => void) | undefined {
  if (card === null) return undefined;
  observer().observe(card);
  return () => observer().unobserve(card);
}

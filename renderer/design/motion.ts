/** How long a movement takes; none where the system asks for less. */
export const motionMs = (): number =>
  window.matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 140;

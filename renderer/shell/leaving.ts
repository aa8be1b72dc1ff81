const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

/** The page asks whether it may be left while something in it goes on. */
export function askBeforeLeaving(goesOn: boolean): void {
  if (goesOn) window.addEventListener('beforeunload', ask);
  else window.removeEventListener('beforeunload', ask);
}

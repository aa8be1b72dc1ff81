/** Something stands over the page and has the keyboard for itself; what is on its way out no longer counts. */
export const isCovered = (): boolean =>
  // A select box that was used once keeps its closed list in the page, hidden.
  [
    ...document.querySelectorAll(
      ':is([role="dialog"]:not([data-toast]), [role="menu"], [role="listbox"]):not([data-closed], [data-closed] *)',
    ),
  ].some((element) => element.checkVisibility());

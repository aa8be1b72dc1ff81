/** `8, 8` as [8, 8]; undefined for a text that is no list of whole numbers. Blanks, commas and × may stand between them. */
export function numberList(written: string): readonly number[] | undefined {
  const parts = written.split(/[\s,，、×x]+/).filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => !/^-?\d{1,9}$/.test(part))) return undefined;
  return parts.map(Number);
}

/** `my-network` for “My network”: a document's name as every file system takes it, or `otherwise` where nothing is left. */
export function fileStem(name: string, otherwise: string): string {
  const plain = name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
  return plain === '' ? otherwise : plain;
}

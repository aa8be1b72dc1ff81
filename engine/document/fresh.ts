/** The first of `type-1`, `type-2` … that is not taken. */
export function freshId(type: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) if (!taken.has(`${type}-${n}`)) return `${type}-${n}`;
}

/** The wanted name, or the next number after it that is not taken. */
export function freshName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/\d+$/, '');
  for (let n = 2; ; n++) if (!taken.has(`${stem}${n}`)) return `${stem}${n}`;
}

/** The same for many ids in a row, each of which is taken then. */
export function freshIds(type: string, taken: Set<string>): () => string {
  let n = 1;
  return () => {
    while (taken.has(`${type}-${n}`)) n++;
    taken.add(`${type}-${n}`);
    return `${type}-${n}`;
  };
}

/** The same for many names in a row, each of which is taken then; a number in a list, `layer.2`, stays as it is. */
export function freshNames(taken: Set<string>): (wanted: string) => string {
  const next = new Map<string, number>();
  return (wanted) => {
    const stem = /\.\d+$/.test(wanted) ? `${wanted}-` : wanted.replace(/\d+$/, '');
    let name = wanted;
    let n = next.get(stem) ?? 2;
    while (taken.has(name)) name = `${stem}${n++}`;
    next.set(stem, n);
    taken.add(name);
    return name;
  };
}

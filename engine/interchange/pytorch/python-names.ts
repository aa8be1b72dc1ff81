import { pythonWords } from '../../layers/python-words.ts';

/** Letters of any language, digits and `_`, not beginning with a digit; `_` behind what Python or PyTorch needs itself. */
function identifier(name: string): string {
  const plain = name
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{Nd}_]+/gu, '_')
    .replace(/^(?=\p{Nd})/u, '_');
  const word = /[^_]/.test(plain) ? plain : `layer${plain}`;
  return pythonWords.has(word) ? `${word}_` : word;
}

/** Gives every name of one place an identifier of its own. */
export class PythonNames {
  private readonly used = new Set<string>();

  take(name: string): string {
    const word = identifier(name);
    let free = word;
    for (let number = 2; this.used.has(free); number++) free = `${word}_${number}`;
    this.used.add(free);
    return free;
  }
}

/** `Conv-BN-ReLU` → `ConvBNReLU`, as classes are called. */
export const className = (name: string): string => {
  const joined = name.replaceAll(
    /[^\p{L}\p{Nd}]+(.)?/gu,
    (_, next: string | undefined) => next?.toUpperCase() ?? '',
  );
  return identifier(joined.replace(/^./u, (first) => first.toUpperCase()) || 'Block');
};

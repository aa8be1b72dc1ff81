/**
 * Arithmetic typed into a number field: + − * / ^, parentheses, 1e-3, and × ÷ as people paste them.
 * Undefined where the text is not such an expression or its value is not finite.
 */
export function evaluateExpression(source: string): number | undefined {
  const text = source.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-').trim();
  if (text === '') return undefined;
  const tokens = text.match(/\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|[-+*/^()]|\S/g) ?? [];
  let at = 0;

  const sum = (): number => {
    let value = product();
    while (tokens[at] === '+' || tokens[at] === '-') {
      value = tokens[at++] === '+' ? value + product() : value - product();
    }
    return value;
  };
  const product = (): number => {
    let value = signed();
    while (tokens[at] === '*' || tokens[at] === '/') {
      value = tokens[at++] === '*' ? value * signed() : value / signed();
    }
    return value;
  };
  const signed = (): number => {
    if (tokens[at] === '-') {
      at++;
      return -signed();
    }
    if (tokens[at] === '+') {
      at++;
      return signed();
    }
    return power();
  };
  const power = (): number => {
    const base = atom();
    if (tokens[at] !== '^') return base;
    at++;
    return base ** signed();
  };
  const atom = (): number => {
    const token = tokens[at++];
    if (token === '(') {
      const value = sum();
      return tokens[at++] === ')' ? value : Number.NaN;
    }
    return token !== undefined && /^[\d.]/.test(token) ? Number(token) : Number.NaN;
  };

  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}

/** Width and height of an icon, and what is left free around its curve. */
const field = 16;
const margin = 2.5;
const steps = 24;

/** The graph of f over −reach … reach as an SVG path that fills the icon's height. */
function graph(f: (x: number) => number, reach = 3): string {
  const points = Array.from({ length: steps + 1 }, (_, i) => f((2 * i * reach) / steps - reach));
  const [least, most] = [Math.min(...points), Math.max(...points)];
  const inner = field - 2 * margin;
  const places = points.map((y, i) => {
    const across = margin + (i * inner) / steps;
    const down = field - margin - ((y - least) * inner) / (most - least);
    return `${across.toFixed(2)} ${down.toFixed(2)}`;
  });
  return `M${places.join('L')}`;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const elu = (x: number): number => (x > 0 ? x : Math.expm1(x));

/** What each activation looks like, by layer type. */
export const activationCurves: Readonly<Record<string, string>> = {
  relu: graph((x) => Math.max(x, 0)),
  // Steeper than usual, so that it can be seen.
  'leaky-relu': graph((x) => (x > 0 ? x : x / 8)),
  prelu: graph((x) => (x > 0 ? x : x / 3)),
  elu: graph(elu),
  selu: graph((x) => (x > 0 ? x : 1.673 * elu(x))),
  sigmoid: graph(sigmoid, 4),
  tanh: graph(Math.tanh),
  softplus: graph((x) => Math.log1p(Math.exp(x))),
  silu: graph((x) => x * sigmoid(x), 4),
  gelu: graph((x) => x * sigmoid(1.702 * x), 2),
  hardswish: graph((x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6, 4),
  // No graphs: shares of a whole, and their logarithms, all below 0.
  softmax: 'M3 14V11M8 14V3M13 14V8.5',
  'log-softmax': 'M3 2V9M8 2V4M13 2V13',
};

export const anyCurve = 'M2 13C6 13 6 8 8 8S10 3 14 3';

/** The sizes in the record of a convolution, in the contract's order. */
@unmanaged
export class Sizes {
  N: i32;
  C: i32;
  H: i32;
  W: i32;
  O: i32;
  KH: i32;
  KW: i32;
  strideH: i32;
  strideW: i32;
  padTop: i32;
  padLeft: i32;
  OH: i32;
  OW: i32;
  dilationH: i32;
  dilationW: i32;
  groups: i32;
}

/**
 * One axis of a pass in which every destination takes the same taps, each of them from the source `shift` rows of a box
 * further on. Forward, destination i reads source i · stride + tap · dilation − pad; a box then has a plane for each remainder of
 * the source's position by the stride, so that taps of neighbouring destinations are neighbours. Backward, destinations
 * phase, phase + stride, … read source i + (phase + pad − tap · dilation) / stride, where that is whole.
 */
@unmanaged
export class Axis {
  /** Of the source. */
  size: i32;
  taps: i32;
  stride: i32;
  pad: i32;
  dilation: i32;
  isBackward: i32;
  /** The first destination of this pass, the distance of two, and how many there are. */
  phase: i32;
  spread: i32;
  count: i32;
  /** Source positions between two rows of a plane of the box, and the number of planes. */
  step: i32;
  planes: i32;
  /** Source position of row 0 of plane 0 for destination 0. */
  origin: i32;
  /** Rows that a plane has beyond one per destination. */
  reach: i32;

  forward(size: i32, count: i32, taps: i32, stride: i32, pad: i32, dilation: i32): void {
    this.size = size;
    this.taps = taps;
    this.stride = stride;
    this.pad = pad;
    this.dilation = dilation;
    this.isBackward = 0;
    this.phase = 0;
    this.spread = 1;
    this.count = count;
    this.step = stride;
    this.planes = dilation === 1 ? min(stride, taps) : stride;
    this.origin = -pad;
    this.reach = ((taps - 1) * dilation) / stride;
  }

  /** `size` and `count` are those of the source and of the destination, that is, of dy and of dx. */
  backward(size: i32, count: i32, taps: i32, stride: i32, pad: i32, dilation: i32, phase: i32): void {
    this.size = size;
    this.taps = taps;
    this.stride = stride;
    this.pad = pad;
    this.dilation = dilation;
    this.isBackward = 1;
    this.phase = phase;
    this.spread = stride;
    this.count = (count - phase + stride - 1) / stride;
    this.step = 1;
    this.planes = 1;
    let first = i32.MAX_VALUE;
    let last = i32.MIN_VALUE;
    for (let tap = 0; tap < taps; tap++) {
      if (!this.has(tap)) continue;
      const source = this.distance(tap) / stride;
      first = min(first, source);
      last = max(last, source);
    }
    this.origin = first > last ? 0 : first;
    this.reach = first > last ? 0 : last - first;
  }

  private distance(tap: i32): i32 {
    return this.phase + this.pad - tap * this.dilation;
  }

  /** Whether the destinations of this pass take that tap. */
  has(tap: i32): bool {
    return !this.isBackward || this.distance(tap) % this.stride === 0;
  }

  plane(tap: i32): i32 {
    return this.isBackward ? 0 : (tap * this.dilation) % this.stride;
  }

  shift(tap: i32): i32 {
    return this.isBackward
      ? this.distance(tap) / this.stride - this.origin
      : (tap * this.dilation) / this.stride;
  }

  /** Whether destinations never look beyond the source, and lie as closely as it does. */
  get isInside(): bool {
    return this.step === 1 && this.origin >= 0 && this.origin + this.count + this.reach <= this.size;
  }
}

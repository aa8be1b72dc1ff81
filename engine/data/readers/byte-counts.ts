const lanes = 4;
/** Long before a count of a lane is full. */
const mostLaneBytes = 2 ** 31;

/**
 * How often each byte stands in each channel of some rows. Neighbours are counted apart and added up in the end: a processor
 * waits before it counts on from a number that it has just written.
 */
export class ByteCounts {
  private readonly channelSize: number;
  private readonly inLanes: Uint32Array; // [C, lanes, 256]
  private readonly counts: Float64Array; // [C, 256]
  private laneBytes = 0;

  constructor(channels: number, channelSize: number) {
    this.channelSize = channelSize;
    this.inLanes = new Uint32Array(channels * lanes * 256);
    this.counts = new Float64Array(channels * 256);
  }

  /** Counts the row that begins there, channel after channel. */
  add(bytes: Uint8Array, start: number): void {
    const { channelSize, inLanes } = this;
    let at = start;
    for (let lane = 0; lane < inLanes.length; lane += lanes * 256) {
      const end = at + channelSize;
      for (; at + lanes <= end; at += lanes) {
        inLanes[lane + bytes[at]]++;
        inLanes[lane + 256 + bytes[at + 1]]++;
        inLanes[lane + 512 + bytes[at + 2]]++;
        inLanes[lane + 768 + bytes[at + 3]]++;
      }
      for (; at < end; at++) inLanes[lane + bytes[at]]++;
    }
    this.laneBytes += at - start;
    if (this.laneBytes >= mostLaneBytes) this.addUp();
  }

  /** [C, 256] */
  total(): Float64Array {
    this.addUp();
    return this.counts.slice();
  }

  private addUp(): void {
    const { counts, inLanes } = this;
    for (let i = 0; i < inLanes.length; i++)
      counts[256 * Math.floor(i / (lanes * 256)) + (i & 255)] += inLanes[i];
    inLanes.fill(0);
    this.laneBytes = 0;
  }
}

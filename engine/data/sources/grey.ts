/** How light a colour looks (ITU-R BT.601): what is taken of a colour picture where an input has one channel. */
export const greyOf = (red: number, green: number, blue: number): number =>
  0.299 * red + 0.587 * green + 0.114 * blue;

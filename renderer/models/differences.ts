/** `0` or `1.19e-7`: differences are told apart by their power of ten. */
export const formatDifference = (value: number): string => (value === 0 ? '0' : value.toExponential(2));

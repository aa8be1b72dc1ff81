/**
 * What an argument of a kernel is:
 *   tensor   index of the first 4-byte word in the arena; 0 = absent (word 0 is never given to a tensor)
 *   int      a whole number
 *   float    a number, stored as the bits of a float32
 */
export type ArgumentKind = 'tensor' | 'int' | 'float';

export const tensor = 'tensor' as const;
export const int = 'int' as const;
export const float = 'float' as const;

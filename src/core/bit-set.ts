/** A set of numbers 0-63: n is bit n of `low`, or bit n - 32 of `high`. */
export interface BitSet {
  low: number;
  high: number;
}

/** Puts a number into the set. */
export function addTo(set: BitSet, value: number): void {
  if (value < 32) set.low |= 1 << value;
  else set.high |= 1 << (value - 32);
}

/** Puts all numbers from `from` to `to` (0-63) into the set. */
export function addSpan(set: BitSet, from: number, to: number): void {
  if (from < 32) set.low |= (-1 << from) & (-1 >>> Math.max(31 - to, 0));
  if (to >= 32) set.high |= (-1 << Math.max(from - 32, 0)) & (-1 >>> (63 - to));
}

/** The smallest member that is at least `from` (0-63), or -1. */
export function nextIn(set: BitSet, from: number): number {
  if (from < 32) {
    const low = set.low & (-1 << from);
    if (low !== 0) return lowestBit(low);
  }
  const high = from < 32 ? set.high : set.high & (-1 << (from - 32));
  return high === 0 ? -1 : 32 + lowestBit(high);
}

/** Whether the number (0-63) is a member. */
export function isIn(set: BitSet, value: number): boolean {
  return ((value < 32 ? set.low >> value : set.high >> (value - 32)) & 1) === 1;
}

/** How many members are less than `end` (0-63). */
export function countBelow(set: BitSet, end: number): number {
  if (end < 32) return countBits(set.low & ~(-1 << end));
  return countBits(set.low) + countBits(set.high & ~(-1 << (end - 32)));
}

/** The number of the lowest bit that is set in a word that is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** How many bits of a 32-bit word are set. */
export function countBits(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

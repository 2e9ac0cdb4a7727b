/** Something that was there from an instant until another. */
export interface Stay {
  called: string;
  from: number;
  until: number;
}

/** More at once than allowed. */
export interface Crowd {
  at: number;
  called: string[];
}

/** Where more than `limit` were there at once, first of all; null if nowhere. One that ends as another comes is no crowd. */
export function firstCrowd(stays: readonly Stay[], limit: number): Crowd | null {
  const coming = [...stays].sort((a, b) => a.from - b.from);
  let there: Stay[] = [];
  for (const stay of coming) {
    there = there.filter(({ until }) => until > stay.from);
    there.push(stay);
    if (there.length > limit) return { at: stay.from, called: there.map(({ called }) => called) };
  }
  return null;
}

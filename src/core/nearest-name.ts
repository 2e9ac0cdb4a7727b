const longestWord = 40;

/** The name that somebody who wrote `word` most likely meant, or null if none is near. Case does not count. */
export function nearestName(word: string, names: readonly string[]): string | null {
  if (word === "" || word.length > longestWord) return null;
  const meant = word.toLowerCase();
  const part = names.find((name) => isPart(meant, name.toLowerCase()));
  return part ?? nearestBySpelling(meant, names);
}

/** `Monday` is meant by MON, `Berlin` is part of Europe/Berlin. */
function isPart(meant: string, name: string): boolean {
  return (name.length >= 3 && meant.startsWith(name)) || name.endsWith(`/${meant}`);
}

function nearestBySpelling(meant: string, names: readonly string[]): string | null {
  let nearest: string | null = null;
  let least = 1 + Math.max(1, Math.floor(meant.length / 4));
  for (const name of names) {
    if (Math.abs(name.length - meant.length) >= least) continue;
    const edits = editsBetween(meant, name.toLowerCase());
    if (edits < least) [nearest, least] = [name, edits];
  }
  return nearest;
}

/** How many letters must be added, left out, replaced or swapped with their neighbour (optimal string alignment). */
function editsBetween(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const replaced = last[column - 1]! + (one[row - 1] === other[column - 1] ? 0 : 1);
      const swapped = isSwap(one, row, other, column) ? beforeLast[column - 2]! + 1 : Infinity;
      current.push(Math.min(last[column]! + 1, current[column - 1]! + 1, replaced, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return last[other.length]!;
}

function isSwap(one: string, row: number, other: string, column: number): boolean {
  return row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
}

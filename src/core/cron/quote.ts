const mostShown = 80;
const longestWord = 40;
const unseen = /[\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The expression in quotes, without its end if it is very long; characters that cannot be seen are escaped. */
export function quoted(text: string): string {
  return quotedAround(text, 0);
}

/** The expression in quotes; of a very long one the part around a character. */
export function quotedAround(text: string, at: number): string {
  const start = at < mostShown ? 0 : Math.min(at - mostShown / 2, text.length - mostShown);
  const end = start + mostShown;
  const shown = `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
  return JSON.stringify(shown).replace(unseen, escaped);
}

/** A word of the expression as it is written, without its end if it is very long. */
export function shortened(word: string): string {
  return word.length > longestWord ? `${word.slice(0, longestWord)}…` : word;
}

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

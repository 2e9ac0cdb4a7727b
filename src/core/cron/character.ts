const dashes = /[\u2010-\u2015\u2212]/;
const stars = /[\u00d7\u2217\u2731\u204e\u22c6\u2605]/;
const blanks = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/;
const unseen = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;
const fullWidth = /[\uff01-\uff5e]/;
const fullWidthStep = 0xfee0;

/** What to write in place of a character that looks like one that an expression may have; null: it looks like none. */
export function plainCharacter(code: number): string | null {
  const char = String.fromCodePoint(code);
  if (fullWidth.test(char)) return `Write a plain ${String.fromCodePoint(code - fullWidthStep)}.`;
  if (dashes.test(char)) return "Write a plain -.";
  if (stars.test(char)) return "Write a plain *.";
  if (blanks.test(char)) return "Write a plain blank.";
  return unseen.test(char) ? "It cannot be seen: take it away." : null;
}

const encoder = new TextEncoder();

/** The length of the longest beginning of `text` that is at most `maxBytes` long in UTF-8; never splits a character. */
export function prefixWithin(text: string, maxBytes: number): number {
  if (text.length * 3 <= maxBytes) return text.length;
  return encoder.encodeInto(text, new Uint8Array(maxBytes)).read;
}

/** The index in `text` after which at most `maxBytes` in UTF-8 follow; never splits a character. */
export function suffixWithin(text: string, maxBytes: number): number {
  const bytes = Buffer.from(text);
  let at = Math.max(0, bytes.length - maxBytes);
  while (at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at += 1;
  return text.length - bytes.toString("utf8", at).length;
}

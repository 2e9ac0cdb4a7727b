/**
 * A number of 32 bits made from a text (FNV-1a over its UTF-16 units, then the finalizer of MurmurHash3): the same on
 * every machine, in every process and in every version of Belfry, because fires depend on it.
 */
export function stableHash(text: string): number {
  let hash = 0x811c_9dc5;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    hash = Math.imul(hash ^ (unit & 0xff), 0x0100_0193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x0100_0193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number from 0 to below 1 made from a text. */
export function stableFraction(text: string): number {
  return stableHash(text) / 0x1_0000_0000;
}

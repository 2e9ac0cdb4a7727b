/** The first full minute that is at least so many milliseconds away: what can only fire at minutes has so long to prepare. */
export function nextMinute(afterMs) {
  return new Date(Math.ceil((Date.now() + afterMs) / 60_000) * 60_000);
}

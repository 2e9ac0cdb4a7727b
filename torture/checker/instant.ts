/** An instant as people read it. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

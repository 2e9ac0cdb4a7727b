/** `close`, which is carried out once however often it is asked for; all who ask wait for the same end. */
export function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => (closed ??= close());
}

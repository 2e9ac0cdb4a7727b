/** One of the server-sent events of a stream. */
export interface ServerEvent {
  event: string;
  data: string;
  id: string | null;
}

/** The events of an answer, as they come; comments are left out, and an event that was cut off too. */
export async function* readEvents({ body }: Pick<Response, "body">): AsyncGenerator<ServerEvent, void> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      text += decoder.decode(read.value as Uint8Array, { stream: true }).replaceAll("\r\n", "\n");
      const blocks = text.split("\n\n");
      text = blocks.pop()!;
      yield* blocks.flatMap(eventOf);
    }
  } finally {
    // Whoever listens no more lets the connection go.
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(block: string): ServerEvent[] {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== "") fields.set(name, fields.has(name) ? `${fields.get(name)}\n${value}` : value);
  }
  const data = fields.get("data");
  if (data === undefined) return [];
  return [{ event: fields.get("event") ?? "message", data, id: fields.get("id") ?? null }];
}

import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LogChunk } from "../api/internal/shapes.js";
import { Outbox } from "./outbox.js";
import { Output, tailBytes } from "./output.js";

async function chunksOf(limitBytes: number, write: (output: Output) => void): Promise<LogChunk[]> {
  const outbox = new Outbox();
  const output = new Output(outbox, limitBytes);
  write(output);
  output.end();
  const chunks: LogChunk[] = [];
  for (let batch = await outbox.next(); batch !== null; batch = await outbox.next()) chunks.push(...batch);
  return chunks;
}

const textOf = (chunks: LogChunk[]): string => chunks.map(({ text }) => text).join("");

describe("the output of a job", () => {
  it("up to its limit is kept as it is", async () => {
    const chunks = await chunksOf(10, (output) => output.write("stdout", Buffer.from("1234567890")));
    expect(chunks).toMatchObject([{ seq: 0, stream: "stdout", text: "1234567890" }]);
  });

  it("a little above its limit is kept too, as its end has room for it", async () => {
    const chunks = await chunksOf(10, (output) => output.write("stdout", Buffer.from("1234567890abc")));
    expect(chunks.map(({ stream }) => stream)).not.toContain("belfry");
    expect(textOf(chunks)).toBe("1234567890abc");
  });

  it("far above its limit is kept at both ends, with a note of what is missing", async () => {
    const bytes = 100_000_000;
    const chunks = await chunksOf(1000, (output) => {
      for (let written = 0; written < bytes; written += 1_000_000) {
        output.write("stdout", Buffer.alloc(1_000_000, "x"));
      }
      output.write("stderr", Buffer.from("last words"));
    });
    const note = chunks.findIndex(({ stream }) => stream === "belfry");
    expect(textOf(chunks.slice(0, note))).toHaveLength(1000);
    expect(textOf(chunks.slice(note + 1))).toHaveLength(tailBytes);
    expect(chunks.at(-1)).toMatchObject({ stream: "stderr", text: "last words" });
    expect(chunks[note]!.text).toBe(
      "99933474 bytes of output were left out here: the limit is 1000 bytes, and the last 65536 follow.\n",
    );
  });

  it("shows what each stream left incomplete at its end", async () => {
    const chunks = await chunksOf(100, (output) => {
      output.write("stdout", Buffer.from([0xe2, 0x82]));
      output.write("stderr", Buffer.from([0x61, 0xf0]));
    });
    expect(chunks.map(({ stream, text }) => [stream, text])).toEqual([
      ["stderr", "a"],
      ["stdout", "\uFFFD"],
      ["stderr", "\uFFFD"],
    ]);
  });

  it("is never longer than its limit, its end and the note, and loses nothing that it does not count", async () => {
    const writes = fc.array(
      fc.tuple(
        fc.constantFrom("stdout" as const, "stderr" as const),
        fc.string({ unit: "grapheme", maxLength: 3000 }),
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(writes, fc.nat(5000), async (parts, limit) => {
        const chunks = await chunksOf(limit, (output) => {
          for (const [stream, text] of parts) output.write(stream, Buffer.from(text));
        });
        const note = chunks.find(({ stream }) => stream === "belfry");
        const missing = note === undefined ? 0 : Number.parseInt(note.text, 10);
        const kept = Buffer.byteLength(textOf(chunks.filter((chunk) => chunk !== note)));
        expect(kept).toBeLessThanOrEqual(limit + tailBytes);
        expect(kept + missing).toBe(parts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0));
      }),
      { numRuns: 40 },
    );
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogChunk } from "../api/internal/shapes.js";
import { chunkBytes, Outbox } from "./outbox.js";

const at = new Date("2026-01-02T03:04:05.000Z");

async function drain(outbox: Outbox): Promise<LogChunk[][]> {
  const batches: LogChunk[][] = [];
  for (let batch = await outbox.next(); batch !== null; batch = await outbox.next()) batches.push(batch);
  return batches;
}

async function isDue(batch: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([batch, Promise.resolve("waiting")])) !== "waiting";
}

describe("output on its way to the server", () => {
  it("is numbered over both streams, in the order of its arrival", async () => {
    const outbox = new Outbox();
    outbox.add("stdout", "a", at);
    outbox.add("stderr", "b", at);
    outbox.add("stdout", "c", at);
    outbox.add("stdout", "d", at);
    outbox.close();
    expect(await drain(outbox)).toEqual([
      [
        { seq: 0, at: at.toISOString(), stream: "stdout", text: "a" },
        { seq: 1, at: at.toISOString(), stream: "stderr", text: "b" },
        { seq: 2, at: at.toISOString(), stream: "stdout", text: "cd" },
      ],
    ]);
  });

  it.each(["x", "é", "€", "🔔"])(
    "is cut into chunks of at most 64 KiB, never within %s",
    async (character) => {
      const outbox = new Outbox();
      const text = `.${character.repeat(100_000)}`;
      outbox.add("stdout", text, at);
      outbox.close();
      const chunks = (await drain(outbox)).flat();
      expect(chunks.map((chunk) => chunk.text).join("") === text).toBe(true);
      for (const chunk of chunks) {
        expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(chunkBytes);
        expect(Buffer.from(chunk.text).toString() === chunk.text).toBe(true);
      }
    },
  );

  it("goes in batches of at most 128 KiB and 500 chunks", async () => {
    const outbox = new Outbox();
    outbox.add("stdout", "x".repeat(1_000_000), at);
    for (let pair = 0; pair < 1000; pair += 1) {
      outbox.add("stderr", "e", at);
      outbox.add("stdout", "o", at);
    }
    outbox.close();
    const batches = await drain(outbox);
    for (const batch of batches) {
      expect(batch.length).toBeLessThanOrEqual(500);
      expect(batch.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(2 * chunkBytes);
    }
    expect(batches.flat().map(({ seq }) => seq)).toEqual(batches.flat().map((_, index) => index));
  });

  it("keeps a bounded number of chunks while the server is away, and all of the text", async () => {
    const outbox = new Outbox();
    for (let pair = 0; pair < 50_000; pair += 1) {
      outbox.add("stderr", "e", at);
      outbox.add("stdout", "o", at);
    }
    outbox.close();
    const chunks = (await drain(outbox)).flat();
    expect(chunks.length).toBeLessThanOrEqual(10_001);
    const lengthOf = (stream: string): number =>
      chunks.filter((chunk) => chunk.stream === stream).reduce((sum, { text }) => sum + text.length, 0);
    expect([lengthOf("stdout"), lengthOf("stderr")]).toEqual([50_000, 50_000]);
  });
});

describe("a batch of output", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("goes 200 ms after its first text", async () => {
    const outbox = new Outbox();
    const batch = outbox.next();
    outbox.add("stdout", "a", at);
    await vi.advanceTimersByTimeAsync(199);
    outbox.add("stdout", "b", at);
    expect(await isDue(batch)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await batch).toMatchObject([{ text: "ab" }]);
  });

  it("goes at once when 64 KiB have come together", async () => {
    const outbox = new Outbox();
    const batch = outbox.next();
    outbox.add("stdout", "x".repeat(chunkBytes), at);
    await vi.advanceTimersByTimeAsync(0);
    expect(await batch).toHaveLength(1);
  });

  it("goes at once at the end, and after the last one there is none", async () => {
    const outbox = new Outbox();
    const batch = outbox.next();
    outbox.add("stdout", "a", at);
    outbox.close();
    await vi.advanceTimersByTimeAsync(0);
    expect(await batch).toHaveLength(1);
    expect(await outbox.next()).toBeNull();
  });
});

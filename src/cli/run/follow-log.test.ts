import { expect, test } from "vitest";
import type { LogEntryJson, LogPageJson } from "../../api/public/shapes.js";
import { BelfryError } from "../../core/errors.js";
import { followLog } from "./follow-log.js";

const entry: LogEntryJson = {
  attempt: 1,
  seq: 0,
  at: "2026-11-23T12:00:00.000Z",
  stream: "stdout",
  text: "a\n",
};
const somePage: LogPageJson = { items: [entry], nextCursor: "1:1", complete: false };
const away = new BelfryError("server_unreachable", "No Belfry server answers.");
const gone = new BelfryError("run_not_found", "There is no run of that id.");

async function follow(answers: (LogPageJson | Error)[], retryDelaysMs: number[]) {
  const news: string[] = [];
  const texts: string[] = [];
  const cursors: unknown[] = [];
  const getLogPage = async (_: string, { cursor }: { cursor?: string | undefined }) => {
    cursors.push(cursor);
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error) throw answer ?? new Error("asked too often");
    return answer;
  };
  const reading = followLog({ getLogPage }, "1", { tell: (item) => void news.push(item), retryDelaysMs });
  let error: unknown = null;
  try {
    for await (const { text } of reading) texts.push(text);
  } catch (thrown) {
    error = thrown;
  }
  return { news, texts, cursors, error };
}

test("a server that comes back is asked for what comes after the last that was read", async () => {
  const last = { items: [{ ...entry, seq: 1, text: "b\n" }], nextCursor: "1:2", complete: true };
  const told = await follow([somePage, away, away, last], [0, 0, 0]);
  expect(told).toEqual({
    news: ["away", "back"],
    texts: ["a\n", "b\n"],
    error: null,
    cursors: [undefined, "1:1", "1:1", "1:1"],
  });
});

test("each absence of the server is waited for anew", async () => {
  const last = { ...somePage, complete: true };
  const { news, error } = await follow([somePage, away, somePage, away, last], [0]);
  expect({ news, error }).toEqual({ news: ["away", "back", "away", "back"], error: null });
});

test("a server that stays away is given up in the end", async () => {
  const { texts, error, cursors } = await follow([somePage, away, away, away], [0, 0]);
  expect({ texts, error, asked: cursors.length }).toEqual({ texts: ["a\n"], error: away, asked: 4 });
});

test("a server that answers with another error is not asked again", async () => {
  const { news, error } = await follow([somePage, gone, somePage], [0, 0]);
  expect({ news, error }).toEqual({ news: [], error: gone });
});

import { describe, expect, it } from "vitest";
import { BelfryError } from "./errors.js";
import { together } from "./together.js";

/** Does lots only when it is told to, and keeps what was in them. */
function createSlowWork() {
  const lots: string[][] = [];
  const ends: (() => void)[] = [];
  const doAll = async (items: readonly string[]): Promise<string[]> => {
    lots.push([...items]);
    await new Promise<void>((resolve) => ends.push(resolve));
    if (items.includes("bad")) throw new Error("bad is bad");
    if (items.includes("away")) throw new BelfryError("database_unreachable", "It is away.");
    return items.map((item) => item.toUpperCase());
  };
  const endNext = async () => {
    ends.shift()!();
    await new Promise(setImmediate);
  };
  return { lots, doAll, endNext };
}

const options = { keyOf: (item: string) => item, largest: 3, lanes: 1 };

describe("what is asked for at the same time", () => {
  it("is done at once if nothing is under way, and else in one lot when that is over", async () => {
    const { lots, doAll, endNext } = createSlowWork();
    const ask = together(doAll, options);
    const answers = Promise.all(["a", "b", "c"].map(ask));
    expect(lots).toEqual([["a"]]);
    await endNext();
    expect(lots).toEqual([["a"], ["b", "c"]]);
    await endNext();
    expect(await answers).toEqual(["A", "B", "C"]);
    void ask("d");
    expect(lots.at(-1)).toEqual(["d"]);
  });

  it("is done in no larger lots than may be, in its order", async () => {
    const { lots, doAll, endNext } = createSlowWork();
    const ask = together(doAll, options);
    for (const item of "abcdefgh") void ask(item);
    for (let i = 0; i < 3; i += 1) await endNext();
    expect(lots).toEqual([["a"], ["b", "c", "d"], ["e", "f", "g"], ["h"]]);
  });

  it("is never done together with its like", async () => {
    const { lots, doAll, endNext } = createSlowWork();
    const ask = together(doAll, options);
    for (const item of "abcb") void ask(item);
    await endNext();
    await endNext();
    expect(lots).toEqual([["a"], ["b", "c"], ["b"]]);
  });

  it("goes on beside a lot that hangs, if there may be several", async () => {
    const { lots, doAll } = createSlowWork();
    const ask = together(doAll, { ...options, lanes: 2 });
    for (const item of "abc") void ask(item);
    expect(lots).toEqual([["a"], ["b"]]);
  });

  it("does not suffer from what is wrong with another", async () => {
    const { lots, doAll, endNext } = createSlowWork();
    const ask = together(doAll, options);
    const answers = Promise.allSettled(["a", "b", "bad", "c"].map(ask));
    for (let i = 0; i < 5; i += 1) await endNext();
    expect(lots).toEqual([["a"], ["b", "bad", "c"], ["b"], ["bad"], ["c"]]);
    const fates = (await answers).map((each) =>
      each.status === "fulfilled" ? each.value : String(each.reason),
    );
    expect(fates).toEqual(["A", "B", "Error: bad is bad", "C"]);
  });

  it("is refused together when the database is away", async () => {
    const { lots, doAll, endNext } = createSlowWork();
    const ask = together(doAll, options);
    const answers = Promise.allSettled(["a", "b", "away"].map(ask));
    await endNext();
    await endNext();
    expect((await answers).map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    expect(lots).toHaveLength(2);
  });
});

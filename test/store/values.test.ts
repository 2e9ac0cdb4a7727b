import { beforeAll, expect, test } from "vitest";
import type { Pool } from "../../src/store/database.js";
import { describeOnBothDatabases } from "../support/databases.js";

const instant = new Date("2026-03-29T01:30:00.123Z");

/** What a value of JavaScript becomes as a parameter of a type, and what comes back: as pg has it, on both databases. */
const roundTrips: [type: string, given: unknown, got: unknown][] = [
  ["int2", 7, 7],
  ["int4", "-2147483648", -2_147_483_648],
  ["int8", 5, "5"],
  ["int8", 9_007_199_254_740_993n, "9007199254740993"],
  ["float4", 0.5, 0.5],
  ["float8", 1e-7, 1e-7],
  ["float8", Number.NaN, Number.NaN],
  ["numeric", "12345678901234567890.10", "12345678901234567890.10"],
  ["bool", true, true],
  ["bool", "f", false],
  ["text", "O'Brien \\ \n \u{1F514}", "O'Brien \\ \n \u{1F514}"],
  ["text", 12, "12"],
  ["text", null, null],
  ["text", undefined, null],
  ["uuid", "7c1f4f0e-5f0a-4d0c-9c39-0e6b1f2a3b4c", "7c1f4f0e-5f0a-4d0c-9c39-0e6b1f2a3b4c"],
  ["timestamptz", instant, instant],
  ["timestamptz", "2026-03-29 03:30:00.123456+02", instant],
  ["timestamptz", "infinity", Number.POSITIVE_INFINITY],
  ["timestamp", "2026-01-02 03:04:05.006", new Date(2026, 0, 2, 3, 4, 5, 6)],
  ["date", "2026-01-02", new Date(2026, 0, 2)],
  ["time", "03:04:05", "03:04:05"],
  ["json", { a: [1, null, "x"] }, { a: [1, null, "x"] }],
  ["jsonb", { a: { b: true } }, { a: { b: true } }],
  ["jsonb", JSON.stringify(["echo", "it's"]), ["echo", "it's"]],
  ["jsonb", "null", null],
  ["bytea", Buffer.from([0, 255, 39, 92]), Buffer.from([0, 255, 39, 92])],
  ["bytea", new Uint8Array([1, 2]), Buffer.from([1, 2])],
  ["int4[]", [1, null, 3], [1, null, 3]],
  ["int8[]", [1, "2"], ["1", "2"]],
  ["float8[]", [0.5, 2], [0.5, 2]],
  ["numeric[]", ["1.10"], [1.1]],
  [
    "text[]",
    ['a "quoted" one', "comma, brace }", "back\\slash", "", "NULL"],
    ['a "quoted" one', "comma, brace }", "back\\slash", "", "NULL"],
  ],
  ["text[]", [], []],
  ["bool[]", [true, false], [true, false]],
  ["timestamptz[]", [instant, null], [instant, null]],
  ["jsonb[]", [{ a: 1 }, { b: "x,y" }], [{ a: 1 }, { b: "x,y" }]],
  [
    "int4[][]",
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["name", "runs", "runs"],
];

describeOnBothDatabases("a value", (open) => {
  let pool: Pool;
  beforeAll(async () => {
    ({ pool } = await open());
  });

  test.each(roundTrips)("as %s: %o comes back as %o", async (type, given, got) => {
    const { rows } = await pool.query(`select $1::${type} as value`, [given]);
    expect(rows).toEqual([{ value: got }]);
    expect(Object.getPrototypeOf(rows[0].value ?? {})).toBe(Object.getPrototypeOf(got ?? {}));
  });

  test("that is an interval is an object of its parts", async () => {
    const { rows } = await pool.query("select interval '1 month 2 days 03:04:05.5' as value");
    expect({ ...rows[0].value }).toEqual({
      months: 1,
      days: 2,
      hours: 3,
      minutes: 4,
      seconds: 5,
      milliseconds: 500,
    });
    expect(rows[0].value.toPostgres()).toBe("5.5 seconds 4 minutes 3 hours 2 days 1 months");
  });

  test("without a type is taken for what its place asks", async () => {
    const { rows } = await pool.query(
      "select count(*) from unnest($1::bigint[], $2::timestamptz[]) as due (id, at) where at <= $3",
      [["1", "2"], [instant, new Date(instant.getTime() + 1)], instant],
    );
    expect(rows).toEqual([{ count: "1" }]);
  });

  test("of a column named twice is the last one", async () => {
    expect((await pool.query("select 1 as a, 2 as a")).rows).toEqual([{ a: 2 }]);
  });
});

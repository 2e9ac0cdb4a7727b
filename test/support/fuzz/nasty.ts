import fc from "fast-check";

/** Texts that programs stumble over. */
export const nastyTexts = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "%00",
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "'; drop table runs; --",
  '" or 1=1 --',
  "$1",
  "\\",
  "%",
  "%zz",
  "<script>alert(1)</script>",
  "a\r\nSet-Cookie: x=1",
  "\u202e\ufeff\u2028",
  "\ud800",
  "e\u0301".repeat(300),
  "🎉".repeat(200),
  "x".repeat(70_000),
  "-1",
  "0",
  "9".repeat(30),
  "1e400",
  "NaN",
  "true",
  "null",
  "__proto__",
  "constructor",
  "0000-00-00T00:00:00Z",
  "9999-12-31T23:59:59.999Z",
  "+275760-09-13T00:00:00.000Z",
  "Europe/../UTC",
  "* * * * * * *",
  "a".repeat(64) + "\n",
];

/** JSON values of every wrong kind. */
export const nastyValues: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...nastyTexts,
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    -(2 ** 53),
    2 ** 31,
    2 ** 63,
    [],
    {},
    [[]],
    { secret: {} },
    JSON.parse('{"__proto__": {"admin": true}}'),
  ),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** So deep that a program that goes down by calling itself runs out of stack. */
export function deepJson(depth: number): string {
  return `${'{"a":['.repeat(depth)}${"]}".repeat(depth)}`;
}

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { patternsOf } from "./patterns.js";
import { mask, Redaction, Redactor } from "./redactor.js";

/** Reads a text in the given parts. */
function inParts(redaction: Redaction, parts: readonly string[]): string {
  const redactor = new Redactor(redaction);
  return parts.map((part) => redactor.read(part)).join("") + redactor.end();
}

function splitAt(text: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return places.slice(1).map((end, index) => text.slice(places[index], end));
}

// Without asterisks: the mask itself is made of them.
const secret = fc
  .string({
    minLength: 4,
    maxLength: 60,
    unit: fc.oneof(
      fc.constantFrom(...Array.from("abAB01 +/%&'\"\\\né€😀")),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  })
  .filter((text) => !text.includes("*") && !text.includes("\0") && text.trim().length >= 4);
const cuts = fc.array(fc.nat(), { maxLength: 8 });

const value = "s3cret/va+lue: ä\"quoted'";
const writings: [string, string][] = [
  ["as it is", value],
  ["as JSON", JSON.stringify({ value })],
  ["as JSON in ASCII", '"s3cret/va+lue: \\u00e4\\"quoted\'"'],
  ["in a URL", `https://x.org/?q=${encodeURIComponent(value)}&z`],
  ["in a form", new URLSearchParams({ value }).toString()],
  ["in base64", Buffer.from(value).toString("base64")],
  ["in base64 for URLs", Buffer.from(value).toString("base64url")],
  ["in base64 with a line end", Buffer.from(`${value}\n`).toString("base64")],
  ["in base64 behind one byte", Buffer.from(`x${value}y`).toString("base64")],
  ["in base64 behind two bytes", Buffer.from(`xy${value}`).toString("base64url")],
  ["as basic authentication", `Basic ${Buffer.from(`user:${value}`).toString("base64")}`],
  ["in hexadecimal", Buffer.from(value).toString("hex")],
  ["in capital hexadecimal", Buffer.from(value).toString("hex").toUpperCase()],
  ["as a shell quotes it", `'${value.replaceAll("'", "'\\''")}'`],
];

describe("a secret", () => {
  test.each(writings)("%s is masked, wherever the text is cut", (_, written) => {
    const redaction = new Redaction([value]);
    const text = `before ${written} after`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      const shown = inParts(redaction, [text.slice(0, cut), text.slice(cut)]);
      expect(shown).toContain(mask);
      for (const pattern of patternsOf([value])) expect(shown).not.toContain(pattern);
      expect(shown).toMatch(/^before .*after$/);
    }
    expect(inParts(redaction, text.split(""))).toBe(redaction.redact(text));
  });

  test("of several lines is masked line by line", () => {
    const key = `-----BEGIN KEY-----\n${"MIIEvQIBADANBg\n".repeat(2)}kqhkiG9w0BAQ\n-----END KEY-----\n`;
    const shown = new Redaction([key]).redact("line 2: kqhkiG9w0BAQ; -----END KEY-----");
    expect(shown).toBe("line 2: ***; -----END KEY-----");
    expect(new Redaction([key]).redact(`<${key}>`)).toBe("<***>");
  });

  test("that base64 breaks into lines is masked", () => {
    const long = "0123456789 a rather long value of a secret, longer than what base64 puts into one line.";
    const lines = Buffer.from(long)
      .toString("base64")
      .replaceAll(/(.{76})/g, "$1\n");
    expect(new Redaction([long]).redact(lines)).toBe("***\n***");
  });

  test("of fewer than four characters is not looked for", () => {
    expect(new Redaction(["abc"]).redact("abcabc")).toBe("abcabc");
  });
});

test("no cut of a text lets a secret through", () => {
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 3 }),
      fc.array(fc.string(), { maxLength: 4 }),
      cuts,
      (secrets, noise, places) => {
        const redaction = new Redaction(secrets);
        const patterns = patternsOf(secrets);
        const text = noise
          .map((each, index) => `${each}${patterns[(index * 7) % patterns.length]!}`)
          .join("");
        const shown = inParts(redaction, splitAt(text, places));
        const outside = shown.split(mask);
        for (const pattern of patterns) for (const part of outside) expect(part).not.toContain(pattern);
        expect(shown).toBe(redaction.redact(text));
      },
    ),
  );
});

test("a text that holds no secret is not changed", () => {
  fc.assert(
    fc.property(
      fc.array(secret, { maxLength: 3 }),
      fc.string({ maxLength: 300 }),
      cuts,
      (secrets, text, places) => {
        fc.pre(!patternsOf(secrets).some((pattern) => text.includes(pattern)));
        expect(inParts(new Redaction(secrets), splitAt(text, places))).toBe(text);
      },
    ),
  );
});

test("secrets that overlap are masked as a whole", () => {
  expect(new Redaction(["abcdef", "efghij"]).redact("<abcdefghij>")).toBe("<***>");
  expect(inParts(new Redaction(["abcdef", "efghij"]), ["<abcdef", "ghi", "j>"])).toBe("<***>");
});

test("only what may become a secret is held back", () => {
  const redactor = new Redactor(new Redaction(["password1"]));
  expect(redactor.read("What is your name? ")).toBe("What is your name? ");
  expect(redactor.read("top pass")).toBe("top ");
  expect(redactor.read("age")).toBe("passage");
  expect(redactor.read("password")).toBe("");
  expect(redactor.end()).toBe("password");
});

test("the beginning of a secret is never shown before its end, however long that takes", () => {
  const redactor = new Redactor(new Redaction(["password1"]));
  expect(
    "a password1!"
      .split("")
      .map((part) => redactor.read(part))
      .join("|"),
  ).not.toContain("p");
});

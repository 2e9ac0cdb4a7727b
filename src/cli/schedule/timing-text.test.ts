import { expect, test } from "vitest";
import { spanText, timingText } from "./timing-text.js";

const byHand = { cron: null, everySec: null, at: null, timezone: "Europe/Berlin" };

test.each([
  [byHand, "by hand"],
  [{ ...byHand, cron: "0 3 * * *" }, "0 3 * * *"],
  [{ ...byHand, cron: "0 9 * * *\n\n  0 17 * * SAT\n" }, "0 9 * * * | 0 17 * * SAT"],
  [{ ...byHand, everySec: 5400 }, "every 90m"],
  [{ ...byHand, at: "2026-12-24T17:00:00.000Z" }, "at 24 Dec 2026 18:00"],
  [{ ...byHand, at: "2026-12-24T17:00:30.000Z", timezone: "UTC" }, "at 24 Dec 2026 17:00:30"],
  [{ ...byHand, at: "2026-12-24T17:00:00.000Z", timezone: "Mars/Olympus" }, "at 24 Dec 2026 17:00"],
])("%j reads %s", (timing, text) => {
  expect(timingText(timing)).toBe(text);
});

test.each([
  [1, "1s"],
  [90, "90s"],
  [60, "1m"],
  [7200, "2h"],
  [86_400, "1d"],
  [129_600, "36h"],
  [86_401, "86401s"],
])("%i seconds are %s", (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});

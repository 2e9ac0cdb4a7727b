import { expect, test } from "vitest";
import { zonedTime } from "./zoned-time.js";

const now = new Date("2026-11-23T12:00:00.000Z");

test.each([
  ["Europe/Berlin", "2026-11-24T02:00:00.000Z", "Tue 24 Nov 03:00 CET"],
  ["Europe/Berlin", "2026-07-01T02:00:00.000Z", "Wed 1 Jul 04:00 CEST"],
  ["America/New_York", "2026-11-24T02:00:00.000Z", "Mon 23 Nov 21:00 EST"],
  ["Australia/Sydney", "2026-11-24T02:00:00.000Z", "Tue 24 Nov 13:00 AEDT"],
  ["Asia/Kolkata", "2026-11-24T02:00:00.000Z", "Tue 24 Nov 07:30 IST"],
  ["Asia/Kathmandu", "2026-11-24T02:00:00.000Z", "Tue 24 Nov 07:45 GMT+5:45"],
  ["UTC", "2026-11-24T00:00:00.000Z", "Tue 24 Nov 00:00 UTC"],
  ["UTC", "2026-11-24T00:00:05.000Z", "Tue 24 Nov 00:00:05 UTC"],
  ["UTC", "2027-01-01T00:00:00.000Z", "Fri 1 Jan 2027 00:00 UTC"],
  ["America/New_York", "2027-01-01T00:00:00.000Z", "Thu 31 Dec 19:00 EST"],
  ["Mars/Olympus", "2026-11-24T02:00:00.000Z", "Tue 24 Nov 02:00 UTC"],
])("in %s, %s is written %j", (timeZone, instant, words) => {
  expect(zonedTime(timeZone)(new Date(instant), now)).toBe(words);
});

test("the two passes of an hour that happens twice are told apart", () => {
  const berlin = zonedTime("Europe/Berlin");
  expect(berlin(new Date("2026-10-25T00:30:00.000Z"), now)).toBe("Sun 25 Oct 02:30 CEST");
  expect(berlin(new Date("2026-10-25T01:30:00.000Z"), now)).toBe("Sun 25 Oct 02:30 CET");
});

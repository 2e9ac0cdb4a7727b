import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { BelfryError } from "../core/errors.js";
import { calendarPaths, openCalendars } from "./calendars.js";

const christmas = `BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Belfry//Test//EN
BEGIN:VEVENT
UID:christmas
DTSTAMP:20200101T000000Z
DTSTART;VALUE=DATE:20001225
RRULE:FREQ=YEARLY
SUMMARY:Christmas Day
END:VEVENT
END:VCALENDAR
`;

describe("the calendars of a manifest", () => {
  it("count from last year until ten years ahead", () => {
    const texts = new Map([["/srv/holidays.ics", christmas.replaceAll("\n", "\r\n")]]);
    const blackouts = openCalendars(texts, new Date("2026-11-23T13:30:00Z")).get("/srv/holidays.ics");
    const years = Array.from({ length: 12 }, (_, index) => 2025 + index);
    expect(blackouts).toEqual(years.map((year) => ({ when: `${year}-12-25`, reason: "Christmas Day" })));
  });

  it("say which file is broken, and why another could not be read", () => {
    const away = new BelfryError(
      "invalid_manifest",
      "The calendar /srv/away.ics cannot be read: there is no such file.",
    );
    const texts = new Map<string, string | BelfryError>([
      ["/srv/broken.ics", "<html>Not found</html>"],
      ["/srv/away.ics", away],
    ]);
    const opened = openCalendars(texts, new Date(0));
    expect(opened.get("/srv/away.ics")).toBe(away);
    expect(opened.get("/srv/broken.ics")).toMatchObject({
      code: "invalid_manifest",
      message: expect.stringMatching(/^In \/srv\/broken\.ics: .+\.$/),
    });
  });

  it("stand in the defaults and at schedules; each is read once, from the manifest's folder", () => {
    const value = {
      defaults: { blackouts: ["SAT", { calendar: "holidays.ics" }] },
      schedules: {
        a: { blackouts: [{ calendar: "./holidays.ics" }, { calendar: "../all/freeze.ics" }] },
        b: { blackouts: [{ calendar: "/srv/other.ics" }, { calendar: 5 }, { calendar: " " }, null] },
        c: { blackouts: "SAT" },
        d: null,
      },
    };
    expect(calendarPaths(value, resolve("/srv/shop/belfry.yaml"))).toEqual(
      ["/srv/shop/holidays.ics", "/srv/all/freeze.ics", "/srv/other.ics"].map((path) => resolve(path)),
    );
  });
});

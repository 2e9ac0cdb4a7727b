import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadManifest } from "../../src/manifest/sources.js";

const now = new Date("2026-11-23T13:30:00Z");
const text = `version: 1
schedules:
  a:
    run: x
    cron: "@daily"
    blackouts: [SAT-SUN, { calendar: calendars/holidays.ics }]
`;

const holidays = `BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:1
DTSTART;VALUE=DATE:20261224
DTEND;VALUE=DATE:20261227
SUMMARY:Christmas
END:VEVENT
END:VCALENDAR
`;

let folder: string;
let file: string;
let calendar: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-load-"));
  await mkdir(join(folder, "calendars"));
  file = join(folder, "belfry.yaml");
  calendar = join(folder, "calendars", "holidays.ics");
  await writeFile(file, text);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("a manifest that names a calendar", () => {
  it("is read with it", async () => {
    await writeFile(calendar, holidays);
    const [schedule] = await loadManifest(file, now);
    expect(schedule!.blackouts).toEqual([
      { when: "SAT-SUN", reason: null },
      { when: "2026-12-24 - 2026-12-26", reason: "Christmas" },
    ]);
  });

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ["is away", async () => {}, /The calendar \S+holidays\.ics cannot be read: there is no such file\.$/],
    [
      "is a folder",
      () => mkdir(calendar),
      /it is not a file\. Name the file itself, such as holidays\.ics\.$/,
    ],
    ["is not text", () => writeFile(calendar, Buffer.from([0x61, 0xff])), /it is not text in UTF-8\./],
    ["is too large", () => writeFile(calendar, Buffer.alloc(5_000_001, "#")), /larger than 5 MB/],
    ["is something else", () => writeFile(calendar, "<html></html>"), /In \S+holidays\.ics: .+\.$/],
  ])("is refused as a whole when the calendar %s", async (_what, make, expected) => {
    await make();
    const loading = loadManifest(file, now);
    await expect(loading).rejects.toMatchObject({ code: "invalid_manifest" });
    await expect(loading).rejects.toThrow(`${file}:6:28 schedules.a.blackouts[1].calendar: `);
    await expect(loading).rejects.toThrow(expected);
  });
});

describe("a manifest", () => {
  it("that is away cannot be read", async () => {
    await rm(file);
    await expect(loadManifest(file, now)).rejects.toThrow(
      `The manifest ${file} cannot be read: there is no such file.`,
    );
  });

  it("that is no YAML is told so, whatever calendars it seems to name", async () => {
    await writeFile(file, "calendar: [");
    await expect(loadManifest(file, now)).rejects.toThrow(`${file}:1:`);
  });
});

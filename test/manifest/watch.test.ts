import { mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BelfryError, messageOf } from "../../src/core/errors.js";
import { type WatchOptions, watchManifest } from "../../src/manifest/watch.js";

let folder: string;
let file: string;
let stop: AbortController;
let watching: Promise<void> | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "belfry-watch-"));
  file = join(folder, "belfry.yaml");
  stop = new AbortController();
});

afterEach(async () => {
  vi.restoreAllMocks();
  stop.abort();
  await watching;
  await rm(folder, { recursive: true, force: true });
});

/** Watches, and answers what was seen so far. */
function watch(options: Partial<WatchOptions> = {}) {
  const seen: { texts: string[]; errors: unknown[] } = { texts: [], errors: [] };
  watching = watchManifest(file, {
    signal: stop.signal,
    intervalMs: 5,
    onChange: ({ text }) => seen.texts.push(text),
    onError: (error) => seen.errors.push(error),
    ...options,
  });
  return seen;
}

const eventually = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 5 });

describe("a watched manifest", () => {
  it("is told as it stands, then whenever its text is another", async () => {
    await writeFile(file, "one");
    const seen = watch();
    await eventually(() => expect(seen.texts).toEqual(["one"]));
    await writeFile(file, "two");
    await eventually(() => expect(seen.texts).toEqual(["one", "two"]));
    await writeFile(file, "one");
    await eventually(() => expect(seen.texts).toEqual(["one", "two", "one"]));
  });

  it("is not told again for a new date or a new file with the same text", async () => {
    await writeFile(file, "one");
    const seen = watch();
    await eventually(() => expect(seen.texts).toEqual(["one"]));
    await utimes(file, new Date(), new Date());
    await replace("one");
    await replace("two");
    await eventually(() => expect(seen.texts.at(-1)).toBe("two"));
    expect(seen.texts).toEqual(["one", "two"]);
  });

  it("is told when an editor puts another file in its place, of the same size and date", async () => {
    await writeFile(file, "one");
    const date = new Date("2026-01-01T00:00:00Z");
    await utimes(file, date, date);
    const seen = watch();
    await eventually(() => expect(seen.texts).toEqual(["one"]));
    await replace("two", date);
    await eventually(() => expect(seen.texts).toEqual(["one", "two"]));
  });

  it("is told of a change when its times are old enough to be trusted", async () => {
    vi.spyOn(Date, "now").mockReturnValue(Date.parse("2100-01-01T00:00:00Z"));
    await writeFile(file, "one");
    const seen = watch();
    await eventually(() => expect(seen.texts).toEqual(["one"]));
    await replace("two");
    await eventually(() => expect(seen.texts).toEqual(["one", "two"]));
  });

  it("is told when the folder it is in is swapped by a link, as Kubernetes does", async () => {
    await mkdir(join(folder, "v1"));
    await mkdir(join(folder, "v2"));
    await writeFile(join(folder, "v1", "belfry.yaml"), "one");
    await writeFile(join(folder, "v2", "belfry.yaml"), "two");
    await symlink("v1", join(folder, "data"));
    await symlink(join("data", "belfry.yaml"), file);
    const seen = watch();
    await eventually(() => expect(seen.texts).toEqual(["one"]));
    await symlink("v2", join(folder, "next"));
    await rename(join(folder, "next"), join(folder, "data"));
    await eventually(() => expect(seen.texts).toEqual(["one", "two"]));
  });

  it("is reported once while it is away, and picked up again", async () => {
    const seen = watch();
    await eventually(() => expect(seen.errors).toHaveLength(1));
    expect(seen.errors[0]).toBeInstanceOf(BelfryError);
    expect(messageOf(seen.errors[0])).toBe(`The manifest ${file} cannot be read: there is no such file.`);
    await replace("one");
    await eventually(() => expect(seen.texts).toEqual(["one"]));
    await rm(file);
    await eventually(() => expect(seen.errors).toHaveLength(2));
    await replace("two");
    await eventually(() => expect(seen.texts).toEqual(["one", "two"]));
    expect(seen.errors).toHaveLength(2);
  });

  it("is reported again when the reason is another", async () => {
    const seen = watch();
    await eventually(() => expect(seen.errors).toHaveLength(1));
    await mkdir(file);
    await eventually(() => expect(messageOf(seen.errors.at(-1))).toMatch(/it is not a file/));
    await rm(file, { recursive: true });
    await replace(Buffer.from([0x61, 0xff, 0xfe]));
    await eventually(() => expect(messageOf(seen.errors.at(-1))).toMatch(/not text in UTF-8/));
    await replace(Buffer.alloc(5_000_001, "#"));
    await eventually(() => expect(messageOf(seen.errors.at(-1))).toMatch(/larger than 5 MB/));
  });

  it("waits for what it calls, and never calls twice at once", async () => {
    await writeFile(file, "0");
    let [atWork, most] = [0, 0];
    const texts: string[] = [];
    watch({
      onChange: async ({ text }) => {
        most = Math.max(most, ++atWork);
        await writeFile(file, String(Math.min(Number(text) + 1, 3)));
        atWork -= 1;
        texts.push(text);
      },
    });
    await eventually(() => expect(texts).toEqual(["0", "1", "2", "3"]));
    expect(most).toBe(1);
  });

  it("is watched on when what it calls fails", async () => {
    await writeFile(file, "one");
    const texts: string[] = [];
    const seen = watch({
      onChange: ({ text }) => {
        texts.push(text);
        throw new Error(`no ${text}`);
      },
    });
    await eventually(() => expect(texts).toEqual(["one"]));
    await writeFile(file, "two");
    await eventually(() => expect(seen.errors.map(messageOf)).toEqual(["no one", "no two"]));
  });

  it("is left alone once the signal aborts", async () => {
    await writeFile(file, "one");
    const seen = watch({ intervalMs: 60_000 });
    await eventually(() => expect(seen.texts).toEqual(["one"]));
    stop.abort();
    await watching;
    expect(seen.errors).toEqual([]);
  });
});

describe("a calendar that a watched manifest names", () => {
  const named = "defaults: { blackouts: [{ calendar: holidays.ics }] }";
  let calendar: string;
  beforeEach(() => {
    calendar = join(folder, "holidays.ics");
  });

  /** Watches, and answers what the calendars said each time: their texts, or why there is none. */
  function watchCalendars() {
    const seen: string[] = [];
    watch({ onChange: ({ calendars }) => seen.push([...calendars.values()].map(String).join(" | ")) });
    return seen;
  }

  it("is told with it, and again whenever its own text is another", async () => {
    await writeFile(file, named);
    await writeFile(calendar, "one");
    const seen = watchCalendars();
    await eventually(() => expect(seen).toEqual(["one"]));
    await utimes(calendar, new Date(), new Date());
    await replace("two", new Date(), calendar);
    await eventually(() => expect(seen).toEqual(["one", "two"]));
  });

  it("is told of a change when the times of both are old enough to be trusted", async () => {
    vi.spyOn(Date, "now").mockReturnValue(Date.parse("2100-01-01T00:00:00Z"));
    await writeFile(file, named);
    await writeFile(calendar, "one");
    const seen = watchCalendars();
    await eventually(() => expect(seen).toEqual(["one"]));
    await replace("two", new Date(), calendar);
    await eventually(() => expect(seen).toEqual(["one", "two"]));
  });

  it("is told to be away once, and read again when it is back", async () => {
    await writeFile(file, named);
    const seen = watchCalendars();
    const away = `BelfryError: The calendar ${calendar} cannot be read: there is no such file.`;
    await eventually(() => expect(seen).toEqual([away]));
    await replace("one", new Date(), calendar);
    await eventually(() => expect(seen).toEqual([away, "one"]));
    await rm(calendar);
    await eventually(() => expect(seen).toEqual([away, "one", away]));
  });

  it("is watched from when the manifest names it until it does no more", async () => {
    await writeFile(file, "version: 1");
    await writeFile(calendar, "one");
    const seen = watchCalendars();
    await eventually(() => expect(seen).toEqual([""]));
    await replace(named);
    await eventually(() => expect(seen).toEqual(["", "one"]));
    await replace("version: 1");
    await eventually(() => expect(seen).toEqual(["", "one", ""]));
    await writeFile(calendar, "two");
    await replace(named);
    await eventually(() => expect(seen).toEqual(["", "one", "", "two"]));
  });
});

/** Writes beside and renames, as editors do. */
async function replace(content: string | Buffer, date = new Date(), target = file): Promise<void> {
  const beside = join(folder, "beside");
  await writeFile(beside, content);
  await utimes(beside, date, date);
  await rename(beside, target);
}

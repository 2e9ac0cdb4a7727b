// Tells the office in Tokyo, on its own clock, how old the newest dump in BACKUP_FOLDER is.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const clock = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Tokyo",
  dateStyle: "full",
  timeStyle: "long",
});
const fireTime = new Date(process.env.BELFRY_FIRE_TIME ?? Date.now());
console.log(
  `Good morning, Tokyo. This briefing is for ${clock.format(fireTime)} (${fireTime.toISOString()}).`,
);

const folder = process.env.BACKUP_FOLDER || "backups";
const names = await readdir(folder).catch(() => []);
const dumps = names.filter((name) => name.endsWith(".sql")).map((name) => join(folder, name));
const dated = await Promise.all(dumps.map(async (path) => ({ path, writtenAt: (await stat(path)).mtime })));
const newest = dated.sort((a, b) => a.writtenAt - b.writtenAt).at(-1);
console.log(
  newest
    ? `The newest dump is of ${clock.format(newest.writtenAt)}: ${newest.path}.`
    : `There is no dump in ${folder} yet.`,
);

import { describe, expect, test } from "vitest";
import { parseCron } from "./cron.js";
import { BelfryError } from "../errors.js";
import { nextFireMs } from "../fires/next-fire.js";
import { zoneOf } from "../clock/zone.js";

// Expressions as they stand in crontabs, manifests, pipelines and manuals, with their first fires after the beginning of
// 2026 in UTC, and what of other programs is not read, with the words that help. Where the programs differ (Quartz and
// AWS count weekdays from SUN = 1), the fires are Belfry's.

const scheduleName = "nightly-report";
const utc = zoneOf("UTC");

/** A case a line: the expression, an arrow, and what is expected. */
function table(text: string): [expression: string, expected: string][] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => {
    const arrow = line.lastIndexOf(" -> ");
    return [line.slice(0, arrow).trim(), line.slice(arrow + 4)];
  });
}

/** `Thu 01-01 00:05`, with the year unless it is 2026, and with seconds unless they are 0. */
function shown(ms: number): string {
  const date = new Date(ms);
  const weekday = date.toUTCString().slice(0, 3);
  const [day = "", time = ""] = date.toISOString().replace("2026-", "").split("T");
  return `${weekday} ${day} ${time.slice(0, date.getUTCSeconds() === 0 ? 5 : 8)}`;
}

function firesAt(expression: string, expected: string): void {
  const spec = parseCron(expression, scheduleName);
  const fires: string[] = [];
  for (let ms = Date.UTC(2026, 0, 1); fires.length < 3;) {
    ms = nextFireMs(spec, utc, ms);
    fires.push(shown(ms));
  }
  expect(fires.join(", ")).toBe(expected);
}

describe("as people write them for crontab", () => {
  test.each(
    table(`
    * * * * *                  -> Thu 01-01 00:01, Thu 01-01 00:02, Thu 01-01 00:03
    */1 * * * *                -> Thu 01-01 00:01, Thu 01-01 00:02, Thu 01-01 00:03
    */2 * * * *                -> Thu 01-01 00:02, Thu 01-01 00:04, Thu 01-01 00:06
    */5 * * * *                -> Thu 01-01 00:05, Thu 01-01 00:10, Thu 01-01 00:15
    */10 * * * *               -> Thu 01-01 00:10, Thu 01-01 00:20, Thu 01-01 00:30
    */15 * * * *               -> Thu 01-01 00:15, Thu 01-01 00:30, Thu 01-01 00:45
    */20 * * * *               -> Thu 01-01 00:20, Thu 01-01 00:40, Thu 01-01 01:00
    */30 * * * *               -> Thu 01-01 00:30, Thu 01-01 01:00, Thu 01-01 01:30
    0 * * * *                  -> Thu 01-01 01:00, Thu 01-01 02:00, Thu 01-01 03:00
    17 * * * *                 -> Thu 01-01 00:17, Thu 01-01 01:17, Thu 01-01 02:17
    5,35 * * * *               -> Thu 01-01 00:05, Thu 01-01 00:35, Thu 01-01 01:05
    0,15,30,45 * * * *         -> Thu 01-01 00:15, Thu 01-01 00:30, Thu 01-01 00:45
    09,39 * * * *              -> Thu 01-01 00:09, Thu 01-01 00:39, Thu 01-01 01:09
    0 */2 * * *                -> Thu 01-01 02:00, Thu 01-01 04:00, Thu 01-01 06:00
    0 */4 * * *                -> Thu 01-01 04:00, Thu 01-01 08:00, Thu 01-01 12:00
    0 */6 * * *                -> Thu 01-01 06:00, Thu 01-01 12:00, Thu 01-01 18:00
    0 */8 * * *                -> Thu 01-01 08:00, Thu 01-01 16:00, Fri 01-02 00:00
    0 */12 * * *               -> Thu 01-01 12:00, Fri 01-02 00:00, Fri 01-02 12:00
    15 */3 * * *               -> Thu 01-01 00:15, Thu 01-01 03:15, Thu 01-01 06:15
    17 */5 * * *               -> Thu 01-01 00:17, Thu 01-01 05:17, Thu 01-01 10:17
    0 0 * * *                  -> Fri 01-02 00:00, Sat 01-03 00:00, Sun 01-04 00:00
    00 00 * * *                -> Fri 01-02 00:00, Sat 01-03 00:00, Sun 01-04 00:00
    0 2 * * *                  -> Thu 01-01 02:00, Fri 01-02 02:00, Sat 01-03 02:00
    30 2 * * *                 -> Thu 01-01 02:30, Fri 01-02 02:30, Sat 01-03 02:30
    25 6 * * *                 -> Thu 01-01 06:25, Fri 01-02 06:25, Sat 01-03 06:25
    47 6 * * 7                 -> Sun 01-04 06:47, Sun 01-11 06:47, Sun 01-18 06:47
    52 6 1 * *                 -> Thu 01-01 06:52, Sun 02-01 06:52, Sun 03-01 06:52
    23 */2 * * *               -> Thu 01-01 00:23, Thu 01-01 02:23, Thu 01-01 04:23
    5 4 * * sun                -> Sun 01-04 04:05, Sun 01-11 04:05, Sun 01-18 04:05
    5 0 * 8 *                  -> Sat 08-01 00:05, Sun 08-02 00:05, Mon 08-03 00:05
    15 14 1 * *                -> Thu 01-01 14:15, Sun 02-01 14:15, Sun 03-01 14:15
    0 22 * * 1-5               -> Thu 01-01 22:00, Fri 01-02 22:00, Mon 01-05 22:00
    23 0-23/2 * * *            -> Thu 01-01 00:23, Thu 01-01 02:23, Thu 01-01 04:23
    0 0,12 1 */2 *             -> Thu 01-01 12:00, Sun 03-01 00:00, Sun 03-01 12:00
    0 4 8-14 * *               -> Thu 01-08 04:00, Fri 01-09 04:00, Sat 01-10 04:00
    0 0 1,15 * 3               -> Wed 01-07 00:00, Wed 01-14 00:00, Thu 01-15 00:00
    30 4 1,15 * 5              -> Thu 01-01 04:30, Fri 01-02 04:30, Fri 01-09 04:30
    0 0 1,15 * *               -> Thu 01-15 00:00, Sun 02-01 00:00, Sun 02-15 00:00
    0 0 1 * *                  -> Sun 02-01 00:00, Sun 03-01 00:00, Wed 04-01 00:00
    0 0 1 1 *                  -> Fri 2027-01-01 00:00, Sat 2028-01-01 00:00, Mon 2029-01-01 00:00
    0 0 25 12 *                -> Fri 12-25 00:00, Sat 2027-12-25 00:00, Mon 2028-12-25 00:00
    0 0 * * 0                  -> Sun 01-04 00:00, Sun 01-11 00:00, Sun 01-18 00:00
    0 0 * * 6,0                -> Sat 01-03 00:00, Sun 01-04 00:00, Sat 01-10 00:00
    0 0 * * 1                  -> Mon 01-05 00:00, Mon 01-12 00:00, Mon 01-19 00:00
    0 3 * * 1,3,5              -> Fri 01-02 03:00, Mon 01-05 03:00, Wed 01-07 03:00
    0 9-17 * * *               -> Thu 01-01 09:00, Thu 01-01 10:00, Thu 01-01 11:00
    0 9-17 * * 1-5             -> Thu 01-01 09:00, Thu 01-01 10:00, Thu 01-01 11:00
    */10 8-18 * * 1-5          -> Thu 01-01 08:00, Thu 01-01 08:10, Thu 01-01 08:20
    */15 9-17 * * mon-fri      -> Thu 01-01 09:00, Thu 01-01 09:15, Thu 01-01 09:30
    30 8 * * MON-FRI           -> Thu 01-01 08:30, Fri 01-02 08:30, Mon 01-05 08:30
    0 18 * * 5                 -> Fri 01-02 18:00, Fri 01-09 18:00, Fri 01-16 18:00
    0 0 */2 * *                -> Sat 01-03 00:00, Mon 01-05 00:00, Wed 01-07 00:00
    0 0 */7 * *                -> Thu 01-08 00:00, Thu 01-15 00:00, Thu 01-22 00:00
    0 0 1 */3 *                -> Wed 04-01 00:00, Wed 07-01 00:00, Thu 10-01 00:00
    0 0 1 1,4,7,10 *           -> Wed 04-01 00:00, Wed 07-01 00:00, Thu 10-01 00:00
    0 0 1 1-12/6 *             -> Wed 07-01 00:00, Fri 2027-01-01 00:00, Thu 2027-07-01 00:00
    0 0 28 2 *                 -> Sat 02-28 00:00, Sun 2027-02-28 00:00, Mon 2028-02-28 00:00
    0 0 29 2 *                 -> Tue 2028-02-29 00:00, Sun 2032-02-29 00:00, Fri 2036-02-29 00:00
    0 0 31 * *                 -> Sat 01-31 00:00, Tue 03-31 00:00, Sun 05-31 00:00
    0 0 28-31 * *              -> Wed 01-28 00:00, Thu 01-29 00:00, Fri 01-30 00:00
    59 23 31 12 *              -> Thu 12-31 23:59, Fri 2027-12-31 23:59, Sun 2028-12-31 23:59
    0 22-6 * * *               -> Thu 01-01 01:00, Thu 01-01 02:00, Thu 01-01 03:00
    0 23-7/2 * * *             -> Thu 01-01 01:00, Thu 01-01 03:00, Thu 01-01 05:00
    0 6 * * SAT,SUN            -> Sat 01-03 06:00, Sun 01-04 06:00, Sat 01-10 06:00
    0 12 * jan-mar fri         -> Fri 01-02 12:00, Fri 01-09 12:00, Fri 01-16 12:00
    1-59/2 * * * *             -> Thu 01-01 00:01, Thu 01-01 00:03, Thu 01-01 00:05
    2/15 * * * *               -> Thu 01-01 00:02, Thu 01-01 00:17, Thu 01-01 00:32
    57 0 * * *                 -> Thu 01-01 00:57, Fri 01-02 00:57, Sat 01-03 00:57
    */45 * * * *               -> Thu 01-01 00:45, Thu 01-01 01:00, Thu 01-01 01:45
    0 0 13 * 5                 -> Fri 01-02 00:00, Fri 01-09 00:00, Tue 01-13 00:00
    @hourly                    -> Thu 01-01 01:00, Thu 01-01 02:00, Thu 01-01 03:00
    @daily                     -> Fri 01-02 00:00, Sat 01-03 00:00, Sun 01-04 00:00
    @midnight                  -> Fri 01-02 00:00, Sat 01-03 00:00, Sun 01-04 00:00
    @weekly                    -> Sun 01-04 00:00, Sun 01-11 00:00, Sun 01-18 00:00
    @monthly                   -> Sun 02-01 00:00, Sun 03-01 00:00, Wed 04-01 00:00
    @yearly                    -> Fri 2027-01-01 00:00, Sat 2028-01-01 00:00, Mon 2029-01-01 00:00
    @annually                  -> Fri 2027-01-01 00:00, Sat 2028-01-01 00:00, Mon 2029-01-01 00:00
  `),
  )("%s fires at %s", firesAt);
});

describe("as people write them for Kubernetes", () => {
  test.each(
    table(`
    0 3 * * 0                  -> Sun 01-04 03:00, Sun 01-11 03:00, Sun 01-18 03:00
    30 3 * * 6                 -> Sat 01-03 03:30, Sat 01-10 03:30, Sat 01-17 03:30
    */5 8-20 * * 1-6           -> Thu 01-01 08:00, Thu 01-01 08:05, Thu 01-01 08:10
    0 */1 * * *                -> Thu 01-01 01:00, Thu 01-01 02:00, Thu 01-01 03:00
    5 */4 * * *                -> Thu 01-01 00:05, Thu 01-01 04:05, Thu 01-01 08:05
    0 1 * * *                  -> Thu 01-01 01:00, Fri 01-02 01:00, Sat 01-03 01:00
    0 0 3 * 1                  -> Sat 01-03 00:00, Mon 01-05 00:00, Mon 01-12 00:00
  `),
  )("%s fires at %s", firesAt);
});

describe("as people write them for GitHub Actions", () => {
  test.each(
    table(`
    30 5,17 * * *              -> Thu 01-01 05:30, Thu 01-01 17:30, Fri 01-02 05:30
    30 5 * * 1,3               -> Mon 01-05 05:30, Wed 01-07 05:30, Mon 01-12 05:30
    30 5 * * 2,4               -> Thu 01-01 05:30, Tue 01-06 05:30, Thu 01-08 05:30
    0 6 * * 1                  -> Mon 01-05 06:00, Mon 01-12 06:00, Mon 01-19 06:00
    0 8 * * *                  -> Thu 01-01 08:00, Fri 01-02 08:00, Sat 01-03 08:00
    0 21 * * 0-4               -> Thu 01-01 21:00, Sun 01-04 21:00, Mon 01-05 21:00
    0 2 * * 0                  -> Sun 01-04 02:00, Sun 01-11 02:00, Sun 01-18 02:00
    0 4 * * *                  -> Thu 01-01 04:00, Fri 01-02 04:00, Sat 01-03 04:00
    33 12 * * 6                -> Sat 01-03 12:33, Sat 01-10 12:33, Sat 01-17 12:33
    24 3 * * 2                 -> Tue 01-06 03:24, Tue 01-13 03:24, Tue 01-20 03:24
    0 0 * * 1-5                -> Fri 01-02 00:00, Mon 01-05 00:00, Tue 01-06 00:00
    15 4,5 * * *               -> Thu 01-01 04:15, Thu 01-01 05:15, Fri 01-02 04:15
    20 4 * * *                 -> Thu 01-01 04:20, Fri 01-02 04:20, Sat 01-03 04:20
    30 4-6 * * *               -> Thu 01-01 04:30, Thu 01-01 05:30, Thu 01-01 06:30
    20/15 * * * *              -> Thu 01-01 00:20, Thu 01-01 00:35, Thu 01-01 00:50
    0 0 1 1-6/2 *              -> Sun 03-01 00:00, Fri 05-01 00:00, Fri 2027-01-01 00:00
    45 23 * * 6                -> Sat 01-03 23:45, Sat 01-10 23:45, Sat 01-17 23:45
  `),
  )("%s fires at %s", firesAt);
});

describe("as people write them for Jenkins", () => {
  test.each(
    table(`
    H * * * *                  -> Thu 01-01 00:18, Thu 01-01 01:18, Thu 01-01 02:18
    H H * * *                  -> Thu 01-01 09:18, Fri 01-02 09:18, Sat 01-03 09:18
    H/15 * * * *               -> Thu 01-01 00:03, Thu 01-01 00:18, Thu 01-01 00:33
    H(0-29)/10 * * * *         -> Thu 01-01 00:08, Thu 01-01 00:18, Thu 01-01 00:28
    45 9-16/2 * * 1-5          -> Thu 01-01 09:45, Thu 01-01 11:45, Thu 01-01 13:45
    H H(9-16)/2 * * 1-5        -> Thu 01-01 10:18, Thu 01-01 12:18, Thu 01-01 14:18
    H H 1,15 1-11 *            -> Thu 01-01 09:18, Thu 01-15 09:18, Sun 02-01 09:18
    H H(0-7) * * *             -> Thu 01-01 01:18, Fri 01-02 01:18, Sat 01-03 01:18
    H 0 * * 1-5                -> Thu 01-01 00:18, Fri 01-02 00:18, Mon 01-05 00:18
    H */12 * * *               -> Thu 01-01 00:18, Thu 01-01 12:18, Fri 01-02 00:18
    H/5 * * * *                -> Thu 01-01 00:03, Thu 01-01 00:08, Thu 01-01 00:13
    H/2 * * * *                -> Thu 01-01 00:02, Thu 01-01 00:04, Thu 01-01 00:06
    H H * * 0                  -> Sun 01-04 09:18, Sun 01-11 09:18, Sun 01-18 09:18
    H H * * H                  -> Sun 01-04 09:18, Sun 01-11 09:18, Sun 01-18 09:18
    H H H * *                  -> Wed 01-28 09:18, Sat 02-28 09:18, Sat 03-28 09:18
    H 23 * * *                 -> Thu 01-01 23:18, Fri 01-02 23:18, Sat 01-03 23:18
    H H(0-2) * * *             -> Thu 01-01 00:18, Fri 01-02 00:18, Sat 01-03 00:18
    H/10 9-18 * * 1-5          -> Thu 01-01 09:08, Thu 01-01 09:18, Thu 01-01 09:28
    H 2 * * 1                  -> Mon 01-05 02:18, Mon 01-12 02:18, Mon 01-19 02:18
    H 4/2 * * *                -> Thu 01-01 04:18, Thu 01-01 06:18, Thu 01-01 08:18
  `),
  )("%s fires at %s", firesAt);
});

describe("as people write them for Quartz and Spring", () => {
  test.each(
    table(`
    0 0 12 * * ?               -> Thu 01-01 12:00, Fri 01-02 12:00, Sat 01-03 12:00
    0 15 10 ? * *              -> Thu 01-01 10:15, Fri 01-02 10:15, Sat 01-03 10:15
    0 15 10 * * ?              -> Thu 01-01 10:15, Fri 01-02 10:15, Sat 01-03 10:15
    0 * 14 * * ?               -> Thu 01-01 14:00, Thu 01-01 14:01, Thu 01-01 14:02
    0 0/5 14 * * ?             -> Thu 01-01 14:00, Thu 01-01 14:05, Thu 01-01 14:10
    0 0/5 14,18 * * ?          -> Thu 01-01 14:00, Thu 01-01 14:05, Thu 01-01 14:10
    0 0-5 14 * * ?             -> Thu 01-01 14:00, Thu 01-01 14:01, Thu 01-01 14:02
    0 10,44 14 ? 3 WED         -> Wed 03-04 14:10, Wed 03-04 14:44, Wed 03-11 14:10
    0 15 10 ? * MON-FRI        -> Thu 01-01 10:15, Fri 01-02 10:15, Mon 01-05 10:15
    0 15 10 15 * ?             -> Thu 01-15 10:15, Sun 02-15 10:15, Sun 03-15 10:15
    0 15 10 L * ?              -> Sat 01-31 10:15, Sat 02-28 10:15, Tue 03-31 10:15
    0 15 10 L-2 * ?            -> Thu 01-29 10:15, Thu 02-26 10:15, Sun 03-29 10:15
    0 15 10 ? * 6L             -> Sat 01-31 10:15, Sat 02-28 10:15, Sat 03-28 10:15
    0 15 10 ? * FRIL           -> Fri 01-30 10:15, Fri 02-27 10:15, Fri 03-27 10:15
    0 15 10 ? * 6#3            -> Sat 01-17 10:15, Sat 02-21 10:15, Sat 03-21 10:15
    0 15 10 ? * FRI#3          -> Fri 01-16 10:15, Fri 02-20 10:15, Fri 03-20 10:15
    0 0 12 1/5 * ?             -> Thu 01-01 12:00, Tue 01-06 12:00, Sun 01-11 12:00
    0 11 11 11 11 ?            -> Wed 11-11 11:11, Thu 2027-11-11 11:11, Sat 2028-11-11 11:11
    0 0/15 * * * ?             -> Thu 01-01 00:15, Thu 01-01 00:30, Thu 01-01 00:45
    0 0/30 8-9 5,20 * ?        -> Mon 01-05 08:00, Mon 01-05 08:30, Mon 01-05 09:00
    0 30 10-13 ? * WED,FRI     -> Fri 01-02 10:30, Fri 01-02 11:30, Fri 01-02 12:30
    10 0/5 * * * ?             -> Thu 01-01 00:00:10, Thu 01-01 00:05:10, Thu 01-01 00:10:10
    0 0 9 ? * MON-FRI          -> Thu 01-01 09:00, Fri 01-02 09:00, Mon 01-05 09:00
    0 0 0 L * ?                -> Sat 01-31 00:00, Sat 02-28 00:00, Tue 03-31 00:00
    0 0 0 LW * ?               -> Fri 01-30 00:00, Fri 02-27 00:00, Tue 03-31 00:00
    0 0 0 15W * ?              -> Thu 01-15 00:00, Mon 02-16 00:00, Mon 03-16 00:00
    0 0 9 1W * ?               -> Thu 01-01 09:00, Mon 02-02 09:00, Mon 03-02 09:00
    0 0 0 ? * 2#1              -> Tue 01-06 00:00, Tue 02-03 00:00, Tue 03-03 00:00
    0 0 0 ? * MON#1            -> Mon 01-05 00:00, Mon 02-02 00:00, Mon 03-02 00:00
    0/30 * * * * ?             -> Thu 01-01 00:00:30, Thu 01-01 00:01, Thu 01-01 00:01:30
    */10 * * * * *             -> Thu 01-01 00:00:10, Thu 01-01 00:00:20, Thu 01-01 00:00:30
    0/1 * * * * ?              -> Thu 01-01 00:00:01, Thu 01-01 00:00:02, Thu 01-01 00:00:03
    0 0/2 * ? * *              -> Thu 01-01 00:02, Thu 01-01 00:04, Thu 01-01 00:06
    0 0 */1 * * ?              -> Thu 01-01 01:00, Thu 01-01 02:00, Thu 01-01 03:00
    0 0 2 1 * ?                -> Thu 01-01 02:00, Sun 02-01 02:00, Sun 03-01 02:00
    0 0 10,14,16 * * ?         -> Thu 01-01 10:00, Thu 01-01 14:00, Thu 01-01 16:00
    0 0/30 9-17 * * ?          -> Thu 01-01 09:00, Thu 01-01 09:30, Thu 01-01 10:00
    0 0 12 ? * WED             -> Wed 01-07 12:00, Wed 01-14 12:00, Wed 01-21 12:00
    0 59 23 ? * SUN            -> Sun 01-04 23:59, Sun 01-11 23:59, Sun 01-18 23:59
    0 0 6 1,LW * ?             -> Thu 01-01 06:00, Fri 01-30 06:00, Sun 02-01 06:00
    0 0 18 1W,15W * ?          -> Thu 01-01 18:00, Thu 01-15 18:00, Mon 02-02 18:00
    0 0 8 L-5 * ?              -> Mon 01-26 08:00, Mon 02-23 08:00, Thu 03-26 08:00
    0 0 0 1 1/3 ?              -> Wed 04-01 00:00, Wed 07-01 00:00, Thu 10-01 00:00
    15,45 * * * * *            -> Thu 01-01 00:00:15, Thu 01-01 00:00:45, Thu 01-01 00:01:15
    0 30 23 * * *              -> Thu 01-01 23:30, Fri 01-02 23:30, Sat 01-03 23:30
    0 0 1 * * ?                -> Thu 01-01 01:00, Fri 01-02 01:00, Sat 01-03 01:00
  `),
  )("%s fires at %s", firesAt);
});

describe("as people write them for AWS", () => {
  test.each(
    table(`
    0 10 * * ?                 -> Thu 01-01 10:00, Fri 01-02 10:00, Sat 01-03 10:00
    15 12 * * ?                -> Thu 01-01 12:15, Fri 01-02 12:15, Sat 01-03 12:15
    0 18 ? * MON-FRI           -> Thu 01-01 18:00, Fri 01-02 18:00, Mon 01-05 18:00
    0 8 1 * ?                  -> Thu 01-01 08:00, Sun 02-01 08:00, Sun 03-01 08:00
    0/15 * * * ?               -> Thu 01-01 00:15, Thu 01-01 00:30, Thu 01-01 00:45
    0/10 * ? * MON-FRI         -> Thu 01-01 00:10, Thu 01-01 00:20, Thu 01-01 00:30
    0/5 8-17 ? * MON-FRI       -> Thu 01-01 08:00, Thu 01-01 08:05, Thu 01-01 08:10
    0/30 20-2 ? * MON-FRI      -> Thu 01-01 00:30, Thu 01-01 01:00, Thu 01-01 01:30
    0 0 25 * ?                 -> Sun 01-25 00:00, Wed 02-25 00:00, Wed 03-25 00:00
    0,30 11,12,13,14 ? APR,MAY,JUN,JUL,AUG,SEP SAT,SUN -> Sat 04-04 11:00, Sat 04-04 11:30, Sat 04-04 12:00
    0 9 ? * 2#1                -> Tue 01-06 09:00, Tue 02-03 09:00, Tue 03-03 09:00
    0 17 L * ?                 -> Sat 01-31 17:00, Sat 02-28 17:00, Tue 03-31 17:00
    0 17 3W * ?                -> Fri 01-02 17:00, Tue 02-03 17:00, Tue 03-03 17:00
  `),
  )("%s fires at %s", firesAt);
});

describe("what is written for other programs, or by mistake", () => {
  test.each(
    table(`
    60 * * * * -> Write 0.
    0 24 * * * -> Write 0 for midnight.
    0 25 * * * -> Hour 25 is out of range 0-23
    * * 0 * * -> The first day is 1.
    0 0 32 * * -> Day of month 32 is out of range 1-31
    0 0 1 13 * -> Month 13 is out of range 1-12
    0 0 * * 8 -> Sunday is 0 or 7
    */60/2 * * * * -> / is not expected in the minute field (character 5
    */90 * * * * -> every: 90m
    * */24/2 * * * -> / is not expected in the hour field
    5/ * * * * -> A step needs a number after /
    0 0 * * MON-SUNDAY -> Did you mean SUN?
    0 0 * * Sonntag -> "Sonntag" is not a day of week
    0 0 1 Sept * -> Did you mean SEP?
    0 0 * * weekday -> Write MON-FRI.
    0 9-5pm * * * -> Write hours as 0-23.
    0 9:30 * * * -> A time of day is written as minute and hour
    0,30, 9 * * * -> A value is missing in the minute field
    0 0 - * * -> - is not expected in the day of month field
    */5 * * * -> has 4 fields
    */5* * * * -> has 4 fields
    * * * * * * * * -> has 8 fields
    every minute -> every: 5m
    10m -> every: 5m
    @every 10s -> Write every: 10s
    @every 1h30m10s -> Write every: 1h30m10s
    @reboot -> not when a machine starts
    @reboot /usr/local/bin/start.sh -> not when a machine starts
    @weekdays -> Write one of @yearly
    @dialy -> Did you mean @daily?
    @hourly /usr/bin/sync -> Leave away what comes after @hourly.
    hourly -> Did you mean @hourly?
    17 * * * * root cd / && run-parts --report /etc/cron.hourly -> Leave the command away: "17 * * * *".
    25 6 * * * root test -x /usr/sbin/anacron || ( cd / && run-parts /etc/cron.daily ) -> Leave the command away: "25 6 * * *".
    52 6 1 * * root test -x /usr/sbin/anacron || ( cd / && run-parts /etc/cron.monthly ) -> Leave the command away: "52 6 1 * *".
    */5 * * * * /usr/bin/php /var/www/artisan schedule:run >> /dev/null 2>&1 -> Leave the command away: "*/5 * * * *".
    0 5 * * 1 tar -zcf /var/backups/home.tgz /home/ -> Leave the command away: "0 5 * * 1".
    0 12 * * * ~/bin/report.sh -> Leave the command away: "0 12 * * *".
    30 3 * * * $HOME/bin/clean -> Leave the command away: "30 3 * * *".
    0 4 * * * certbot -> Leave the command away: "0 4 * * *".
    SHELL=/bin/bash -> Leave variables away.
    MAILTO=admin@example.org -> Leave variables away.
    # m h dom mon dow command -> Leave comments away.
    CRON_TZ=America/New_York 0 6 * * * -> Write the zone apart, as timezone.
    TZ=Asia/Tokyo 30 4 * * * -> Write the zone apart, as timezone.
    TZ="UTC" 0 0 * * * -> Write the zone apart, as timezone.
    0 15 10 * * ? * -> write "0 15 10 * * ?".
    0 15 10 * * ? 2005 -> write "0 15 10 * * ?".
    0 15 10 ? * 6L 2002-2005 -> write "0 15 10 ? * 6L".
    0/5 14,18,3-39,52 * ? JAN,MAR,SEP MON-FRI 2002-2010 -> write "0/5 14,18,3-39,52 * ? JAN,MAR,SEP MON-FRI".
    0 0 0 1 1 ? 2027/2 -> write "0 0 0 1 1 ?".
    cron(0 10 * * ? *) -> Write the fields without cron( )
    cron(15 12 * * ? *) -> Write the fields without cron( )
    cron(0/10 * ? * MON-FRI *) -> Write the fields without cron( )
    0 20 ? * MON-FRI * -> write "0 20 ? * MON-FRI".
    0 10 * * ? * -> write "0 10 * * ?".
    rate(1 hour) -> every: 5m
    at(2026-11-20T13:00:00) -> For one instant write at
    2026-11-20 13:00 -> For one instant write at
    *-*-* 04:00:00 -> A time of day is written as minute and hour
    Mon,Fri *-01/2-01,03 *:30:45 -> A time of day is written as minute and hour
    Mon..Fri *-*-* 09:00 -> A time of day is written as minute and hour
    "0 0 * * *" -> Leave the quotes away.
    '*/5 * * * *' -> Leave the quotes away.
    \`0 0 * * *\` -> Leave the quotes away.
    0 0 * * *' -> Leave the quotes away.
    0 9 * * *, 0 17 * * * -> Write one expression a line.
    0 9 * * * ; 0 17 * * * -> Write one expression a line.
    0 9 * * * && 0 17 * * * -> Write one expression a line.
    \${{ inputs.cron }} -> has 3 fields
    0 0 * * L -> Write 6 for Saturday, or 5L for the last Friday of the month.
    0 0 L-1W * * -> Write L-1, or LW for the last weekday.
    0 0 LW-1 * * -> - is not expected in the day of month field
    0 0 * * 5#6 -> Week 6 is out of range 1-5
    0 0 1..5 * * -> Write a range with -, such as 1-5.
    0 0 5C * * -> C is not expected in the day of month field
    0 0 1~7 * * -> write H with a range
    0 0 30 2 * -> can never fire: FEB has no day 30.
    0 0 30,31 FEB * -> can never fire: FEB has no day 30 or 31.
    0 0 31 2,4,6,9,11 * -> can never fire: FEB, APR, JUN, SEP, NOV have no day 31.
    ０ ９ ＊ ＊ ＊ -> Write a plain 0.
    0 9 * * 1–5 -> Write a plain -.
    ∗ ∗ ∗ ∗ ∗ -> Write a plain *.
  `),
  )("%s is refused: %s", (expression, words) => {
    const read = () => parseCron(expression, scheduleName);
    expect(read).toThrow(BelfryError);
    expect(read).toThrow(expect.objectContaining({ code: "invalid_cron" }));
    expect(read).toThrow(words);
  });
});

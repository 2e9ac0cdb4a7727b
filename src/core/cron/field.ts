/** What may be written in one field of a cron expression. */
export interface CronField {
  /** As errors call it. `H` is a hash of it too: it may never change. */
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** How many different values there are: 7 weekdays, though 0-7 may be written. */
  readonly size: number;
  /** Names of `low` and the values after it. */
  readonly names: readonly string[];
  /** Whether `?` may stand for `*`. */
  readonly mayBeBlank: boolean;
  /** What `H` is never above, so that every month has such a day. */
  readonly hashHigh: number;
}

const monthNames = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

export const cronFields = {
  second: { name: "Second", low: 0, high: 59, size: 60, names: [], mayBeBlank: false, hashHigh: 59 },
  minute: { name: "Minute", low: 0, high: 59, size: 60, names: [], mayBeBlank: false, hashHigh: 59 },
  hour: { name: "Hour", low: 0, high: 23, size: 24, names: [], mayBeBlank: false, hashHigh: 23 },
  dayOfMonth: { name: "Day of month", low: 1, high: 31, size: 31, names: [], mayBeBlank: true, hashHigh: 28 },
  month: { name: "Month", low: 1, high: 12, size: 12, names: monthNames, mayBeBlank: false, hashHigh: 12 },
  dayOfWeek: {
    name: "Day of week",
    low: 0,
    high: 7,
    size: 7,
    names: weekdayNames,
    mayBeBlank: true,
    hashHigh: 6,
  },
} as const satisfies Record<string, CronField>;

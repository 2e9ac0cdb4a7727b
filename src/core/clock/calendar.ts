/** Instants and wall-clock times outside these years are beyond the calendar: nothing fires there. */
export const firstYear = 1900;
export const lastYear = 2199;

export const daySec = 86_400;

/** The end of the calendar on any wall clock, counted from 1970-01-01 00:00:00 there. */
export const calendarEndSec = Date.UTC(lastYear + 1, 0, 1) / 1000;

/** All instants that are within the calendar anywhere on earth lie between these two. */
export const earliestSec = Date.UTC(firstYear, 0, 1) / 1000 - daySec;
export const latestSec = calendarEndSec + daySec;

/** The date of a day counted from 1970-01-01, in one number so that nothing is allocated: `year * 512 + month * 32 + day`. */
export function dateOfDay(day: number): number {
  // Howard Hinnant's civil_from_days: years that begin in March, in eras of 400 of them.
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra =
    ((dayOfEra - ((dayOfEra / 1460) | 0) + ((dayOfEra / 36_524) | 0) - ((dayOfEra / 146_096) | 0)) / 365) | 0;
  const dayOfYear = dayOfEra - (365 * yearOfEra + (yearOfEra >> 2) - ((yearOfEra / 100) | 0));
  const monthFromMarch = ((5 * dayOfYear + 2) / 153) | 0;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return year * 512 + month * 32 + dayOfYear - (((153 * monthFromMarch + 2) / 5) | 0) + 1;
}

/** How many days a month (1-12) has. */
export function monthLength(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return 30 + ((month ^ (month >> 3)) & 1);
}

/** The weekday of a day counted from 1970-01-01; Sunday is 0. */
export function weekdayOfDay(day: number): number {
  const sinceSunday = (day + 4) % 7;
  return sinceSunday < 0 ? sinceSunday + 7 : sinceSunday;
}

function isLeap(year: number): boolean {
  return (year & 3) === 0 && (year % 100 !== 0 || year % 400 === 0);
}

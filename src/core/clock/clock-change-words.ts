import type { ClockChange, ClockEffect, TouchedTimes } from "./clock-changes.js";
import { listed } from "../listed.js";
import { dateWords, sameDate, timeWords } from "./wall-clock-words.js";

/**
 * What a clock change does to a schedule, on the zone's wall clock: `Sun 29 Mar 2026: the clocks of Europe/Berlin jump
 * from 02:00 to 03:00. 02:30 does not exist; it fires at 03:00 instead.`
 */
export function wordsFor(effect: ClockEffect): string {
  const { change, timeZone } = effect;
  const { shownFrom, shownTo } = ends(change);
  const verb = change.kind === "gap" ? "jump" : "go back";
  const to = sameDate(shownFrom, shownTo) ? timeWords(shownTo) : dayAndTime(shownTo);
  const what = `the clocks of ${timeZone} ${verb} from ${timeWords(shownFrom)} to ${to}`;
  return `${dateWords(shownFrom)}: ${what}. ${consequence(effect)}.`;
}

/** What becomes of the touched times, without a full stop: `02:30 comes twice; it fires the first time only`. */
export function consequence({ change, touched }: ClockEffect): string {
  return touched.map((times) => `${fate(times, change)}; ${answer(times, change)}`).join(". ");
}

/** What the wall clock shows at the change: by the offset before it, and by the offset after it. */
function ends({ atMs, beforeSec, afterSec }: ClockChange): { shownFrom: number; shownTo: number } {
  return { shownFrom: atMs / 1000 + beforeSec, shownTo: atMs / 1000 + afterSec };
}

function fate({ count, times }: TouchedTimes, change: ClockChange): string {
  const one = count === 1;
  const what =
    count > times.length ? `${count} of its times` : listed(times.map((time) => timeOf(time, change)));
  if (change.kind === "fold") return `${what} ${one ? "comes" : "come"} twice`;
  return `${what} ${one ? "does" : "do"} not exist`;
}

/** With the date where the change reaches over several. */
function timeOf(time: number, { localStart, localEnd }: ClockChange): string {
  return sameDate(localStart, localEnd - 1) ? timeWords(time) : dayAndTime(time);
}

const whichTime = { first: "the first time only", last: "the second time only", both: "both times" };

function answer({ outcome, count, joined }: TouchedTimes, change: ClockChange): string {
  if (outcome === "moved") return movedTo(count, joined, change);
  if (outcome === "elapsed") return elapsed(change);
  if (outcome === "skipped") return count === 1 ? "it is skipped" : "they are skipped";
  return `${count === 1 ? "it fires" : "they fire"} ${whichTime[outcome]}`;
}

function movedTo(count: number, joined: boolean, change: ClockChange): string {
  const { shownFrom, shownTo } = ends(change);
  const at = sameDate(shownFrom, shownTo) ? timeWords(shownTo) : dayAndTime(shownTo);
  if (joined) return `the fire at ${at} stands for ${count === 1 ? "it" : "them"} too`;
  if (count === 1) return `it fires at ${at} instead`;
  return `one fire at ${at} stands for ${count === 2 ? "both" : `all ${count}`}`;
}

function elapsed({ kind }: ClockChange): string {
  const both = "an expression of all 24 hours follows elapsed time";
  return kind === "gap" ? `${both}, and nothing is moved` : `${both}, and fires both times`;
}

function dayAndTime(localSec: number): string {
  return `${dateWords(localSec).slice(0, -5)} ${timeWords(localSec)}`;
}

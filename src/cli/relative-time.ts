/** `in 3 min`, `2 h ago`, `now`: how far an instant is from now, in one unit. */
export function relativeTime(instant: Date, now: Date): string {
  const ms = instant.getTime() - now.getTime();
  if (Math.abs(ms) < 500) return "now";
  const distance = inOneUnit(Math.round(Math.abs(ms) / 1000));
  return ms > 0 ? `in ${distance}` : `${distance} ago`;
}

// Two of a unit before the next larger one takes over: "90 s" and "36 h" say more than "1 min" and "1 d".
function inOneUnit(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** A number of bytes for people: `512 bytes`, `1.5 KiB`, `10 GiB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${amount.toFixed(1).replace(/\.0$/, "")} ${units[unit]}`;
}

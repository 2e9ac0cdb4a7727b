const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** An amount of bytes for people: `0 bytes`, `8 KiB`, `1.5 GiB`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 1023.5 && unit < units.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && amount < 9.95 ? 1 : 0;
  return `${amount.toFixed(digits).replace(/\.0$/, "")} ${units[unit]}`;
}

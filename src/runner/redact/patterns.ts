/** A shorter value would turn up in everything that a job says. */
export const shortestSecret = 4;
/** Of a value of several lines, each line that is at least so long is a secret too. */
const shortestLine = 8;
/** The lines that `base64` and MIME break at, and those of PEM. */
const lineLengths = [76, 64];

/** All texts that give one of the values away: as it is, as parts of it, and as programs usually write them. */
export function patternsOf(values: Iterable<string>): string[] {
  const patterns = new Set<string>();
  for (const value of values) {
    for (const part of [value, ...linesOf(value)]) {
      for (const pattern of writingsOf(part)) if (pattern.length >= shortestSecret) patterns.add(pattern);
    }
  }
  return [...patterns];
}

function linesOf(value: string): string[] {
  const whole = value.replace(/\r?\n$/, "");
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [whole, ...(lines.length > 1 ? lines.filter(tellsSomething) : [])].filter(
    (line) => line !== value && line.length >= shortestSecret,
  );
}

/** The first and last line of a PEM file are no secret, and neither are brackets. */
function tellsSomething(line: string): boolean {
  return line.length >= shortestLine && !/^-----(BEGIN|END) [A-Z0-9 ]+-----$/.test(line);
}

function writingsOf(value: string): string[] {
  if (value.length < shortestSecret) return [];
  const bytes = Buffer.from(value);
  const hex = bytes.toString("hex");
  return [
    value,
    ...jsonWritings(value),
    ...urlWritings(value),
    ...base64Writings(bytes),
    hex,
    hex.toUpperCase(),
    value.replaceAll("'", "'\\''"), // as a shell quotes it, and shows it with `set -x`
  ];
}

function jsonWritings(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return [json, ascii, json.replaceAll("/", "\\/"), ascii.replaceAll("/", "\\/")];
}

/** With `%20` and with `+`, strictly (RFC 3986) and as browsers do it, and with digits of either case. */
function urlWritings(value: string): string[] {
  const loose = encodeURIComponent(value);
  const strict = loose.replaceAll(/[!'()*]/g, percent);
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  const every = [loose, strict, form, loose.replaceAll("%20", "+"), encodeURI(value)];
  return every.flatMap((text) => [text, text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** In both alphabets; wherever it stands in what is encoded; and in lines. */
function base64Writings(bytes: Buffer): string[] {
  const whole = bytes.toString("base64");
  const line = Buffer.concat([bytes, Buffer.from("\n")]).toString("base64");
  const broken = lineLengths.flatMap((length) => cut(whole, length).concat(cut(line, length)));
  const standard = [whole, ...broken, ...[0, 1, 2].map((before) => amongOthers(bytes, before))];
  return standard.flatMap((text) => [
    text,
    text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
  ]);
}

function cut(text: string, length: number): string[] {
  if (text.length <= length) return [];
  const pieces = text.match(new RegExp(`.{1,${length}}`, "g")) ?? [];
  return pieces.filter((piece) => piece.length >= shortestLine);
}

/** The characters that say nothing but these bytes, if so many others (modulo 3) stand before them and any behind them. */
function amongOthers(bytes: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes])
    .toString("base64")
    .replace(/=+$/, "");
  const first = Math.ceil((before * 8) / 6);
  const end = Math.floor(((before + bytes.length) * 8) / 6);
  return encoded.slice(first, end);
}

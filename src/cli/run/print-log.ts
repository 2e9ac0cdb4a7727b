import type { LogEntryJson } from "../../api/public/shapes.js";
import type { Io } from "../io.js";

type Streams = Pick<Io, "stdout" | "stderr">;
export type LogPrinter = (entry: LogEntryJson) => void;

/** Writes a run's output as it was, each stream to its own; Belfry's notes go to stderr. */
export function plainLog({ stdout, stderr }: Streams): LogPrinter {
  return ({ stream, text }) => void (stream === "stdout" ? stdout : stderr).write(wholeNote(stream, text));
}

/** The same, with the time in UTC before each line. */
export function timedLog({ stdout, stderr }: Streams): LogPrinter {
  const midLine = { stdout: false, stderr: false, belfry: false };
  return ({ stream, text, at }) => {
    const whole = wholeNote(stream, text);
    const marked = whole.replaceAll(/(?<=^|\n)(?=[^])/g, (_, offset: number) =>
      lineMark(offset, midLine[stream], at),
    );
    if (whole !== "") midLine[stream] = !whole.endsWith("\n");
    (stream === "stdout" ? stdout : stderr).write(marked);
  };
}

function lineMark(offset: number, midLine: boolean, at: string): string {
  return offset === 0 && midLine ? "" : `${at} `;
}

// A program's output is left alone; a note of ours is a line.
function wholeNote(stream: LogEntryJson["stream"], text: string): string {
  return stream === "belfry" && !text.endsWith("\n") ? `${text}\n` : text;
}

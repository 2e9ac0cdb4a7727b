import type { Diagnosis, Finding, FindingStatus } from "../../core/diagnosis.js";
import type { Colors } from "../io.js";
import { printable } from "../printable.js";

/** A line for each finding, and below those that are not well what to do. */
export function diagnosisPage({ findings }: Diagnosis, colors: Colors): string {
  const paint: Record<FindingStatus, (text: string) => string> = {
    ok: colors.green,
    warn: colors.yellow,
    fail: colors.red,
  };
  const lines = findings.flatMap((finding) => linesOf(finding, paint[finding.status]));
  return lines.map((line) => `${line}\n`).join("");
}

function linesOf({ status, check, summary, advice }: Finding, paint: (text: string) => string): string[] {
  const line = `${paint(status.padEnd(4))}  ${check.padEnd(15)}  ${printable(summary)}`;
  return advice === null ? [line] : [line, `${" ".repeat(23)}${printable(advice)}`];
}

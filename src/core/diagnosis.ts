export const findingStatuses = ["ok", "warn", "fail"] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** What was found when one thing was looked at. */
export interface Finding {
  /** What was looked at, in a word that stays: `connection`, `clock`, ... */
  check: string;
  status: FindingStatus;
  /** One line. */
  summary: string;
  /** What to do about it; null if there is nothing to do. */
  advice: string | null;
}

/** How an installation is, as far as its database tells. */
export interface Diagnosis {
  /** The worst of the findings. */
  status: FindingStatus;
  findings: Finding[];
}

/** Findings and the worst of them. */
export function diagnosisOf(findings: Finding[]): Diagnosis {
  const found = new Set(findings.map(({ status }) => status));
  return { status: found.has("fail") ? "fail" : found.has("warn") ? "warn" : "ok", findings };
}

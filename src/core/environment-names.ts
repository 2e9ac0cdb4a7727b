/** Of the server's environment what every job needs, or could miss: where programs, homes, clocks, words and certificates are. */
export const usualEnvironmentNames = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "LC_*",
  "TZ",
  "TMPDIR",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_DIR",
  "SSL_CERT_FILE",
] as const;

/** Whether something is a name of a variable, the beginning of one followed by `*`, or `*` alone. */
export function isEnvironmentPattern(text: string): boolean {
  return /^([A-Za-z_][A-Za-z0-9_]*\*?|\*)$/.test(text);
}

/** Whether one of the patterns means the variable. */
export function isNamedBy(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}

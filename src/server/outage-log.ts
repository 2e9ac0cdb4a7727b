import type { Log } from "../scheduler/log.js";
import type { Outage } from "../store/database.js";

/** The log of a server. While an outage of the database goes on, which was told of, what fails because of it is told for debugging only. */
export function createOutageLog(log: Log, outage: () => Outage | null): Log {
  const quietly = (level: "warn" | "error") => (details: object, event: string) => {
    const isOfOutage = outage() !== null && /does not answer/.test(errorIn(details));
    log[isOfOutage ? "debug" : level](details, event);
  };
  return {
    debug: (details, event) => log.debug(details, event),
    info: (details, event) => log.info(details, event),
    warn: quietly("warn"),
    error: quietly("error"),
  };
}

function errorIn(details: object): string {
  const { error } = details as { error?: unknown };
  return typeof error === "string" ? error : "";
}

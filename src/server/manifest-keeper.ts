import { messageOf } from "../core/errors.js";
import { applyManifest } from "../manifest/apply.js";
import { parseManifest } from "../manifest/parse.js";
import { watchManifest } from "../manifest/watch.js";
import type { Deps } from "../scheduler/deps.js";
import type { Log } from "../scheduler/log.js";
import { untilDatabaseAnswers } from "./open-database.js";

type KeeperDeps = Pick<Deps, "pool" | "clock"> & { log: Log };

/**
 * Applies the manifest whenever it changes, until the signal aborts. A broken one changes nothing, and its errors are told;
 * one that the database does not answer to is applied when it does.
 */
export async function keepManifest(deps: KeeperDeps, file: string, signal: AbortSignal): Promise<void> {
  await watchManifest(file, {
    signal,
    onChange: (text) => applyText(deps, { file, text, signal }),
    onError: (error) => deps.log.error({ file, error: messageOf(error) }, "manifest.unreadable"),
  });
}

async function applyText(
  deps: KeeperDeps,
  { file, text, signal }: { file: string; text: string; signal: AbortSignal },
): Promise<void> {
  const { log } = deps;
  try {
    const wanted = parseManifest(text, file);
    const applied = await untilDatabaseAnswers(() => applyManifest(deps, wanted), { log, signal });
    log.info({ file, ...applied }, "manifest.applied");
  } catch (error) {
    if (!signal.aborted) log.error({ file, error: messageOf(error) }, "manifest.refused");
  }
}

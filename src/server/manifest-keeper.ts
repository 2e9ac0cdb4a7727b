import { messageOf } from "../core/errors.js";
import { applyManifest } from "../manifest/apply.js";
import { type ManifestSources, parseSources } from "../manifest/sources.js";
import { watchManifest } from "../manifest/watch.js";
import { type Deps, instantOf } from "../scheduler/deps.js";
import type { Log } from "../scheduler/log.js";
import { untilDatabaseAnswers } from "./open-database.js";

type KeeperDeps = Pick<Deps, "pool" | "clock"> & { log: Log };

/**
 * Applies the manifest whenever it or one of its calendars changes, until the signal aborts. A broken one changes nothing, and its errors are told;
 * one that the database does not answer to is applied when it does.
 */
export async function keepManifest(deps: KeeperDeps, file: string, signal: AbortSignal): Promise<void> {
  await watchManifest(file, {
    signal,
    onChange: (sources) => applySources(deps, sources, { file, signal }),
    onError: (error) => deps.log.error({ file, error: messageOf(error) }, "manifest.unreadable"),
  });
}

async function applySources(
  deps: KeeperDeps,
  sources: ManifestSources,
  { file, signal }: { file: string; signal: AbortSignal },
): Promise<void> {
  const { log } = deps;
  try {
    const wanted = parseSources(sources, file, instantOf(deps) ?? new Date());
    const applied = await untilDatabaseAnswers(() => applyManifest(deps, wanted), { log, signal });
    log.info({ file, ...applied }, "manifest.applied");
  } catch (error) {
    if (!signal.aborted) log.error({ file, error: messageOf(error) }, "manifest.refused");
  }
}

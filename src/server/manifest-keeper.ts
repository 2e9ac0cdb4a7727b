import { messageOf } from "../core/errors.js";
import { applyManifest } from "../manifest/apply.js";
import { parseManifest } from "../manifest/parse.js";
import { watchManifest } from "../manifest/watch.js";
import type { Deps } from "../scheduler/deps.js";
import type { Log } from "../scheduler/log.js";

type KeeperDeps = Pick<Deps, "pool" | "clock"> & { log: Log };

/** Applies the manifest whenever it changes, until the signal aborts. A broken one changes nothing, and its errors are told. */
export async function keepManifest(deps: KeeperDeps, file: string, signal: AbortSignal): Promise<void> {
  await watchManifest(file, {
    signal,
    onChange: (text) => applyText(deps, file, text),
    onError: (error) => deps.log.error({ file, error: messageOf(error) }, "manifest.unreadable"),
  });
}

async function applyText(deps: KeeperDeps, file: string, text: string): Promise<void> {
  try {
    const applied = await applyManifest(deps, parseManifest(text, file));
    deps.log.info({ file, ...applied }, "manifest.applied");
  } catch (error) {
    deps.log.error({ file, error: messageOf(error) }, "manifest.refused");
  }
}

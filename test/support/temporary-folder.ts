import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder that is removed at the latest when this process is gone, be it by SIGKILL: a small shell waits until its
 * standard input closes. `before` is what it shall run first, in the folder.
 */
export async function createGuardedFolder(
  name: string,
  before = ":",
): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), `belfry-${name}-`));
  const script = `read _; cd "$1" && { ${before}; }; cd / && rm -rf "$1"`;
  const guardian = spawn("sh", ["-c", script, "sh", folder], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guardian.unref();
  (guardian.stdin as unknown as { unref(): void }).unref();
  const remove = async () => {
    guardian.ref();
    guardian.stdin.end();
    if (guardian.exitCode === null) await once(guardian, "exit");
  };
  return { folder, remove };
}

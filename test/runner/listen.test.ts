import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { listenAlone } from "../../src/runner/host/listen.js";

const removesAtOnce = `
  const { rmSync } = require("node:fs");
  const { parentPort, workerData } = require("node:worker_threads");
  parentPort.postMessage("ready");
  for (;;) rmSync(workerData, { force: true });
`;

it("a host knows its address again, however soon somebody removes that", async () => {
  const folder = mkdtempSync(join(tmpdir(), "belfry-listen-"));
  const path = join(folder, "runner.sock");
  const remover = new Worker(removesAtOnce, { eval: true, workerData: path });
  try {
    await once(remover, "message");
    for (let round = 0; round < 300; round += 1) {
      const server = createServer();
      expect(await listenAlone(server, path)).toEqual({ inode: expect.any(Number) as number });
      await new Promise((resolve) => server.close(resolve));
    }
  } finally {
    await remover.terminate();
    rmSync(folder, { recursive: true });
  }
});

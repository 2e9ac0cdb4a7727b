import { carryOut, type StartedRun } from "./carry-out.js";
import { OutputPipes } from "./output-pipes.js";
import { say } from "./say.js";
import { shellGuard } from "./shell-guard.js";
import { catchShutdownSignals } from "./shutdown-signals.js";

/** Carries out the one run of a process that ends with it. */
export async function carryOutAlone(run: StartedRun): Promise<number> {
  const onShutdown = catchShutdownSignals();
  const pipes = new OutputPipes(1);
  const tools = { environment: process.env, folder: null, pipes, guard: shellGuard, say, onShutdown };
  try {
    return await carryOut(run, tools);
  } finally {
    pipes.close();
  }
}

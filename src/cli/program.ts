import { Command } from "commander";
import { registerAudit } from "./audit/audit.js";
import { registerBackfill } from "./backfill/backfill.js";
import { examples } from "./examples.js";
import { registerContext } from "./context/context.js";
import { registerLogin } from "./context/login.js";
import { registerDoctor } from "./doctor/doctor.js";
import { registerExplain } from "./explain/explain.js";
import { exitCodes } from "./exit-codes.js";
import { registerForecast } from "./forecast/forecast.js";
import { processIo, type Io } from "./io.js";
import { registerKey } from "./key/key.js";
import { registerMigrate } from "./migrate.js";
import { registerNext } from "./next.js";
import { registerApply } from "./plan/apply.js";
import { registerPlan } from "./plan/plan.js";
import { reportError } from "./report-error.js";
import { registerRun } from "./run/run.js";
import { registerRunner } from "./runner.js";
import { registerSchedule } from "./schedule/schedule.js";
import { registerSecret } from "./secret/secret.js";
import { registerServe } from "./serve.js";
import { addServerOptions } from "./server-options.js";
import { registerLink } from "./user/link.js";
import { registerUser } from "./user/user.js";
import { packageVersion } from "../version.js";

/** Runs one command line (without the program's name) and answers its exit code; never throws. */
export async function run(argv: string[], io: Io = processIo()): Promise<number> {
  try {
    await createProgram(io).parseAsync(argv, { from: "user" });
    return exitCodes.ok.code;
  } catch (thrown) {
    return reportError(thrown, io);
  }
}

/** The whole command line. Its commands write to `io`; what is wrong is thrown, never printed, and never exits. */
export function createProgram(io: Io): Command {
  const program = new Command("belfry").description(
    "Belfry, a durable scheduler: cron expressions become runs that end, and a history.",
  );
  program
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: () => {}, // run() tells of it, in the one form that all errors have
    });
  program.version(packageVersion(), "-V, --version", "print the version");
  addServerOptions(program);
  addCommands(program, io);
  program.addHelpText("after", environmentHelp);
  examples(program, ["belfry serve --manifest belfry.yaml", "belfry schedule list", "belfry run logs 42 -f"]);
  return program;
}

function addCommands(program: Command, io: Io): void {
  registerServe(program);
  registerSchedule(program, io);
  registerRun(program, io);
  registerBackfill(program, io);
  registerNext(program, io);
  registerExplain(program, io);
  registerPlan(program, io);
  registerApply(program, io);
  registerForecast(program, io);
  registerSecret(program, io);
  registerAudit(program, io);
  registerDoctor(program, io);
  registerKey(program, io);
  registerUser(program, io);
  registerLink(program, io);
  registerLogin(program, io);
  registerContext(program, io);
  registerMigrate(program);
  registerRunner(program);
}

const environmentHelp = `
Environment:
  BELFRY_URL        the server's address, if it is not on this machine
  BELFRY_TOKEN      the API token, if not the one in the data directory
  BELFRY_CONTEXT    the context to use, if not the current one
  BELFRY_DATA_DIR   the server's data directory, default .belfry
  TZ                the zone of the times in run list, run show and forecast
  NO_COLOR          no colours
  BELFRY_DEBUG=1    errors with their stack`;

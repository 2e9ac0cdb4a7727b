import type { Command } from "commander";
import { BelfryError } from "../../core/errors.js";
import type { Diagnosis } from "../../core/diagnosis.js";
import { examples } from "../examples.js";
import { colorsFor, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { addServerOptions, connect } from "../server-options.js";
import { lookDirectly } from "./look-directly.js";
import { diagnosisPage } from "./page.js";
import { Unwell } from "./unwell.js";

type DoctorOptions = JsonOption & { databaseUrl?: string };

/** Adds `belfry doctor`. */
export function registerDoctor(program: Command, io: Io): void {
  const doctor = program
    .command("doctor")
    .description("look whether all is well: database, clocks, servers, stuck runs, broken schedules, size");
  addServerOptions(doctor, true);
  doctor.option("--database-url <url>", "look at this database itself, without a server (DATABASE_URL)");
  doctor.option("--json", "print the findings as JSON");
  examples(doctor, [
    "belfry doctor",
    "DATABASE_URL=postgres://belfry@db.internal/belfry belfry doctor --json",
  ]);
  doctor.action(async (_options, command: Command) => {
    const { json } = command.opts<DoctorOptions>();
    const diagnosis = await diagnosisOf(command, io);
    if (json) printJson(io, diagnosis);
    else io.stdout.write(diagnosisPage(diagnosis, colorsFor(io)));
    const failed = diagnosis.findings.filter(({ status }) => status === "fail").length;
    if (failed > 0) throw new Unwell(failed);
  });
}

async function diagnosisOf(command: Command, io: Io): Promise<Diagnosis> {
  const { dataDir, databaseUrl } = command.optsWithGlobals<{ dataDir?: string; databaseUrl?: string }>();
  const direct = await lookDirectly({ dataDir, databaseUrl }, io.env);
  if (direct !== null) return direct;
  try {
    return await (await connect(command, io)).doctor();
  } catch (error) {
    throw saysNeither(error);
  }
}

function saysNeither(error: unknown): unknown {
  if (!(error instanceof BelfryError) || !["server_unreachable", "unauthorized"].includes(error.code))
    return error;
  const hint = "To look without a server, name its PostgreSQL database with --database-url or DATABASE_URL.";
  return new BelfryError(error.code, `${error.message} ${hint}`, { cause: error });
}

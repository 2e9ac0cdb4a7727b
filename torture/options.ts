import { parseArgs } from "node:util";
import { type PlantedBug, plantedBugs } from "./plant/bugs.js";

export interface TortureOptions {
  /** For how long there are faults. */
  durationMs: number;
  seed: number;
  servers: number;
  hosts: number;
  schedules: number;
  leaseMs: number;
  dispatcher: string;
  plant: PlantedBug | null;
  /** How many times longer than usual all may take: for machines that do other things too. */
  patience: number;
  /** Whether the folder stays, also if all was well. */
  keepData: boolean;
}

/** Reads the words of the command line; throws a sentence. */
export function readOptions(argv: readonly string[]): TortureOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      minutes: { type: "string", default: "2" },
      seed: { type: "string", default: String(Date.now() % 1_000_000) },
      servers: { type: "string", default: "3" },
      hosts: { type: "string", default: "2" },
      schedules: { type: "string", default: "500" },
      lease: { type: "string", default: "6" },
      dispatcher: { type: "string", default: "runner-host" },
      patience: { type: "string", default: "1" },
      plant: { type: "string" },
      "keep-data": { type: "boolean", default: false },
    },
  });
  return {
    durationMs: positive("minutes", values.minutes) * 60_000,
    seed: positive("seed", values.seed),
    servers: positive("servers", values.servers),
    hosts: positive("hosts", values.hosts),
    schedules: positive("schedules", values.schedules),
    leaseMs: positive("lease", values.lease) * 1000,
    dispatcher: values.dispatcher,
    patience: positive("patience", values.patience),
    plant: values.plant === undefined ? null : bugOf(values.plant),
    keepData: values["keep-data"],
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new Error(`--${name} "${text}" is not a number above 0.`);
}

function bugOf(name: string): PlantedBug {
  if (name in plantedBugs) return name as PlantedBug;
  throw new Error(`There is no bug "${name}" to plant. There are: ${Object.keys(plantedBugs).join(", ")}.`);
}

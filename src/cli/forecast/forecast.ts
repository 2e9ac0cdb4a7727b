import type { Command } from "commander";
import { forecast } from "../../core/forecast/forecast.js";
import { examples } from "../examples.js";
import { type ForecastInputs, inputsOfFile, inputsOfServer } from "./inputs.js";
import { forecastJson } from "./forecast-json.js";
import { forecastPage } from "./page.js";
import { colorsFor, localZone, type Io } from "../io.js";
import { printJson, type JsonOption } from "../print-json.js";
import { addServerOptions, connect } from "../server-options.js";
import { wholeNumber } from "../whole-number.js";

interface ForecastOptions extends JsonOption {
  days: number;
  file?: string;
  tz?: string;
}

const usualColumns = 80;
const hourMs = 3_600_000;

/** Adds `belfry forecast`: what is to come of all schedules together. It is worked out here, not by the server. */
export function registerForecast(program: Command, io: Io): void {
  const command = program
    .command("forecast")
    .description("show the load to come, busy and quiet minutes, and which runs may meet");
  command.option("--days <days>", "how many days ahead, at most 366", wholeNumber("--days", 1, 366), 30);
  command.option("-f, --file <file>", "the schedules of a manifest instead of the server's");
  command.option("--tz <zone>", "the IANA time zone on whose clock it is told; TZ, or the machine's");
  addServerOptions(command.option("--json", "print a JSON object"));
  examples(command, [
    "belfry forecast",
    "belfry forecast --days 365 --tz Europe/Berlin",
    "belfry forecast -f belfry.yaml --json | jq '.quiet[0].time'",
  ]);
  command.action(async (options: ForecastOptions) => {
    const server = () => connect(command, io);
    const { file } = options;
    const inputs =
      file === undefined ? await inputsOfServer(await server()) : await inputsOfFile(file, server, io);
    showForecast(inputs, options, io);
  });
}

function showForecast(
  { schedules, durations, leftOut }: ForecastInputs,
  { days, tz, json }: ForecastOptions,
  io: Io,
): void {
  const now = io.now();
  const fromMs = Math.floor(now.getTime() / hourMs) * hourMs;
  const span = { fromMs, toMs: fromMs + days * 24 * hourMs };
  const told = forecast(schedules, { ...span, timeZone: tz ?? localZone(io), durations });
  if (json) return printJson(io, forecastJson(told, leftOut));
  const columns = io.stdout.columns ?? usualColumns;
  io.stdout.write(forecastPage(told, leftOut, { now, columns, colors: colorsFor(io) }));
}

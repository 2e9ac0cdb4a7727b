#!/usr/bin/env node
// A runner is started for every run, so it must not pay for what only people need: see bench/runner-start.ts.
const argv = process.argv.slice(2);
process.exitCode =
  argv[0] === "runner"
    ? await (await import("../runner/main.js")).main(argv.slice(1))
    : await (await import("./program.js")).run(argv);

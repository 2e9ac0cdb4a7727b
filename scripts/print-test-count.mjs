// The closing line of .ci/run, from the test runner's own report: "N passed, N failed".
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync("node_modules/.cache/test-report.json", "utf8"));
// A file that could not be loaded counts as a failure, though none of its tests ran.
const brokenFiles = report.testResults.filter(
  (file) => file.status === "failed" && file.assertionResults.length === 0,
);
const failed = report.numFailedTests + brokenFiles.length;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(`${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);

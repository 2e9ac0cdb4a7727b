import { createSubprocessDispatcher } from "../../src/dispatchers/subprocess.js";
import { dispatcherConformance } from "./conformance.js";

dispatcherConformance("the subprocess dispatcher", () => createSubprocessDispatcher());

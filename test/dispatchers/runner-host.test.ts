import { openRunnerHost } from "../support/open-runner-host.js";
import { dispatcherConformance } from "./conformance.js";

dispatcherConformance("the runner host's dispatcher", openRunnerHost);

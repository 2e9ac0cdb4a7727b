// Where Belfry runs from its TypeScript sources, as in tests: a thread knows nothing of its parent's loader, so tsx
// is told to read worker.ts. The compiler leaves this file out of the package, where worker.js is started directly.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");

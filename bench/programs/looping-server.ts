// A server's loop, with a dispatcher that starts nothing. Arguments: the database's URL.
import { loop } from "../../src/scheduler/loop.js";
import { openDatabase } from "../../src/store/open-database.js";
import { toNowhere } from "../nowhere.js";

const database = await openDatabase({ url: process.argv[2]! });
const onTick = () => console.log("ticked");
await loop(toNowhere(database.pool), { cadenceMs: 1000, signal: new AbortController().signal, onTick });

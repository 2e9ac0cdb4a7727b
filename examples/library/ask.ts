// Asks the embedded database a question in SQL, while no server has it open.
// Run: npx tsx examples/library/ask.ts .belfry "select name, next_fire_at from schedules"
import { openDatabase } from "belfry";

const [dataDir = ".belfry", sql = "select id, name, next_fire_at from schedules order by name"] =
  process.argv.slice(2);

await using database = await openDatabase({ dataDir });
const { rows } = await database.pool.query<Record<string, unknown>>(sql);
console.table(rows);

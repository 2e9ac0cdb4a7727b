import type { Database, Pool } from "../src/store/database.js";
import { openDatabase, type DatabaseLocation } from "../src/store/open-database.js";
import { createDatabase, startPostgres } from "../test/support/postgres.js";
import { createGuardedFolder } from "../test/support/temporary-folder.js";

/** An empty database to measure on, and a folder for a server that uses it. */
export interface Place {
  name: string;
  kind: Database["kind"];
  location: DatabaseLocation;
  dataDir: string;
}

/** Where a benchmark runs: a PostgreSQL of its own with fsync on, and folders that go away with it. */
export class Ground implements AsyncDisposable {
  #undo: (() => Promise<void>)[] = [];
  #postgresUrl: Promise<string> | null = null;
  #places = 0;

  /** A fresh database on the PostgreSQL. */
  async postgres(): Promise<Place> {
    this.#places += 1;
    const { url } = await createDatabase(await this.#startOnce(), `bench_${this.#places}`);
    return {
      name: "PostgreSQL, fsync on",
      kind: "postgres",
      location: { url },
      dataDir: await this.folder(),
    };
  }

  /** A fresh embedded database. */
  async embedded(): Promise<Place> {
    const dataDir = await this.folder();
    return { name: "embedded", kind: "embedded", location: { dataDir }, dataDir };
  }

  async folder(): Promise<string> {
    const { folder, remove } = await createGuardedFolder("bench");
    this.#undo.push(remove);
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const step of this.#undo.splice(0).toReversed()) await step();
  }

  #startOnce(): Promise<string> {
    this.#postgresUrl ??= startPostgres({ fsync: true }).then(({ url, stop }) => {
      this.#undo.push(stop);
      return url;
    });
    return this.#postgresUrl;
  }
}

/** Opens the place's database, migrated, for as long as the work takes. */
export async function inDatabase<T>(
  { location }: Pick<Place, "location">,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(location);
  try {
    await database.migrate();
    return await work(database.pool);
  } finally {
    await database.close();
  }
}

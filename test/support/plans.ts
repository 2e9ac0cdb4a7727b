import type { Pool, Queryable } from "../../src/store/database.js";

export interface Plan {
  "Node Type": string;
  "Relation Name"?: string;
  "Index Name"?: string;
  /** With `analyze`: how many rows were read for nothing. */
  "Rows Removed by Filter"?: number;
  Plans?: Plan[];
}

/** The plans of all that the work asks the database; what it does is taken back. With `analyze` each is carried out for it too. */
export async function plansOf(
  pool: Pool,
  work: (db: Queryable) => Promise<unknown>,
  { analyze = false } = {},
): Promise<Plan[]> {
  const session = await pool.connect();
  const plans: Plan[] = [];
  const explaining: Queryable = {
    async query(text, values) {
      if (!text.startsWith("set ")) plans.push(...(await explained(text, values)));
      return session.query(text, values);
    },
  };
  const explained = async (text: string, values?: readonly unknown[]) => {
    const { rows } = await session.query(`explain (format json, analyze ${analyze}) ${text}`, values);
    return nodesOf(rows[0]["QUERY PLAN"][0].Plan);
  };
  await session.query("begin");
  try {
    await work(explaining);
  } finally {
    await session.query("rollback");
    session.release();
  }
  return plans;
}

function nodesOf(plan: Plan): Plan[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];
}

import { BelfryError } from "./errors.js";

/** Items of one key are never done together. */
interface TogetherOptions<Item> {
  keyOf: (item: Item) => string;
  /** How many are done together at most. */
  largest: number;
  /** How many such lots may be under way at once. */
  lanes: number;
}

interface Asked<Item, Answer> {
  item: Item;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

/**
 * Does together what is asked for at the same time. What comes while nothing is under way is done at once; what comes meanwhile
 * waits, and is done in one lot. `doAll` answers in the order of its items. If it rejects a lot, its items are done one by one,
 * so that none suffers from what is wrong with another; but not when it is the database that is away.
 */
export function together<Item, Answer>(
  doAll: (items: readonly Item[]) => Promise<readonly Answer[]>,
  { keyOf, largest, lanes }: TogetherOptions<Item>,
): (item: Item) => Promise<Answer> {
  let waiting: Asked<Item, Answer>[] = [];
  let underWay = 0;

  function takeLot(): Asked<Item, Answer>[] {
    const lot = new Map<string, Asked<Item, Answer>>();
    const left: Asked<Item, Answer>[] = [];
    for (const asked of waiting) {
      const key = keyOf(asked.item);
      if (lot.size < largest && !lot.has(key)) lot.set(key, asked);
      else left.push(asked);
    }
    waiting = left;
    return [...lot.values()];
  }

  async function work(): Promise<void> {
    underWay += 1;
    while (waiting.length > 0) await settle(doAll, takeLot());
    underWay -= 1;
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (underWay < lanes) void work();
    });
}

async function settle<Item, Answer>(
  doAll: (items: readonly Item[]) => Promise<readonly Answer[]>,
  lot: readonly Asked<Item, Answer>[],
): Promise<void> {
  try {
    const answers = await doAll(lot.map(({ item }) => item));
    for (const [at, { resolve }] of lot.entries()) resolve(answers[at]!);
  } catch (error) {
    if (lot.length === 1 || isAway(error)) for (const { reject } of lot) reject(error);
    else for (const asked of lot) await settle(doAll, [asked]);
  }
}

function isAway(error: unknown): boolean {
  return error instanceof BelfryError && error.code === "database_unreachable";
}

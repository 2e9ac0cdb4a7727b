import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { type PlantedBug, plantedBugs } from "../../torture/plant/bugs.js";
import { plantBug } from "../../torture/plant/plant-bug.js";
import { builtBelfry } from "../support/built-belfry.js";
import { createTestFolder } from "../support/data-dir.js";

test.each(Object.keys(plantedBugs) as PlantedBug[])(
  "the bug %s can still be planted in the build",
  async (bug) => {
    const folder = await createTestFolder();
    const { program } = await plantBug(bug, builtBelfry, folder);
    expect(program).not.toBe(builtBelfry);
    expect(existsSync(program)).toBe(true);
    await rm(folder, { recursive: true });
  },
);

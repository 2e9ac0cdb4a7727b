import { expect, test } from "vitest";
import type { SecretProvider } from "../../src/secrets/provider.js";

/** What every provider of secrets must do. `open` answers one that has these secrets. */
export function conformsToProvider(
  open: (secrets: Record<string, string>) => Promise<SecretProvider>,
  onMissing: "says null" | "cannot say what is missing" = "says null",
): void {
  const secrets = {
    plain: "a value",
    "with-dashes": "another",
    lines: "one\ntwo\n three",
    signs: "é \"quoted\" 'quoted' $HOME `id` \\ %20 😀",
    long: "x".repeat(64 * 1024),
    UPPER_2: " blanks at both ends ",
  };

  test.each(Object.entries(secrets))("gives the value of %s, unchanged", async (name, value) => {
    expect((await (await open(secrets)).get(name))?.value).toBe(value);
  });

  test("has nothing under another name", async () => {
    const provider = await open(secrets);
    for (const name of ["none", "plain.old", "a..b", "_"]) {
      const asked = provider.get(name);
      if (onMissing === "says null") expect(await asked).toBeNull();
      else await expect(asked).rejects.toMatchObject({ code: "secret_unavailable" });
    }
  });

  test("answers many who ask at once", async () => {
    const provider = await open(secrets);
    const found = await Promise.all(Array.from({ length: 12 }, () => provider.get("plain")));
    expect(new Set(found.map((each) => each?.value))).toEqual(new Set(["a value"]));
  });
}

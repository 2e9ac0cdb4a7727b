import type { Config } from "../config/config.js";
import type { SecretProviderName } from "../core/secrets/reference.js";
import { withoutServerSettings } from "../dispatchers/runner-environment.js";
import { BelfryError } from "../core/errors.js";
import { createKeyring } from "../secrets/keyring.js";
import type { SecretProvider } from "../secrets/provider.js";
import { commandProvider } from "../secrets/providers/command.js";
import { environmentProvider } from "../secrets/providers/environment.js";
import { filesProvider } from "../secrets/providers/files.js";
import { storeProvider } from "../secrets/providers/store.js";
import type { SecretDesk } from "../secrets/secret-desk.js";
import { rewrapDataKeys } from "../secrets/rotation.js";
import type { StoreDeps } from "../secrets/secret-store.js";
import { createSecretSource } from "../secrets/secret-source.js";
import type { Pool } from "../store/database.js";
import type { Signer } from "../token/signer.js";
import type { MasterKeyring } from "./master-keys.js";

type SecretSettings = Pick<Config, "secretsFrom" | "secretsFolder" | "secretsCommand">;

/** The secrets of a server: its store, its providers, and the change of its master key. */
export function createSecretDesk(
  settings: SecretSettings,
  { pool, masterKeys, signer }: { pool: Pool; masterKeys: MasterKeyring; signer: Signer },
): SecretDesk {
  const store = { pool, keyring: createKeyring(() => masterKeys.read()) };
  const source = createSecretSource(settings.secretsFrom.map((name) => providerOf(name, settings, store)));
  return {
    store,
    source,
    async changeMasterKey(asked) {
      const { change } = masterKeys;
      if (change === null) return { dataKeys: await rewrapDataKeys(store, asked), changed: false };
      const next = await change.prepare();
      // From here on every server of this data directory has both keys at hand, whichever wraps a data key.
      const keyring = createKeyring(async () => {
        const { current, others } = await masterKeys.read();
        return { current: next, others: [current, ...others] };
      });
      const dataKeys = await rewrapDataKeys({ pool, keyring }, asked);
      await change.settle();
      signer.use(await masterKeys.read());
      return { dataKeys, changed: true };
    },
  };
}

function providerOf(name: SecretProviderName, settings: SecretSettings, store: StoreDeps): SecretProvider {
  const { secretsFolder, secretsCommand } = settings;
  if (name === "store") return storeProvider(store);
  if (name === "environment") return environmentProvider(process.env);
  if (name === "files") return filesProvider(secretsFolder);
  if (secretsCommand !== null) {
    return commandProvider({ argv: secretsCommand, env: withoutServerSettings(process.env) });
  }
  throw new BelfryError(
    "invalid_config",
    "--secrets-from names command, but --secrets-command does not say which.",
  );
}

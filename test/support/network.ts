import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Network {
  /** The url of the same database, through this network. */
  url: string;
  /** What goes over the connections that are open now is lost without a word, as by a firewall that forgets them. */
  forget(): void;
  /** New connections are taken, and nothing comes of them, as at a host that hangs. */
  silence(): void;
  /** New connections work again. */
  mend(): void;
  close(): Promise<void>;
}

/** A way to a database on which things get lost. */
export async function startNetwork(databaseUrl: string): Promise<Network> {
  const target = new URL(databaseUrl);
  const open = new Set<{ near: Socket; far: Socket | null }>();
  let silent = false;
  const server = createServer((near) => {
    near.on("error", () => {});
    if (silent) {
      open.add({ near, far: null });
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    far.on("error", () => near.destroy());
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    near.pipe(far);
    far.pipe(near);
    open.add({ near, far });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = new URL(databaseUrl);
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.href,
    forget() {
      for (const { near, far } of open) {
        near.unpipe().pause();
        far?.unpipe().pause();
        near.removeAllListeners("close"); // the database's end does not hear of it
      }
    },
    silence: () => void (silent = true),
    mend: () => void (silent = false),
    async close() {
      for (const { near, far } of open) {
        near.destroy();
        far?.destroy();
      }
      server.close();
      await once(server, "close");
    },
  };
}

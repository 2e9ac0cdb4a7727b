import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";

export interface FakePostgres {
  /** The url of a database there, whose password is `s3cret`. */
  url: string;
  port: number;
  close: () => Promise<void>;
}

/** A server that treats each message of a client as the test wants; without `answer` it keeps silent. */
export async function startFakePostgres(
  answer: (socket: Socket, message: Buffer) => void = () => {},
): Promise<FakePostgres> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (message) => answer(socket, message));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  };
  return { url: `postgres://ann:s3cret@127.0.0.1:${port}/app`, port, close };
}

/** A message of PostgreSQL's protocol: type, length, content. */
export function message(type: string, ...parts: (string | number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(type), length, content]);
}

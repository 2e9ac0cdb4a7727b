import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { type FaultProxy, openFaultProxy } from "../../torture/fault-proxy.js";
import { drawFrom } from "../support/draw.js";
import { eventually } from "../support/eventually.js";
import { findFreePort } from "../support/free-port.js";

let proxy: FaultProxy;
let echo: { port: number; sockets: Set<Socket> };

beforeEach(async () => {
  echo = await startEcho();
  proxy = await open(echo.port);
});

/** A server that sends back all that it is sent, and ends when its client does. */
async function startEcho(): Promise<typeof echo> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    socket.pipe(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

async function open(port: number): Promise<FaultProxy> {
  const opened = await openFaultProxy({ target: { host: "127.0.0.1", port }, chance: drawFrom(7) });
  onTestFinished(() => opened.close());
  return opened;
}

interface TestClient {
  socket: Socket;
  /** All that came back. */
  heard: () => string;
  /** Says something and waits until it has come back. */
  ask: (text: string) => Promise<void>;
  /** How it ended: `ECONNRESET`, `end`, or null while it goes on. */
  ending: () => string | null;
}

function connect({ host, port }: FaultProxy = proxy): TestClient {
  const socket = createConnection({ host, port });
  let heard = "";
  let ending: string | null = null;
  socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
  socket.on("error", ({ code }: NodeJS.ErrnoException) => (ending ??= code ?? "error"));
  socket.on("end", () => (ending ??= "end"));
  onTestFinished(() => void socket.destroy());
  const ask = async (text: string): Promise<void> => {
    const before = heard.length;
    socket.write(text);
    await eventually(() => heard.length >= before + text.length);
    expect(heard.slice(before)).toBe(text);
  };
  return { socket, heard: () => heard, ask, ending: () => ending };
}

async function connected(): Promise<TestClient> {
  const client = connect();
  await client.ask("hello");
  return client;
}

const aMoment = () => new Promise((resolve) => setTimeout(resolve, 50));

test("without a fault all bytes come through, in both directions and in order", async () => {
  const client = connect();
  const text = Array.from({ length: 400_000 }, (_, n) => String(n)).join(" ");
  await client.ask(text);
  client.socket.end();
  await eventually(() => client.ending() === "end" && proxy.stats().open === 0);
  const bytes = text.length;
  expect(proxy.stats()).toMatchObject({ accepted: 1, refused: 0, cut: 0, bytesUp: bytes, bytesDown: bytes });
});

test("a client that has said all it has to say still hears the answer", async () => {
  const client = connect();
  client.socket.end("the last words");
  await eventually(() => client.ending() === "end");
  expect(client.heard()).toBe("the last words");
});

test("a cut resets both sides, and the next connection is taken", async () => {
  const clients = [await connected(), await connected()];
  const servers = [...echo.sockets];
  expect(proxy.cutAll()).toBe(2);
  await eventually(() => clients.every((client) => client.ending() === "ECONNRESET"));
  await eventually(() => servers.every(({ destroyed }) => destroyed));
  expect(proxy.stats()).toMatchObject({ cut: 2, open: 0 });
  await connected();
});

test("while it refuses, new connections are reset, and those that are there go on", async () => {
  const before = await connected();
  proxy.refuse(600_000);
  const refused = connect();
  await eventually(() => refused.ending() === "ECONNRESET");
  await before.ask("still here");
  expect(proxy.stats()).toMatchObject({ accepted: 1, refused: 1 });
  proxy.heal();
  await connected();
});

test("it refuses no longer than it was told", async () => {
  proxy.refuse(30);
  await eventually(async () => {
    const client = connect();
    client.socket.write("hello");
    await eventually(() => client.heard() === "hello" || client.ending() !== null);
    return client.heard() === "hello";
  });
});

test("while it stalls nothing moves and nothing is closed; then all goes on in order", async () => {
  const client = await connected();
  proxy.stall(600_000);
  const later = connect();
  client.socket.write("one ");
  client.socket.end("two");
  later.socket.write("three");
  await once(later.socket, "connect");
  await aMoment();
  expect([client.heard(), later.heard()]).toEqual(["hello", ""]);
  expect([client.ending(), later.ending()]).toEqual([null, null]);
  expect(proxy.stats()).toMatchObject({ stalled: 2, open: 2 });
  proxy.heal();
  await eventually(() => client.ending() === "end" && later.heard() === "three");
  expect(client.heard()).toBe("helloone two");
});

test("it stalls no longer than it was told, however much was held", async () => {
  const client = await connected();
  const text = "x".repeat(3_000_000);
  const beganAt = performance.now();
  proxy.stall(100);
  await client.ask(text);
  expect(performance.now() - beganAt).toBeGreaterThanOrEqual(99);
});

test("an answer is held up as well as a question", async () => {
  const client = await connected();
  proxy.stall(600_000);
  for (const socket of echo.sockets) socket.write(" news");
  await aMoment();
  expect(client.heard()).toBe("hello");
  proxy.stall(0);
  await eventually(() => client.heard() === "hello news");
});

test("some connections may stall while others go on", async () => {
  const clients: TestClient[] = [];
  for (let n = 0; n < 20; n += 1) clients.push(await connected());
  const stalled = proxy.stallSome(0.5, 600_000);
  expect(stalled).toBeGreaterThan(0);
  expect(stalled).toBeLessThan(20);
  for (const { socket } of clients) socket.write("!");
  await eventually(() => clients.filter((client) => client.heard() === "hello!").length === 20 - stalled);
  await aMoment();
  expect(clients.filter((client) => client.heard() === "hello")).toHaveLength(stalled);
  await connected();
  proxy.heal();
  await eventually(() => clients.every((client) => client.heard() === "hello!"));
});

test("a delay holds every byte up for so long, in each direction", async () => {
  const client = await connected();
  proxy.delay(40);
  const beganAt = performance.now();
  await client.ask("a slow question");
  expect(performance.now() - beganAt).toBeGreaterThanOrEqual(79);
  proxy.delay(600_000);
  client.socket.write("never mind");
  await aMoment();
  expect(client.heard()).toBe("helloa slow question");
  proxy.delay(0);
  await eventually(() => client.heard().endsWith("never mind"));
});

test("a stall may be cut", async () => {
  const client = await connected();
  proxy.stall(600_000);
  client.socket.write("lost");
  expect(proxy.cutAll()).toBe(1);
  await eventually(() => client.ending() === "ECONNRESET");
  proxy.heal();
  expect(client.heard()).toBe("hello");
});

test("what the target cuts is cut for the client, also when nobody is there", async () => {
  const client = await connected();
  for (const socket of echo.sockets) socket.resetAndDestroy();
  await eventually(() => client.ending() === "ECONNRESET");
  const nowhere = await open(await findFreePort());
  const lost = connect(nowhere);
  await eventually(() => lost.ending() === "ECONNRESET");
  await eventually(() => nowhere.stats().open === 0);
});

test("closing it resets what is left and frees the port; it may be closed again", async () => {
  const client = await connected();
  proxy.stall(600_000);
  await proxy.close();
  await eventually(() => client.ending() === "ECONNRESET");
  await proxy.close();
  const gone = connect();
  await eventually(() => gone.ending() === "ECONNREFUSED");
});

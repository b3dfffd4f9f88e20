import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { afterEach, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { boardContract } from '#contract/board-api.ts';
import type { BoardSnapshot } from '#contract/queue/snapshot.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { reconnectDelays } from '../flow/connection.ts';
import { SILENT_AFTER_MS } from '../flow/silence.ts';
import { connectBoard, type BoardConnection } from './connection.ts';

const snapshot: BoardSnapshot = {
  revision: 1,
  nowMs: 0,
  station: { zh: '示例站', en: 'Station' },
  timeZone: 'Asia/Shanghai',
  screen: { widthMm: 1210, heightMm: 680, readFromMetres: 8 },
  calls: [],
  lines: [],
  notices: [],
};

/** A terminal whose board says something when the test does, over real connections. */
interface Terminal {
  readonly port: number;
  readonly sockets: readonly WebSocket[];
  /** To each connection once, when all of them listen. */
  say(board: BoardSnapshot | null): Promise<void>;
}

let clock: SimulatedClock;
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  vi.unstubAllGlobals();
});

async function startTerminal(): Promise<Terminal> {
  const sockets: WebSocket[] = [];
  let hearers: ((board: BoardSnapshot | null) => void)[] = [];
  const os = implement(boardContract);
  async function* watch(): AsyncGenerator<BoardSnapshot | null> {
    for (;;) yield await new Promise<BoardSnapshot | null>((resolve) => hearers.push(resolve));
  }
  const router = { board: { watch: os.board.watch.handler(watch) } };
  const handler = new RPCHandler(router);
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket) => {
    sockets.push(socket);
    // Of ws, what the handler uses.
    void handler.upgrade(socket as unknown as Parameters<typeof handler.upgrade>[0]);
  });
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.terminate();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP
    sockets,
    say: async (board) => {
      await expect.poll(() => hearers.length).toBe(sockets.length);
      const told = hearers;
      hearers = [];
      for (const hear of told) hear(board);
    },
  };
}

/** The page's own code, on a clock of the test's. */
function board(port: number): BoardConnection {
  clock = new SimulatedClock();
  vi.stubGlobal('location', new URL(`http://127.0.0.1:${port}/`));
  return connectBoard(clock, () => undefined);
}

async function hears(terminal: Terminal, own: BoardConnection, revision: number): Promise<void> {
  await terminal.say({ ...snapshot, revision });
  await expect.poll(() => own.board.value?.revision).toBe(revision);
  expect(own.isConnected.value).toBe(true);
}

it('a board says within 75 s that its line is cut, keeps what was called, and goes on over another', async () => {
  const terminal = await startTerminal();
  const own = board(terminal.port);
  await expect.poll(() => terminal.sockets.length).toBe(1);
  await hears(terminal, own, 1);
  await clock.advance(SILENT_AFTER_MS - 1);
  await hears(terminal, own, 2);
  await clock.advance(SILENT_AFTER_MS - 1);
  expect(own.isConnected.value).toBe(true);

  // Nothing comes through any more, no good-bye either.
  terminal.sockets[0]?.pause();
  await clock.advance(1);
  expect(own.isConnected.value).toBe(false);
  expect(own.board.value?.revision).toBe(2);
  await clock.advance(reconnectDelays.firstMs);
  await expect.poll(() => terminal.sockets.length).toBe(2);
  await hears(terminal, own, 3);
});

it('a connection that never opens is given up for another', async () => {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  board((server.address() as AddressInfo).port); // it listens on TCP
  await expect.poll(() => sockets.length).toBe(1);
  await clock.advance(reconnectDelays.answersWithinMs + reconnectDelays.firstMs);
  // Node's own WebSocket may knock twice for one.
  await expect.poll(() => sockets.length).toBeGreaterThan(1);
});

it('where the station has no queue, nobody waits for its word', async () => {
  const terminal = await startTerminal();
  const own = board(terminal.port);
  await expect.poll(() => terminal.sockets.length).toBe(1);
  await terminal.say(null);
  // Behind it on the same line.
  await terminal.say(null);
  await terminal.say(null);
  await clock.advance(2 * SILENT_AFTER_MS);
  expect(own.client()).not.toBeNull();
  expect(terminal.sockets.length).toBe(1);
});

import { randomBytes } from 'node:crypto';
import { RPCHandler } from '@orpc/server/ws';
import { ENTER_PATH } from '#contract/transport.ts';
import { startHostServer } from '#host/http-server.ts';
import { createSessions } from '#host/sessions.ts';
import type { ReadAsset } from '#terminal/api/assets.ts';
import { systemClock } from '#terminal/system-ports.ts';
import type { Bench } from './bench.ts';
import { benchRouter } from './bench-router.ts';

/** A browser sends cookies to every port of a host: another name than the resident's screen has. */
export const BENCH_COOKIE = 'yizhan_bench';
/** The largest call names one person. */
const MAX_MESSAGE_BYTES = 16_384;

export interface BenchServer {
  readonly url: string;
  /** The address with its token, to open in a browser. */
  readonly entry: string;
  close(): Promise<void>;
}

/** Serves the device bench's page and API on loopback. Rejects when the port cannot be had. */
export async function startBenchServer(options: {
  bench: Bench;
  port: number;
  token: string;
  readAsset: ReadAsset;
}): Promise<BenchServer> {
  const handler = new RPCHandler(benchRouter(options.bench));
  const server = await startHostServer({
    host: '127.0.0.1',
    port: options.port,
    sessions: createSessions(BENCH_COOKIE, options.token, randomBytes),
    readAsset: options.readAsset,
    startPage: '/bench.html',
    maxMessageBytes: MAX_MESSAGE_BYTES,
    serveRpc: (socket) => {
      // An oversized or broken frame: ws closes the connection itself, and the page connects anew.
      socket.on('error', () => undefined);
      void handler.upgrade(socket);
    },
    onNews: null,
    refused: () => undefined,
    clock: systemClock,
  });
  return { ...server, entry: `${server.url}${ENTER_PATH}?token=${options.token}` };
}

import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import { boardRouter, type BoardContext } from '#terminal/api/board-router.ts';
import type { ApiContext } from '#terminal/api/context.ts';
import { judgeMessage } from '#terminal/api/message-guard.ts';
import { nameFaults } from '#terminal/api/name-faults.ts';
import { router } from '#terminal/api/router.ts';
import type { Log } from '#terminal/log.ts';

/** WebSocket close codes (RFC 6455 §7.4.1). */
const CLOSE_MALFORMED = 1007;
const CLOSE_TOO_LARGE = 1009;

/** Serves the terminal's API on a WebSocket; a message that is not ours closes it, with its reason. */
export function createRpc(context: ApiContext, log: Log): (socket: WebSocket) => void {
  const handler = new RPCHandler(router, nameFaults(log));
  return guarded(log, (socket) => void handler.upgrade(socket, { context }));
}

/** The same for a board, whose API is another and small. */
export function createBoardRpc(context: BoardContext, log: Log): (socket: WebSocket) => void {
  const handler = new RPCHandler(boardRouter, nameFaults(log));
  return guarded(log, (socket) => void handler.upgrade(socket, { context }));
}

type Guarded = Pick<WebSocket, 'addEventListener' | 'send'>;

function guarded(log: Log, serve: (socket: Guarded) => void): (socket: WebSocket) => void {
  return (socket) => {
    socket.on('error', () => {
      // An oversized or broken frame: ws closes the connection itself, and the page connects anew.
      log({ level: 'warn', event: 'api.refused', code: 'api.too-large' });
    });
    serve({
      send: socket.send.bind(socket),
      // The handler adds exactly two listeners; messages pass the guard before they reach it.
      addEventListener: ((type: 'message' | 'close', listener: (event: unknown) => void) => {
        if (type === 'close') {
          socket.on('close', () => {
            listener({});
          });
          return;
        }
        socket.on('message', (data, isBinary) => {
          const judged = judgeMessage(isBinary ? data : data.toString());
          if (judged.ok) {
            listener({ data: judged.text });
            return;
          }
          log({ level: 'warn', event: 'api.refused', code: judged.code });
          socket.close(judged.code === 'api.too-large' ? CLOSE_TOO_LARGE : CLOSE_MALFORMED, judged.code);
        });
      }) as WebSocket['addEventListener'], // narrower than the overloads, and all that the handler uses
    });
  };
}

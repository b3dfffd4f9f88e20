import { RPCHandler } from '@orpc/server/ws';
import type { WebSocket } from 'ws';
import { boardContract } from '#contract/board-api.ts';
import { provisioningContract } from '#contract/provisioning-api.ts';
import { boardRouter, type BoardContext } from '#terminal/api/board-router.ts';
import type { ApiContext } from '#terminal/api/context.ts';
import { judgeMessage } from '#terminal/api/message-guard.ts';
import { nameFaults } from '#terminal/api/name-faults.ts';
import { router } from '#terminal/api/router.ts';
import type { Log } from '#terminal/log.ts';
import { provisioningRouter, type ProvisioningContext } from '#terminal/provisioning/provisioning-router.ts';

/** WebSocket close codes (RFC 6455 §7.4.1). */
const CLOSE_MALFORMED = 1007;
const CLOSE_FORBIDDEN = 1008;
const CLOSE_TOO_LARGE = 1009;

/** Serves the terminal's API on a WebSocket to whoever it is; a message that is not ours closes it, with its reason. */
export function createRpc(log: Log): (socket: WebSocket, context: ApiContext) => void {
  const handler = new RPCHandler(router, nameFaults(log));
  return (socket, context) => {
    void handler.upgrade(
      guarded(socket, log, () => true),
      { context },
    );
  };
}

/** The same for boards, which have an API of their own; what asks for another thing than that is no board. */
export function createBoardRpc(log: Log): OwnRpc<BoardContext> {
  const handler = new RPCHandler(boardRouter, nameFaults(log));
  return ownRpc(boardContract, log, (socket, context) => void handler.upgrade(socket, { context }));
}

/** The same for the screen of a first start. */
export function createProvisioningRpc(log: Log): OwnRpc<ProvisioningContext> {
  const handler = new RPCHandler(provisioningRouter, nameFaults(log));
  return ownRpc(provisioningContract, log, (socket, context) => void handler.upgrade(socket, { context }));
}

type OwnRpc<C> = (socket: WebSocket, context: C, onForeign: (procedure: string) => void) => void;

/** An API that has rooms of its own, and refuses whatever is in none of them. */
function ownRpc<C>(contract: object, log: Log, serve: (socket: Guarded, context: C) => void): OwnRpc<C> {
  const own = Object.keys(contract).map((room) => `/${room}/`);
  return (socket, context, onForeign) => {
    const isOwn = (procedure: string): boolean => {
      if (own.some((room) => procedure.startsWith(room))) return true;
      onForeign(procedure);
      return false;
    };
    serve(guarded(socket, log, isOwn), context);
  };
}

type Guarded = Pick<WebSocket, 'addEventListener' | 'send'>;

function guarded(socket: WebSocket, log: Log, mayAsk: (procedure: string) => boolean): Guarded {
  socket.on('error', () => {
    // An oversized or broken frame: ws closes the connection itself, and the page connects anew.
    log({ level: 'warn', event: 'api.refused', code: 'api.too-large' });
  });
  return {
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
        if (!judged.ok) {
          log({ level: 'warn', event: 'api.refused', code: judged.code });
          socket.close(judged.code === 'api.too-large' ? CLOSE_TOO_LARGE : CLOSE_MALFORMED, judged.code);
        } else if (judged.procedure !== null && !mayAsk(judged.procedure)) {
          socket.close(CLOSE_FORBIDDEN, 'api.forbidden');
        } else {
          listener({ data: judged.text });
        }
      });
    }) as WebSocket['addEventListener'], // narrower than the overloads, and all that the handler uses
  };
}

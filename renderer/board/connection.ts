import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { shallowRef, type ShallowRef } from 'vue';
import type { boardContract } from '#contract/board-api.ts';
import type { Clock } from '#contract/ports.ts';
import type { BoardSnapshot } from '#contract/queue/snapshot.ts';
import { RPC_PATH } from '#contract/transport.ts';
import { newest } from '../flow/newest.ts';

export type BoardClient = ContractRouterClient<typeof boardContract>;

/** Between two tries to reach the terminal, in milliseconds: it restarts within a second or two. */
const RECONNECT_MS = 1_500;

export interface BoardConnection {
  /** The last that was said; it stays while the terminal is away. */
  readonly board: Readonly<ShallowRef<BoardSnapshot | null>>;
  readonly isConnected: Readonly<ShallowRef<boolean>>;
  readonly client: () => BoardClient | null;
}

/** `onBoard`: with each snapshot; `isFirst`: what it says was called before anybody looked. */
export function connectBoard(
  clock: Clock,
  onBoard: (board: BoardSnapshot, isFirst: boolean) => void,
): BoardConnection {
  const board = shallowRef<BoardSnapshot | null>(null);
  const isConnected = shallowRef(false);
  let client: BoardClient | null = null;

  function connect(): void {
    const url = new URL(RPC_PATH, location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const websocket = new WebSocket(url);
    websocket.addEventListener('open', () => {
      const opened: BoardClient = createORPCClient(new RPCLink({ websocket }));
      client = opened;
      void follow(opened).finally(() => {
        websocket.close();
      });
    });
    websocket.addEventListener(
      'close',
      () => {
        client = null;
        isConnected.value = false;
        clock.after(RECONNECT_MS, connect);
      },
      { once: true },
    );
  }

  async function follow(opened: BoardClient): Promise<void> {
    let isFirst = true;
    try {
      for await (const next of await opened.board.watch()) {
        if (client !== opened || next === null) return;
        // A terminal that restarted counts its revisions from the beginning again.
        const isFirstEver = board.value === null;
        board.value = isFirst ? next : newest(board.value, next);
        isConnected.value = true;
        onBoard(board.value, isFirstEver);
        isFirst = false;
      }
    } catch {
      // The connection is gone; its close event starts the next.
    }
  }

  connect();
  return { board, isConnected, client: () => client };
}

import type { ContractRouterClient } from '@orpc/contract';
import { shallowRef, type ShallowRef } from 'vue';
import type { boardContract } from '#contract/board-api.ts';
import type { Clock } from '#contract/ports.ts';
import type { BoardSnapshot } from '#contract/queue/snapshot.ts';
import { keepConnected, type LiveLink } from '../flow/connection.ts';
import { newest } from '../flow/newest.ts';
import { watchSilence } from '../flow/silence.ts';

export type BoardClient = ContractRouterClient<typeof boardContract>;

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
  const { api } = keepConnected<BoardClient>(
    clock,
    (link) => void follow(link),
    () => {
      isConnected.value = false;
    },
  );

  async function follow(link: LiveLink<BoardClient>): Promise<void> {
    const silence = watchSilence(clock, link.giveUp);
    let isFirst = true;
    try {
      for await (const next of await link.client.board.watch()) {
        if (api() !== link.client) break;
        // A station without a queue says so once, and nothing more.
        if (next === null) {
          silence.stop();
          continue;
        }
        silence.heard();
        // A terminal that restarted counts its revisions from the beginning again.
        const isFirstEver = board.value === null;
        board.value = isFirst ? next : newest(board.value, next);
        isConnected.value = true;
        onBoard(board.value, isFirstEver);
        isFirst = false;
      }
    } catch {
      // Why it ended makes no difference.
    }
    silence.stop();
    link.giveUp();
  }

  return { board, isConnected, client: api };
}

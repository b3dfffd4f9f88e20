import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { shallowRef, type ShallowRef } from 'vue';
import type { benchContract, BenchState } from '#contract/bench-api.ts';
import type { Clock } from '#contract/ports.ts';
import { RPC_PATH } from '#contract/transport.ts';

export type BenchClient = ContractRouterClient<typeof benchContract>;

/** The bench is on this machine: it is back as soon as `npm start` is. */
const RECONNECT_MS = 1_000;

export interface BenchConnection {
  /** Null while the bench's server cannot be reached. */
  readonly state: Readonly<ShallowRef<BenchState | null>>;
  /** Whether the last thing that a hand did came to nothing. */
  readonly failed: Readonly<ShallowRef<boolean>>;
  act(action: (bench: BenchClient) => Promise<unknown>): Promise<void>;
}

export function connectBench(clock: Clock): BenchConnection {
  const state = shallowRef<BenchState | null>(null);
  const failed = shallowRef(false);
  let client: BenchClient | null = null;

  function connect(): void {
    const url = new URL(RPC_PATH, location.href);
    url.protocol = 'ws:';
    const websocket = new WebSocket(url);
    websocket.addEventListener('open', () => {
      const opened: BenchClient = createORPCClient(new RPCLink({ websocket }));
      client = opened;
      void follow(opened);
    });
    websocket.addEventListener(
      'close',
      () => {
        client = null;
        state.value = null;
        clock.after(RECONNECT_MS, connect);
      },
      { once: true },
    );
  }

  async function follow(opened: BenchClient): Promise<void> {
    try {
      for await (const next of await opened.watch()) state.value = next;
    } catch {
      // The connection is gone; its close event starts the next.
    }
  }

  connect();
  return {
    state,
    failed,
    act: async (action) => {
      try {
        if (client === null) throw new Error('not connected');
        await action(client);
        failed.value = false;
      } catch {
        failed.value = true;
      }
    },
  };
}

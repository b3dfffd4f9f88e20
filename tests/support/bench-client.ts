import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { benchContract, BenchState } from '#contract/bench-api.ts';
import { RPC_PATH } from '#contract/transport.ts';

export interface BenchHand {
  readonly api: ContractRouterClient<typeof benchContract>;
  state(): Promise<BenchState>;
  /** Everything as it was when the station came up; the receipts stay. */
  reset(): Promise<void>;
  close(): void;
}

/** A hand at the bench: enters by its address as a browser does, and speaks its API. */
export async function benchHand(entry: string): Promise<BenchHand> {
  const { origin } = new URL(entry);
  const entered = await fetch(entry, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) throw new Error(`the bench does not let in: ${entered.status}`);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${RPC_PATH}`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  const api: BenchHand['api'] = createORPCClient(
    // ws's class has the browser's methods that the link uses; only its listener types differ.
    new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
  );
  return {
    api,
    state: async () => {
      for await (const state of await api.watch()) return state;
      throw new Error('the bench has no state');
    },
    reset: async () => {
      await api.reader.setFault({ fault: 'none' });
      await api.reader.takeCard();
      await api.reader.setPlugged({ plugged: true });
      await api.printer.setPaper({ paper: 'ok' });
      await api.printer.setCover({ open: false });
      await api.printer.setCutterFault({ fault: false });
      await api.reader.setBaudRate({ baudRate: 115200 });
      await api.printer.setFault({ fault: 'none' });
      await api.printer.setBaudRate({ baudRate: 115200 });
      await api.printer.setPlugged({ plugged: true });
      await api.displays.setBaudRate({ baudRate: 9600 });
      await api.displays.setLinePlugged({ plugged: true });
      for (const screen of [1, 2, 3, 4]) {
        await api.displays.setFault({ screen, fault: 'none' });
        await api.displays.setPlugged({ screen, plugged: true });
      }
      await api.scanner.setFault({ fault: 'none' });
      await api.scanner.takeCode();
      await api.scanner.setPlugged({ plugged: true });
      await api.line.setCut({ cut: false });
    },
    close: () => socket.close(),
  };
}

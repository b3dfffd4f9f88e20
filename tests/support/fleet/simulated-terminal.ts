import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import {
  COMMAND_CONTEXT,
  commandSchema,
  orderSchema,
  signedCommandSchema,
  type Order,
  type Outcome,
  type SignedCommand,
} from '#contract/fleet.ts';
import { publicKeySchema } from '#contract/terminal-identity.ts';
import { heartbeat } from '#platform/fleet/for-tests.ts';
import { call } from '#platform/for-tests.ts';
import type { TestTerminal } from '#platform/identity/for-tests.ts';

const answerSchema = z.object({
  time: z.iso.datetime(),
  fleetKey: publicKeySchema,
  commands: z.array(signedCommandSchema),
});

const MINUTE_MS = 60_000;
/** For so long a terminal is not heard whose new version hangs; then its watchdog has started it anew. */
const HANGS_MS = 10 * MINUTE_MS;

export interface SimulatedParts {
  readonly terminal: TestTerminal;
  readonly url: string;
  readonly nowMs: () => number;
  /** Versions that do not work; which way, is the terminal's lot. */
  readonly bad: ReadonlySet<string>;
  readonly lot: 'fails' | 'crashes' | 'hangs';
}

/** A terminal of which there is nothing but its key, its heartbeat, and what it makes of orders. */
export interface SimulatedTerminal {
  readonly terminalId: string;
  version(): string;
  /** Every version that it was told to take, in that order. */
  readonly told: readonly string[];
  /** Sends a heartbeat, unless it hangs, and does what it is told. Returns the milliseconds of the heartbeat. */
  beat(): Promise<number | null>;
}

export function simulatedTerminal({ terminal, url, nowMs, bad, lot }: SimulatedParts): SimulatedTerminal {
  let version = '1.0.0';
  let crashes = 0;
  let hangsUntilMs = 0;
  const told: string[] = [];

  function follow(order: Order): Outcome {
    const outcome = { at: new Date(nowMs()).toISOString(), log: null };
    if (order.kind !== 'update') return { ...outcome, result: 'failed', code: 'fleet.not-here' };
    told.push(order.version);
    if (bad.has(order.version)) {
      if (lot === 'fails') return { ...outcome, result: 'failed', code: 'fleet.interrupted' };
      if (lot === 'crashes') crashes += 1;
      else hangsUntilMs = nowMs() + HANGS_MS;
    }
    version = order.version;
    return { ...outcome, result: 'done', code: null };
  }

  async function settle({ commandId, order }: { commandId: string; order: Order }): Promise<void> {
    const answer = await call(`${url}/v1/fleet/commands/${commandId}/outcome`, {
      method: 'PUT',
      by: terminal,
      nowMs: nowMs(),
      body: follow(order),
    });
    if (answer.status !== 200)
      throw new Error(`an outcome was answered ${String(answer.status)} ${answer.text}`);
  }

  return {
    terminalId: terminal.terminalId,
    version: () => version,
    told,
    beat: async () => {
      if (nowMs() < hangsUntilMs) return null;
      const began = performance.now();
      const versions = { program: version, schema: '24', catalogue: 'c1', config: 'k1' };
      const answer = await call(`${url}/v1/fleet/heartbeat`, {
        method: 'PUT',
        by: terminal,
        nowMs: nowMs(),
        body: heartbeat(nowMs(), { versions, crashes24h: crashes }),
      });
      const tookMs = performance.now() - began;
      if (answer.status !== 200)
        throw new Error(`a heartbeat was answered ${String(answer.status)} ${answer.text}`);
      const { fleetKey, commands } = answerSchema.parse(answer.json);
      for (const command of commands) await settle(read(command, fleetKey, terminal.terminalId));
      return tookMs;
    },
  };
}

/** Throws for what the platform should never send. */
function read(
  { statement, signature }: SignedCommand,
  fleetKey: z.infer<typeof publicKeySchema>,
  terminalId: string,
): { commandId: string; order: Order } {
  const key = createPublicKey({ key: fleetKey, format: 'jwk' });
  if (!verify(null, Buffer.from(COMMAND_CONTEXT + statement), key, Buffer.from(signature, 'base64url')))
    throw new Error('an order is not signed');
  const command = commandSchema.parse(JSON.parse(statement));
  if (canonicalJson(command) !== statement) throw new Error('an order is not canonical');
  if (command.terminalId !== terminalId) throw new Error('an order of another terminal');
  return { commandId: command.commandId, order: orderSchema.parse(command.order) };
}

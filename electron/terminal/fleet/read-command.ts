import {
  COMMAND_CONTEXT,
  commandSchema,
  orderSchema,
  type Order,
  type RefusedOrder,
  type SignedCommand,
} from '#contract/fleet.ts';
import type { PublicKey } from '#contract/terminal-identity.ts';
import { readSigned } from './signed-text.ts';

export type ReadCommand =
  | { readonly kind: 'good'; readonly commandId: string; readonly order: Order }
  /** `commandId`: as it says itself, verified or not; null: it says none. */
  | { readonly kind: 'refused'; readonly commandId: string | null; readonly why: RefusedOrder['why'] };

export interface ReadParts {
  /** The pinned key; null: none is. */
  readonly key: PublicKey | null;
  readonly terminalId: string;
  /** The platform's time, as far as it is known here. */
  readonly nowMs: number;
}

/** An order is what it says only when all of this holds. */
export function readCommand(signed: SignedCommand, parts: ReadParts): ReadCommand {
  if (parts.key === null) return { kind: 'refused', commandId: null, why: 'fleet.no-key' };
  const read = readSigned(signed, { key: parts.key, context: COMMAND_CONTEXT, schema: commandSchema });
  if (read.kind === 'refused') return { ...read, commandId: null };
  const { commandId, terminalId, notBefore, expires, order: wanted } = read.said;
  const refused = (why: RefusedOrder['why']): ReadCommand => ({ kind: 'refused', commandId, why });
  if (terminalId !== parts.terminalId) return refused('fleet.not-ours');
  if (parts.nowMs < Date.parse(notBefore)) return refused('fleet.too-early');
  if (parts.nowMs >= Date.parse(expires)) return refused('fleet.expired');
  const order = orderSchema.safeParse(wanted);
  return order.success ? { kind: 'good', commandId, order: order.data } : refused('fleet.unknown-order');
}

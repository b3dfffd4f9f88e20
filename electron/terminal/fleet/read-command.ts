import { createPublicKey, verify } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import {
  COMMAND_CONTEXT,
  commandSchema,
  orderSchema,
  type Order,
  type RefusedOrder,
  type SignedCommand,
} from '#contract/fleet.ts';
import type { PublicKey } from '#contract/terminal-identity.ts';

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

/** An order is what it says only when all of this holds; nothing of it is looked at before the signature fits. */
export function readCommand({ statement, signature }: SignedCommand, parts: ReadParts): ReadCommand {
  if (parts.key === null) return { kind: 'refused', commandId: null, why: 'fleet.no-key' };
  const key = createPublicKey({ key: { ...parts.key }, format: 'jwk' });
  const signed = Buffer.from(COMMAND_CONTEXT + statement);
  if (!verify(null, signed, key, Buffer.from(signature, 'base64url')))
    return { kind: 'refused', commandId: null, why: 'fleet.signature-wrong' };
  const command = commandSchema.safeParse(jsonOf(statement));
  // Two texts that parse to one thing could be read as two things.
  if (!command.success || canonicalJson(command.data) !== statement)
    return { kind: 'refused', commandId: null, why: 'fleet.malformed' };
  const { commandId, terminalId, notBefore, expires } = command.data;
  const refused = (why: RefusedOrder['why']): ReadCommand => ({ kind: 'refused', commandId, why });
  if (terminalId !== parts.terminalId) return refused('fleet.not-ours');
  if (parts.nowMs < Date.parse(notBefore)) return refused('fleet.too-early');
  if (parts.nowMs >= Date.parse(expires)) return refused('fleet.expired');
  const order = orderSchema.safeParse(command.data.order);
  return order.success ? { kind: 'good', commandId, order: order.data } : refused('fleet.unknown-order');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

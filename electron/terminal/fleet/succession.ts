import {
  SUCCESSION_CONTEXT,
  successionSchema,
  type RefusedOrder,
  type SignedSuccession,
} from '#contract/fleet.ts';
import type { PublicKey } from '#contract/terminal-identity.ts';
import { keyIdOf } from '../identity/key-id.ts';
import { jsonOf, readSigned } from './signed-text.ts';

export interface Followed {
  /** By which orders are verified from now on. */
  readonly key: PublicKey;
  readonly refused: readonly { readonly statement: string; readonly why: RefusedOrder['why'] }[];
}

/**
 * From one key to the next, each told by the one before, in whatever order they came: a terminal that was away over two exchanges goes through both. What
 * leads on from another key is none of its business, since it has come from there, or was never there. Each statement counts once: no ring is gone round.
 */
export function followSuccessions(pinned: PublicKey, told: readonly SignedSuccession[]): Followed {
  let key = pinned;
  const left = [...told];
  const refused: { statement: string; why: RefusedOrder['why'] }[] = [];
  for (;;) {
    const keyId = keyIdOf(key);
    const at = left.findIndex(({ statement }) => leadsFrom(statement) === keyId);
    const [signed] = at < 0 ? [] : left.splice(at, 1);
    if (signed === undefined) return { key, refused };
    const read = readSigned(signed, { key, context: SUCCESSION_CONTEXT, schema: successionSchema });
    if (read.kind === 'said') key = read.said.to;
    else refused.push({ statement: signed.statement, why: read.why });
  }
}

/** As it says itself; null: it says nothing that could be followed. */
function leadsFrom(statement: string): string | null {
  const said = successionSchema.pick({ from: true }).loose().safeParse(jsonOf(statement));
  return said.success ? said.data.from : null;
}

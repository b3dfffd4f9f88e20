import type pg from 'pg';
import { z } from 'zod';
import { keyIdSchema } from '#contract/terminal-identity.ts';
import type { Told } from '../departments/department-command.ts';
import { endKey, exchangeKey, listKeys, makeNextKey, type Terminals } from './keys.ts';

/** `npm run platform -- fleet-key …`: the key that signs orders, and the one that takes its place (docs/operations/fleet.md). */
export const fleetKeyUsage = `npm run platform -- fleet-key list   which key signs orders, and which terminals go by which
       npm run platform -- fleet-key make   the next one; make a backup of the database then
       npm run platform -- fleet-key exchange KEY [--leave-behind]   the next one signs from now on
       npm run platform -- fleet-key end KEY [--leave-behind]   terminals are no longer told how to come on from it`;

const ofKey = { operands: z.tuple([keyIdSchema]), 'leave-behind': z.boolean().default(false) };
export const fleetKeyOrderSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('list'), operands: z.tuple([]) }),
  z.object({ what: z.literal('make'), operands: z.tuple([]) }),
  z.object({ what: z.literal('exchange'), ...ofKey }),
  z.object({ what: z.literal('end'), ...ofKey }),
]);
export type FleetKeyOrder = z.infer<typeof fleetKeyOrderSchema>;

const done = (...lines: string[]): Told => ({ done: true, lines });
const refused = (...lines: string[]): Told => ({ done: false, lines });

export async function fleetKeyCommand(order: FleetKeyOrder, pool: pg.Pool, nowMs: number): Promise<Told> {
  switch (order.what) {
    case 'list': {
      const { keys, silent, elsewhere } = await listKeys(pool);
      return done(
        ...keys.map(({ key_id, state, made_at, terminals }) =>
          // Of all the others the list would be that of the fleet.
          [
            key_id,
            state,
            `since ${made_at.toISOString()}`,
            counted(state === 'signs' ? { ...terminals, some: [] } : terminals, 'terminals'),
          ].join('  '),
        ),
        counted(silent, 'terminals have said nothing'),
        counted(elsewhere, 'terminals go by a key that is none of these'),
      );
    }
    case 'make': {
      const made = await makeNextKey(pool, nowMs);
      return made === null
        ? refused('there is a next one already: npm run platform -- fleet-key list')
        : done(
            made,
            'Back the database up now, and only then: npm run platform -- fleet-key exchange ' + made,
          );
    }
    case 'exchange': {
      const exchanged = await exchangeKey(pool, chosen(order), nowMs);
      switch (exchanged.kind) {
        case 'exchanged':
          return done(
            `${order.operands[0]} signs from now on; terminals are told, those of ${exchanged.from} too`,
          );
        case 'not-next':
          return refused('it is not the next one: npm run platform -- fleet-key make');
        case 'older-nodes':
          return refused(
            `nodes of release ${exchanged.releases.join(', ')} are connected, which would go on signing by the old one: end them first`,
          );
        case 'too-many':
          return refused('terminals are told of no more keys at once: end the oldest first');
        case 'left-behind':
          return leftBehind(exchanged.behind, 'have not said that they could follow');
        default:
          return exchanged satisfies never;
      }
    }
    case 'end': {
      const ended = await endKey(pool, chosen(order), nowMs);
      switch (ended.kind) {
        case 'ended':
          return done(`${order.operands[0]} is ended, with all before it`, ...whoElse(ended.behind));
        case 'unknown':
          return refused('there is no such key, or it is ended: npm run platform -- fleet-key list');
        case 'signs-now':
          return refused('it signs orders now: exchange it first');
        case 'left-behind':
          return leftBehind(ended.behind, 'have not said that they go by a later one');
        default:
          return ended satisfies never;
      }
    }
    default:
      return order satisfies never;
  }
}

function chosen(order: Extract<FleetKeyOrder, { what: 'exchange' | 'end' }>) {
  return { keyId: order.operands[0], leaveBehind: order['leave-behind'] };
}

function counted({ count, some }: Terminals, what: string): string {
  const names = some.length === 0 ? '' : `: ${some.join(', ')}${count > some.length ? ', …' : ''}`;
  return `${String(count)} ${what}${names}`;
}

function leftBehind(behind: Terminals, what: string): Told {
  return refused(
    counted(behind, `terminals ${what}`),
    'wait for them, or revoke them; with --leave-behind they are to be enrolled again',
  );
}

function whoElse(behind: Terminals): string[] {
  return behind.count === 0 ? [] : [counted(behind, 'terminals are to be enrolled again')];
}

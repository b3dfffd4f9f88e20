import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type pg from 'pg';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import {
  addOfficial,
  closeOfficial,
  giveFirstPassword,
  listOfficials,
  newOfficialSchema,
  officialIdSchema,
  unitCodeSchema,
} from './accounts.ts';
import { rolesSchema } from './roles.ts';
import { unlock } from './wrong-passwords.ts';

/** `npm run platform -- official …`: the accounts of the desk, before there is an administrator to look after them. */

export const officialOrderSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('add'),
    id: officialIdSchema,
    name: newOfficialSchema.shape.shownName,
    unit: newOfficialSchema.shape.unitName,
    'unit-code': unitCodeSchema,
    roles: z
      .string()
      .transform((text) => text.split(','))
      .pipe(rolesSchema),
  }),
  z.object({ what: z.enum(['password', 'close', 'unlock']), id: officialIdSchema }),
  z.object({ what: z.literal('list') }),
]);
export type OfficialOrder = z.infer<typeof officialOrderSchema>;

/** Lines for the operator's terminal. A first password stands in them, once. */
export async function officialCommand(
  pool: pg.Pool,
  order: OfficialOrder,
  nowMs: number,
): Promise<Result<readonly string[]>> {
  const parts = { pool, nowMs, randomBytes };
  switch (order.what) {
    case 'add': {
      const { id: officialId, name: shownName, unit: unitName, 'unit-code': unitCode, roles } = order;
      const given = await addOfficial(
        parts,
        { officialId, shownName, unitName, unitCode, roles },
        'operator',
      );
      if (given === null) return err(fault('config.wrong-value', `${officialId} is taken; nothing changed`));
      return ok(firstPasswordLines(officialId, given));
    }
    case 'password': {
      const given = await giveFirstPassword(parts, order.id, 'operator');
      return given === null ? unknown(order.id) : ok(firstPasswordLines(order.id, given));
    }
    case 'close':
      return (await closeOfficial(parts, order.id, 'operator'))
        ? ok([`${order.id} is closed, and signed out everywhere`])
        : unknown(order.id);
    case 'unlock':
      await unlock(pool, order.id);
      return ok([`wrong passwords of ${order.id} are forgotten`]);
    case 'list':
      return ok(
        (await listOfficials(pool)).map(({ officialId, unitCode, unitName, shownName, roles, isClosed }) =>
          [officialId, shownName, unitCode, unitName, roles.join(','), isClosed ? 'closed' : 'open'].join(
            '  ',
          ),
        ),
      );
    default: {
      const never: never = order;
      return never;
    }
  }
}

function firstPasswordLines(officialId: string, given: string): string[] {
  return [
    given,
    `the first password of ${officialId}: good for three days and for one sign-in at /desk, where it is changed`,
  ];
}

function unknown(officialId: string): Result<readonly string[]> {
  return err(fault('config.wrong-value', `there is no open account ${officialId}; nothing changed`));
}

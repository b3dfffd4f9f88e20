import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type pg from 'pg';
import { departmentIdSchema } from '#contract/department.ts';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import {
  addOfficial,
  closeOfficial,
  giveFirstPassword,
  listOfficials,
  linkDepartment,
  newOfficialSchema,
  officialIdSchema,
  setReach,
  unitCodeSchema,
  unlockOfficial,
} from './accounts.ts';
import { rolesSchema } from './roles.ts';

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
  z
    .object({
      what: z.literal('link'),
      id: officialIdSchema,
      department: departmentIdSchema.optional(),
      none: z.boolean().optional(),
    })
    // The one or the other: a department that was forgotten is not taken for none.
    .refine(({ department, none }) => (department === undefined) === (none === true)),
  z.object({ what: z.literal('district'), id: officialIdSchema, none: z.boolean().optional() }),
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
      const added = await addOfficial(
        parts,
        { officialId, shownName, unitName, unitCode, roles },
        'operator',
      );
      if (added.kind !== 'added')
        return err(fault('config.wrong-value', `${officialId} is ${added.kind}; nothing changed`));
      return ok(firstPasswordLines(officialId, added.password));
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
      return (await unlockOfficial(parts, order.id))
        ? ok([`wrong passwords of ${order.id} are forgotten`])
        : unknown(order.id);
    case 'link': {
      const departmentId = order.department ?? null;
      if (!(await linkDepartment(parts, order.id, departmentId))) {
        return departmentId === null
          ? unknown(order.id)
          : err(
              fault(
                'config.wrong-value',
                `there is no open account ${order.id}, or no department ${departmentId}; nothing changed`,
              ),
            );
      }
      return ok([
        departmentId === null
          ? `${order.id} sees what is its unit's by its code`
          : `${order.id} sees what lies with ${departmentId}`,
      ]);
    }
    case 'district': {
      const isAll = order.none !== true;
      if (!(await setReach(parts, order.id, isAll)))
        return err(
          fault(
            'config.wrong-value',
            `there is no open account of an administrator ${order.id}; nothing changed`,
          ),
        );
      return ok([
        `${order.id} looks after the accounts of ${isAll ? 'all units' : 'the own unit and those below it'}`,
      ]);
    }
    case 'list':
      return ok(
        (await listOfficials(pool, 'operator')).map(
          ({ officialId, unitCode, unitName, shownName, roles, administersAll, isClosed, department }) =>
            [
              officialId,
              shownName,
              unitCode,
              unitName,
              roles.join(','),
              ...(administersAll ? ['all units'] : []),
              ...(department === null ? [] : [department.departmentId]),
              isClosed ? 'closed' : 'open',
            ].join('  '),
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

import type pg from 'pg';
import { z } from 'zod';
import { staffRoleSchema } from '#contract/access.ts';
import { permitEnds, permitHours, permitHoursSchema, SERIALS } from '#contract/permit.ts';
import { issuePermit, listPermits, revokePermit } from './permits.ts';

const terminal = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);

export const permitOrderSchema = z.discriminatedUnion('what', [
  z.object({
    what: z.literal('issue'),
    terminal,
    role: staffRoleSchema,
    hours: permitHoursSchema,
    reason: z.string().trim().min(3).max(200),
  }),
  z.object({
    what: z.literal('revoke'),
    terminal,
    serial: z.coerce
      .number()
      .int()
      .min(0)
      .max(SERIALS - 1),
  }),
  z.object({ what: z.literal('list'), terminal }),
]);
export type PermitCommand = z.infer<typeof permitOrderSchema>;

export const permitUsage = `npm run platform -- permit issue --terminal ID --role staff|technician|auditor --hours ${permitHours.join('|')} --reason TEXT
       npm run platform -- permit revoke --terminal ID --serial N
       npm run platform -- permit list --terminal ID   codes that work at a terminal without the line`;

/** What to tell the operator, and whether it was done. */
export async function permitCommand(
  pool: pg.Pool,
  order: PermitCommand,
  nowMs: number,
): Promise<{ readonly done: boolean; readonly lines: readonly string[] }> {
  const { terminal: terminalId } = order;
  switch (order.what) {
    case 'issue': {
      const issued = await issuePermit(pool, { ...order, terminalId, issuedBy: null }, nowMs);
      switch (issued.kind) {
        case 'issued':
          return {
            done: true,
            lines: [
              issued.code,
              `serial ${String(issued.permit.serial)}, ${order.role} at ${terminalId} until ${iso(permitEnds(issued.permit))}`,
            ],
          };
        case 'no-key':
          return {
            done: false,
            lines: [`${terminalId} has shared no secret yet: it must have reached this platform once`],
          };
        case 'too-many':
          return { done: false, lines: ['a hundred codes of this terminal are good already'] };
        default:
          return issued satisfies never;
      }
    }
    case 'revoke': {
      const done = await revokePermit(pool, { terminalId, serial: order.serial, revokedBy: null }, nowMs);
      return {
        done,
        lines: [
          done
            ? `serial ${String(order.serial)} is revoked; ${terminalId} learns of it when it reaches the platform`
            : `no code of serial ${String(order.serial)} is good at ${terminalId}; nothing changed`,
        ],
      };
    }
    case 'list': {
      const permits = await listPermits(pool, terminalId);
      return {
        done: true,
        lines: permits.map(({ serial, role, issuedAt, endsAtMs, revokedAt, reason }) => {
          const state =
            revokedAt !== null
              ? `revoked ${iso(revokedAt.getTime())}`
              : endsAtMs <= nowMs
                ? 'over'
                : `until ${iso(endsAtMs)}`;
          return [String(serial), role, iso(issuedAt.getTime()), state, reason].join('  ');
        }),
      };
    }
    default:
      return order satisfies never;
  }
}

const iso = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16)}Z`;

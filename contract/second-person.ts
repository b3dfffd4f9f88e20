import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { signInSchema, type StaffRole } from './access.ts';
import { staffIdSchema } from './queue/ticket.ts';
import { resultOf } from './result-schema.ts';

/**
 * What one person alone may not do at a terminal (双人操作), and who may be the second: each is somebody who can say afterwards
 * that the other was there. An auditor is none: he reads the books and changes nothing. A procedure that is not in the table needs nobody.
 * Those of the outbox and the hub are done by a command beside a terminal that does not run (electron/terminal/access/two-people.ts).
 */
export const secondPersonTable = {
  /** The terminal is nobody's any more; its key is destroyed. */
  'terminal.decommission': ['technician', 'staff'],
  /** Everything that residents submitted and nobody has acknowledged leaves the machine. */
  'outbox.export': ['technician', 'staff'],
  'outbox.import': ['technician', 'staff'],
  /** Behind it nobody can let anybody in again. */
  'account.close-last-technician': ['staff'],
  /** Numbers of the whole station are given out by another machine. */
  'hub.make': ['technician', 'staff'],
} as const satisfies Readonly<Record<string, readonly StaffRole[]>>;

export type GuardedProcedure = keyof typeof secondPersonTable;

const procedures = Object.keys(secondPersonTable) as [GuardedProcedure, ...GuardedProcedure[]]; // of the table itself

export const guardedProcedureSchema = z.enum(procedures);

export function mayBeSecond(procedure: GuardedProcedure, role: StaffRole): boolean {
  const roles: readonly StaffRole[] = secondPersonTable[procedure];
  return roles.includes(role);
}

/** What waits for its second person, as a screen shows it. */
export const secondAskedSchema = z.strictObject({
  id: z.uuid(),
  procedure: guardedProcedureSchema,
  /** What exactly: the account, the file, the terminal. No person, no secret. */
  what: z.string().max(200),
  askedBy: staffIdSchema,
  /** Milliseconds that are left, when it was told. */
  leftMs: z.int().min(0),
  confirmedBy: staffIdSchema.nullable(),
});
export type SecondAsked = z.infer<typeof secondAskedSchema>;

/** What one person asked for waits here for another one, whoever is signed in at the screen. */
export const staffSecondContract = {
  watch: oc.output(eventIterator(z.array(secondAskedSchema))),
  /**
   * By the second person's own number and PIN, whoever is signed in there. Faults: `access.second-over`, `access.second-same`,
   * `access.second-role`, `access.wrong-pin`, `access.locked`, `access.busy`.
   */
  confirm: oc.input(z.strictObject({ id: z.uuid(), ...signInSchema.shape })).output(resultOf(z.null())),
  /** Fault: `access.second-over`. */
  refuse: oc.input(z.strictObject({ id: z.uuid() })).output(resultOf(z.null())),
};

import { z } from 'zod';
import { staffIdSchema, windowIdSchema } from './queue/ticket.ts';

/** What somebody with an account may do: serve at a window; keep the machines; read the books and change nothing. */
export const staffRoleSchema = z.enum(['staff', 'technician', 'auditor']);
export type StaffRole = z.infer<typeof staffRoleSchema>;

/** What a browser in the station was admitted as: the one at window 3 is `window-3`, those in the hall `board`, `board-2`. */
export const browserNameSchema = z
  .string()
  .regex(/^(?:window-[A-Z0-9-]{1,8}|board(?:-[1-9][0-9]?)?)$/, 'expected window-3, board or board-2');

export const browserSchema = z.strictObject({
  name: browserNameSchema,
  kind: z.enum(['window', 'board']),
  /** What is written over its window; null: it stands in the hall. */
  window: windowIdSchema.nullable(),
});
export type Browser = z.infer<typeof browserSchema>;

/** The browser that a name means. */
export function browserNamed(name: string): Browser {
  const window = name.startsWith('window-') ? name.slice('window-'.length) : null;
  return { name, kind: window === null ? 'board' : 'window', window };
}

/** Who may be on the other end of a connection: this kiosk's own screen, an admitted browser, or a person signed in there. */
export type CallerRole = 'kiosk' | Browser['kind'] | StaffRole;

/** Digits only: it is typed on a number pad, with one hand. */
export const pinSchema = z.string().regex(/^\d{6,12}$/, 'expected six to twelve digits');

/** The codes of an admission. Not a secret: what it names is still on the browser's own screen. */
export const admissionCodeSchema = z.string().regex(/^\d{6}$/, 'expected six digits');

export const personSchema = z.strictObject({ staffId: staffIdSchema, role: staffRoleSchema });
export type Person = z.infer<typeof personSchema>;

export const signInSchema = z.strictObject({ staffId: staffIdSchema, pin: z.string().max(12) });
export type SignIn = z.infer<typeof signInSchema>;

/** What a browser is told of itself. */
export const whoSchema = z.strictObject({ browser: browserSchema, person: personSchema.nullable() });
export type Who = z.infer<typeof whoSchema>;

import { z } from 'zod';
import { staffIdSchema, windowIdSchema } from './queue/ticket.ts';

/** What somebody with an account may do: serve at a window; keep the machines; read the books and change nothing. */
export const staffRoleSchema = z.enum(['staff', 'technician', 'auditor']);
export type StaffRole = z.infer<typeof staffRoleSchema>;

/**
 * What a browser in the station was admitted as: the one at window 3 is `window-3`, those in the hall `board`, `board-2`.
 * `terminal-02` is no browser: it is a member of this hub (contract/queue/member-api.ts).
 */
export const browserNameSchema = z
  .string()
  .regex(
    /^(?:window-[A-Z0-9-]{1,8}|board(?:-[1-9][0-9]?)?|terminal-\d{2})$/,
    'expected window-3, board, board-2 or terminal-02',
  );

export const browserSchema = z.strictObject({
  name: browserNameSchema,
  kind: z.enum(['window', 'board', 'member']),
  /** What is written over its window; null: it stands at none. */
  window: windowIdSchema.nullable(),
});
export type Browser = z.infer<typeof browserSchema>;

/** The browser that a name means. */
export function browserNamed(name: string): Browser {
  const window = name.startsWith('window-') ? name.slice('window-'.length) : null;
  if (window !== null) return { name, kind: 'window', window };
  return { name, kind: memberIn(name) === null ? 'board' : 'member', window };
}

/** The number of the terminal that a name means; null when it means a browser. */
export function memberIn(name: string): string | null {
  return /^terminal-(\d{2})$/.exec(name)?.[1] ?? null;
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

/** What a page is told of itself. `browser`: null: it stands on the kiosk's own screen. */
export const whoSchema = z.strictObject({
  browser: browserSchema.nullable(),
  person: personSchema.nullable(),
});
export type Who = z.infer<typeof whoSchema>;

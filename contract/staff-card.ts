import { z } from 'zod';
import { faultSchema } from './fault.ts';
import { staffIdSchema } from './queue/ticket.ts';

/**
 * What a card on the reader is good for where staff sign in at the kiosk: nothing; a PIN is typed all the same, and the card spares
 * the staff number; or nothing is typed.
 */
export const cardUseSchema = z.enum(['off', 'with-pin', 'instead-of-pin']);
export type CardUse = z.infer<typeof cardUseSchema>;

/** What stands at the reader, whoever asks. `card-left`: it is not read again before somebody takes it away. */
const readerStates = [
  z.strictObject({ state: z.literal('no-reader') }),
  z.strictObject({ state: z.literal('looking') }),
  z.strictObject({ state: z.literal('card-left') }),
  /** `nth`: the same card, taken away and put there again, is said again. */
  z.strictObject({ state: z.literal('refused'), nth: z.int(), fault: faultSchema }),
] as const;

/** What the page that signs in is told. Of a card it gets nothing but whose account it is. */
export const cardAtSignInSchema = z.discriminatedUnion('state', [
  /** Nobody is asked for one: the configuration does not want it, there is no reader, or a resident is at this screen. */
  z.strictObject({ state: z.literal('off') }),
  ...readerStates,
  /** With the PIN: it is still to be typed. */
  z.strictObject({ state: z.literal('known'), nth: z.int(), staffId: staffIdSchema }),
  z.strictObject({ state: z.literal('signed-in') }),
]);
export type CardAtSignIn = z.infer<typeof cardAtSignInSchema>;

/** What whoever registers a card of their own is told. */
export const cardToRegisterSchema = z.discriminatedUnion('state', [
  ...readerStates,
  /** The PIN is not the right one, or there is no account that could have a card. */
  z.strictObject({ state: z.literal('not-begun'), fault: faultSchema }),
  z.strictObject({ state: z.literal('registered') }),
]);
export type CardToRegister = z.infer<typeof cardToRegisterSchema>;

/** Milliseconds since 1970-01-01T00:00:00Z; null: this account has no card. */
export const ownCardSchema = z.strictObject({ use: cardUseSchema, sinceMs: z.int().nullable() });
export type OwnCard = z.infer<typeof ownCardSchema>;

import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { signInSchema, whoSchema } from './access.ts';
import { resultOf } from './result-schema.ts';
import { cardAtSignInSchema, cardToRegisterSchema, ownCardSchema } from './staff-card.ts';

const done = resultOf(z.null());

/**
 * What a page asks first: who it is. To sign in and out through the LAN door are paths (transport.ts), since they set a
 * cookie; at the kiosk's own screen they are calls, and the session is the connection's.
 */
export const accessContract = {
  who: oc.output(resultOf(whoSchema)),
  /** Faults: `access.wrong-pin`, `access.locked`, `access.busy`; `access.visit-open`, while a resident is at it. */
  signIn: oc.input(signInSchema).output(done),
  /**
   * By a code of the platform, at the kiosk's own screen. Faults: `access.permit-wrong`, `-early`, `-over`, `-clock`, `-revoked`;
   * `access.locked`, `access.visit-open`.
   */
  signInByPermit: oc.input(z.strictObject({ code: z.string().max(40) })).output(done),
  /** The reader at the kiosk's own screen, while nobody is signed in there. */
  watchCard: oc.output(eventIterator(cardAtSignInSchema)),
  /** Whether who is signed in has a card, and what it is good for here. */
  ownCard: oc.output(resultOf(ownCardSchema)),
  /** At the kiosk's own screen, where the reader is. */
  registerCard: oc
    .input(z.strictObject({ pin: signInSchema.shape.pin }))
    .output(eventIterator(cardToRegisterSchema)),
  /** Fault: `access.card-none`. */
  removeCard: oc.output(done),
  /** Ends the session, and with it the connection. */
  signOut: oc.output(done),
  /** Somebody touches the screen: a use of the session. */
  stay: oc.output(done),
};

import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { forOwnScreen } from '../context.ts';

/** What stands on this screen is a resident's until the visit has ended. */
export const accessSignIn = forOwnScreen.signIn.handler(({ context: { screen, visits }, input }) =>
  visits.snapshot() === null ? screen.signIn(input) : err(fault('access.visit-open')),
);

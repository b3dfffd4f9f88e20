import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { forOwnScreen } from '../context.ts';

/** As signing in by PIN: what stands on this screen is a resident's until the visit has ended. */
export const accessSignInByPermit = forOwnScreen.signInByPermit.handler(
  ({ context: { screen, visits }, input }) =>
    visits.snapshot() === null ? screen.signInByPermit(input.code) : err(fault('access.visit-open')),
);

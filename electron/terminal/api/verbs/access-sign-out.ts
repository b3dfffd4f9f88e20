import { ok } from '#contract/result.ts';
import { forOwnScreen } from '../context.ts';

export const accessSignOut = forOwnScreen.signOut.handler(({ context: { screen } }) => {
  screen.signOut();
  return ok(null);
});

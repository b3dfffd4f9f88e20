import { ok } from '#contract/result.ts';
import { forOwnScreen } from '../context.ts';

/** That it was called was the use. */
export const accessStay = forOwnScreen.stay.handler(() => ok(null));

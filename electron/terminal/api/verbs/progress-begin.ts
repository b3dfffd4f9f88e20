import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { api } from '../context.ts';

/** Nobody asks in the middle of an application: its answers would be gone. */
export const progressBegin = api.progress.begin.handler(({ context: { visits, progress }, input }) =>
  visits.snapshot()?.item ? err(fault('visit.wrong-step')) : progress.begin(input),
);

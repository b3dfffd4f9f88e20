import { readEvaluation as read } from '../evaluation/read-evaluation.ts';
import { forDesk } from './base.ts';

/** 以评促建. */
export const readEvaluation = forDesk.evaluation.figures.handler(({ context, input }) => {
  const { pool, catalogue, clock } = context;
  return read({ pool, catalogue, nowMs: clock.now() }, input);
});

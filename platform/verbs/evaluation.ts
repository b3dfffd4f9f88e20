import { ORPCError } from '@orpc/server';
import { busy } from '../http/problem.ts';
import { forDesk } from './base.ts';

/** 以评促建. */
export const readEvaluation = forDesk.evaluation.figures.handler(async ({ context, input }) => {
  const evaluation = await context.node.evaluations.read(input, context.clock.now());
  if (evaluation === null) throw new ORPCError(busy.code, { status: busy.status, message: busy.title });
  return evaluation;
});

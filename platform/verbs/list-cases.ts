import { casesAfter, casesOfChain } from '../cases/read-cases.ts';
import { forDesk } from './base.ts';

/** When the caller names no limit. */
const PAGE = 100;

export const listCases = forDesk.cases.list.handler(async ({ context, input }) => ({
  cases:
    input.chain === undefined
      ? await casesAfter(context.pool, input.after ?? 0, input.limit ?? PAGE)
      : await casesOfChain(context.pool, input.chain),
}));

import { forKiosk } from '../context.ts';

export const afterwardsRate = forKiosk.afterwards.rate.handler(({ context: { afterwards }, input }) =>
  afterwards.rate(input.caseNo, input.rating),
);

import { forKiosk } from '../context.ts';

export const afterwardsRefuseReply = forKiosk.afterwards.refuseReply.handler(
  ({ context: { afterwards }, input }) => afterwards.refuseReply(input.caseNo, input.reason),
);

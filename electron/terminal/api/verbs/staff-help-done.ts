import { forStaff } from '../context.ts';

export const staffHelpDone = forStaff.help.done.handler(({ context: { help, helper }, input }) =>
  help.done(input.callId, helper),
);

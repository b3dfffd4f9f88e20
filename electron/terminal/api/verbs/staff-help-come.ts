import { forStaff } from '../context.ts';

export const staffHelpCome = forStaff.help.come.handler(({ context: { help, helper }, input }) =>
  help.come(input.callId, helper),
);

import { forDoor } from '../context.ts';

export const staffDoorAdmit = forDoor.admit.handler(({ context: { browsers, account }, input }) =>
  browsers.admit(input.code, input.name, account),
);

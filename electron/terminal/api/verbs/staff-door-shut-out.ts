import { forDoor } from '../context.ts';

export const staffDoorShutOut = forDoor.shutOut.handler(({ context: { browsers, account }, input }) =>
  browsers.revoke(input.name, account),
);

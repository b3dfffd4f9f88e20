import { forTechnician } from '../context.ts';

export const technicianRestart = forTechnician.restart.handler(
  ({ context: { technician, account }, input }) => technician.restart(input.what, account),
);

import { forTechnician } from '../context.ts';

export const technicianBurnInStart = forTechnician.burnIn.start.handler(
  ({ context: { technician, account }, input }) => technician.startBurnIn(input.id, input.minutes, account),
);

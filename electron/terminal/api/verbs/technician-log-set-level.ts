import { forTechnician } from '../context.ts';

export const technicianLogSetLevel = forTechnician.log.setLevel.handler(
  ({ context: { technician, account }, input }) =>
    technician.setLogLevel(input.level, input.minutes, account),
);

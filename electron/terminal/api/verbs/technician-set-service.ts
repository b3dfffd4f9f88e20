import { forTechnician } from '../context.ts';

export const technicianSetService = forTechnician.setService.handler(
  ({ context: { technician, account }, input }) => technician.setService(input.on, account),
);

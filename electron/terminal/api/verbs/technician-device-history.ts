import { forTechnician } from '../context.ts';

export const technicianDeviceHistory = forTechnician.device.history.handler(
  ({ context: { technician }, input }) => technician.history(input.id),
);

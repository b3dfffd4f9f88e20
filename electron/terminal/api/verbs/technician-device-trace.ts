import { forTechnician } from '../context.ts';

export const technicianDeviceTrace = forTechnician.device.trace.handler(
  ({ context: { technician, account }, input }) => technician.trace(input.id, input.on, account),
);

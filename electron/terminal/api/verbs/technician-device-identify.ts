import { forTechnician } from '../context.ts';

export const technicianDeviceIdentify = forTechnician.device.identify.handler(
  ({ context: { technician, account }, input }) => technician.identify(input.id, account),
);

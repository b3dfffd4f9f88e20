import { forTechnician } from '../context.ts';

export const technicianDeviceSetEnabled = forTechnician.device.setEnabled.handler(
  ({ context: { technician, account }, input }) => technician.setEnabled(input.id, input.on, account),
);

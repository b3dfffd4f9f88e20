import { forTechnician } from '../context.ts';

export const technicianDeviceRestartHost = forTechnician.device.restartHost.handler(
  ({ context: { technician, account } }) => technician.restartHost(account),
);

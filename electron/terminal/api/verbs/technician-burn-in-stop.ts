import { forTechnician } from '../context.ts';

export const technicianBurnInStop = forTechnician.burnIn.stop.handler(
  ({ context: { technician, account } }) => technician.stopBurnIn(account),
);

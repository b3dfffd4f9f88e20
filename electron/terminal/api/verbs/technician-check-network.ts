import { forTechnician } from '../context.ts';

export const technicianCheckNetwork = forTechnician.checkNetwork.handler(
  ({ context: { technician, account } }) => technician.checkNetwork(account),
);

import { forTechnician } from '../context.ts';

export const technicianCheckStore = forTechnician.checkStore.handler(({ context: { technician, account } }) =>
  technician.checkStore(account),
);

import { forTechnician } from '../context.ts';

export const technicianLogWatch = forTechnician.log.watch.handler(({ context: { technician }, signal }) =>
  technician.log.watch(signal),
);

import { forTechnician } from '../context.ts';

export const technicianDecommissionDo = forTechnician.decommission.do.handler(
  ({ context: { technician, person }, input }) => technician.decommission(input.terminalId, person),
);

import { forTechnician } from '../context.ts';

export const technicianDecommissionDo = forTechnician.decommission.do.handler(
  ({ context: { technician, account }, input }) => technician.decommission(input.terminalId, account),
);

import { forTechnician } from '../context.ts';

export const technicianLogExportTo = forTechnician.log.exportTo.handler(
  ({ context: { technician, account }, input }) => technician.exportLogTo(input.folder, account),
);

import { ok } from '#contract/result.ts';
import { forTechnician } from '../context.ts';

export const technicianDecommissionLook = forTechnician.decommission.look.handler(
  ({ context: { technician } }) => ok(technician.leftovers()),
);

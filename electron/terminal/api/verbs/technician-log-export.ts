import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { forTechnician } from '../context.ts';

/** A kiosk's page has nowhere to save a file, and whoever stands before it no way to take it along. */
export const technicianLogExport = forTechnician.log.export.handler(
  ({ context: { technician, account, isAtKiosk } }) =>
    isAtKiosk ? err(fault('technician.at-kiosk')) : technician.exportLog(account),
);

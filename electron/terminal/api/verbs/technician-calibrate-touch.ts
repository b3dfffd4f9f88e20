import { forTechnician } from '../context.ts';

export const technicianCalibrateTouch = forTechnician.calibrate.touch.handler(
  ({ context: { technician, account }, input }) => technician.touchCalibrated(input.errorsMm, account),
);

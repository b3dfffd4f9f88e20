import { forTechnician } from '../context.ts';

export const technicianCalibrateScreen = forTechnician.calibrate.screen.handler(
  ({ context: { technician, account }, input }) => technician.screenMeasured(input, account),
);

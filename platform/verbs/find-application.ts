import { findApplication } from '../cases/store-application.ts';
import { forTerminals } from './base.ts';

/** Another station's application is as good as none. */
export const findOwnApplication = forTerminals.applications.find.handler(
  async ({ context, input, errors }) => {
    const found = await findApplication(context.pool, input);
    if (found?.stationId !== context.stationId) throw errors.NOT_FOUND();
    return found.acknowledgement;
  },
);

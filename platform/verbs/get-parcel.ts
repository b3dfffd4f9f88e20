import { signedManifest } from '../parcels/parcels.ts';
import { forTerminals } from './base.ts';

export const getParcel = forTerminals.fleet.parcel.handler(async ({ context, input, errors }) => {
  const found = await signedManifest(context.pool, input.sha256);
  if (found === null) throw errors.PARCEL_UNKNOWN();
  return found;
});

import { parcelChunk } from '../parcels/parcels.ts';
import { forTerminals } from './base.ts';

/** What is behind the end is not found, like a parcel that is not there. */
export const getParcelChunk = forTerminals.fleet.parcelChunk.handler(async ({ context, input, errors }) => {
  const bytes = await parcelChunk(context.pool, input.sha256, input.number);
  if (bytes === null) throw errors.PARCEL_UNKNOWN();
  return { number: input.number, bytes: bytes.toString('base64') };
});

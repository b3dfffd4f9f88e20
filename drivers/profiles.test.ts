import { expect, it } from 'vitest';
import {
  cardReaderProfileIdSchema,
  printerProfileIdSchema,
  scannerProfileIdSchema,
} from '#contract/devices.ts';
import { cardReaderProfiles } from './id-card-reader/profiles.ts';
import { printerProfiles } from './receipt-printer/profiles.ts';
import { scannerProfiles } from './scanner/profiles.ts';

it.each([
  ['card reader', cardReaderProfiles, cardReaderProfileIdSchema.options],
  ['printer', printerProfiles, printerProfileIdSchema.options],
  ['scanner', scannerProfiles, scannerProfileIdSchema.options],
])('every profile of a %s can be configured, and no other', (_, profiles, options) => {
  expect(profiles.map(({ id }) => id)).toEqual(options);
});

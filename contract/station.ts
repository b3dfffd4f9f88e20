import { z } from 'zod';
import { deviceSnapshotSchema } from './devices.ts';
import { configuredTextSchema } from './configured-text.ts';
import { languageSchema } from './localized.ts';
import { cameraSettingsSchema } from './paper.ts';

/** What every screen of a terminal shows around its pages. One record per station for phone and address. */
export const stationInfoSchema = z.object({
  name: configuredTextSchema.describe('Name of the station'),
  address: configuredTextSchema.describe('Where it is'),
  phone: z.string().max(40).describe('The number that residents are told to call'),
  hours: configuredTextSchema.describe('When it is open, as it is said to residents'),
  helpDesk: configuredTextSchema.describe('Where a resident finds a person: 1号窗口'),
  area: z
    .strictObject({
      region: z.string().max(40).describe('District or county'),
      street: z.string().max(40).describe('Sub-district or town'),
      communities: z
        .array(z.string().max(40))
        .max(40)
        .describe('Its communities, as address pages offer them'),
    })
    .describe('The area that the station serves'),
});
export type StationInfo = z.infer<typeof stationInfoSchema>;

export const stationSnapshotSchema = z.object({
  revision: z.number().int().nonnegative(),
  terminalId: z.string().max(40),
  station: stationInfoSchema,
  /** The panel in millimetres and the size of the page that fills it, from provisioning. */
  screen: z.object({ widthMm: z.number().positive(), heightMm: z.number().positive() }),
  /** Seconds without a touch before the warning, and seconds to answer it. */
  idle: z.object({ warnAfterSeconds: z.number().int(), graceSeconds: z.number().int().min(20) }),
  /** What the station's screens offer; the first is the one that they begin in. */
  languages: z.array(languageSchema).min(1).max(8),
  /** Those of them that recorded clips are installed for. */
  voices: z.array(languageSchema).max(8),
  /** What papers are photographed with; null at a station without a camera. */
  camera: cameraSettingsSchema.nullable(),
  /** Nothing is begun here now; whoever is there finishes. */
  isOutOfService: z.boolean(),
  /** Whether numbers are given out here. */
  hasQueue: z.boolean(),
  devices: z.array(deviceSnapshotSchema),
  platform: z.enum(['unknown', 'online', 'offline']),
  catalogue: z.enum(['empty', 'cached', 'fresh']),
  /** Rises with every change of the items: what shows them reads them again. */
  catalogueRevision: z.number().int().nonnegative(),
  outbox: z.object({ waiting: z.number().int(), parked: z.number().int() }),
});
export type StationSnapshot = z.infer<typeof stationSnapshotSchema>;

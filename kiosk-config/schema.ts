import { z } from 'zod';
import { deviceSettingsSchema } from '#contract/devices.ts';
import { languageSchema } from '#contract/localized.ts';
import { cameraSettingsSchema } from '#contract/paper.ts';
import { queueSettingsSchema } from '#contract/queue/settings.ts';
import { cardUseSchema } from '#contract/staff-card.ts';
import { stationInfoSchema } from '#contract/station.ts';

/**
 * One terminal's configuration. Every key says what it is; an unknown key or a wrong value stops the start
 * with a sentence that names file, line and key. Secrets are never in it: a `…File` key names the file
 * that holds one.
 */
const timeZoneSchema = z
  .string()
  .refine(isTimeZone, { error: 'expected an IANA time zone such as Asia/Shanghai' })
  .describe('Time zone of the station: local days, receipt numbers and hours follow it')
  .meta({ examples: ['Asia/Shanghai'] });

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** AES everywhere; SM4 and SM3 (GB/T 32907, GB/T 32905) where OpenSSL has them and the district asks for them. */
export const sealingSuiteSchema = z.enum(['aes-256-gcm', 'sm4-cbc-hmac-sm3']);
export type SealingSuiteId = z.infer<typeof sealingSuiteSchema>;

/**
 * From the root of a disk: what one counts from the working directory depends on who starts the terminal. Control
 * characters are what YAML makes of "D:\backup" in double quotation marks.
 */
const pathSchema = z
  .string()
  // eslint-disable-next-line no-control-regex -- They are what it refuses.
  .regex(/^(\/|[A-Za-z]:[\\/]|\\\\)[^\0-\x1f\x7f-\xa0\u2028\u2029]*$/, {
    error: 'expected a whole path such as /etc/yizhan/ca.pem or D:/yizhan/ca.pem',
  })
  .meta({ examples: ['/etc/yizhan/ca.pem', 'D:/yizhan/ca.pem'] });

/** A name of the station's own network, or an IPv4 address; what stands in an address bar before the port. */
const hostNameSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, {
    error: 'expected a name or an IPv4 address in small letters, without port',
  })
  .meta({ examples: ['kiosk-01.station.example', '192.168.1.20'] });

export const lanSettingsSchema = z.strictObject({
  host: z
    .ipv4({ error: 'expected an IPv4 address of this machine, or 0.0.0.0' })
    .default('0.0.0.0')
    .describe('Address at which the door listens; 0.0.0.0: at all of this machine'),
  port: z.int().min(0).max(65_535).default(8443).describe('Its port; 0: any that is free'),
  names: z
    .array(hostNameSchema)
    .min(1)
    .max(8)
    .describe(
      'Names and addresses by which browsers call this terminal; what calls by another one is sent away',
    ),
  certificate: z
    .strictObject({
      certFile: pathSchema.describe('File with the PEM certificate and those between it and its authority'),
      keyFile: pathSchema.describe('File with its PEM private key'),
    })
    .nullable()
    .default(null)
    .describe(
      'A certificate of the district; null: the terminal makes an authority of its own, and certificates by it',
    ),
  idleMinutes: z
    .int()
    .min(5)
    .max(720)
    .default(60)
    .describe('Minutes without a touch after which somebody is signed out'),
  longestHours: z
    .int()
    .min(1)
    .max(24)
    .default(12)
    .describe('Hours after which somebody has to sign in again'),
});
export type LanSettings = z.infer<typeof lanSettingsSchema>;

export const hubSettingsSchema = z.strictObject({
  host: hostNameSchema.describe('One of the names in the hub’s lan.names'),
  port: z.int().min(1).max(65_535).default(8443).describe('Port of the hub’s door'),
  authorityFile: pathSchema.describe(
    'File with the PEM certificate of the hub’s authority (lan/authority.pem in its data folder); nobody else is believed to be the hub',
  ),
});
export type HubSettings = z.infer<typeof hubSettingsSchema>;

const httpAddressSchema = z
  .url({ protocol: /^https?$/, error: 'expected an http:// or https:// address' })
  .refine((url) => !/^[a-z]+:\/\/[^/?#]*@/i.test(url), {
    error: 'expected an address without a name or password in it: secrets are never in this file',
  });

export const telemetrySettingsSchema = z.strictObject({
  endpoint: httpAddressSchema
    .refine((url) => !/[?#]/.test(url), { error: 'expected an address without ? or #' })
    .describe(
      'Address of an OpenTelemetry receiver (OTLP over HTTP), without /v1/…: at the platform’s host, or an IP address of the station’s network',
    )
    .meta({ examples: ['http://192.168.1.10:4318'] }),
  intervalSeconds: z.int().min(10).max(3600).default(60).describe('Seconds between two tellings'),
});

export const terminalConfigSchema = z.strictObject({
  terminal: z
    .strictObject({
      id: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,40}$/)
        .describe('Name of this terminal at the platform')
        .meta({ examples: ['999901-001-01'] }),
      region: z
        .string()
        .regex(/^\d{6}$/, 'expected six digits (GB/T 2260)')
        .describe('Region of the station, the first six digits of every receipt number')
        .meta({ examples: ['"999901"'] }),
      station: z
        .string()
        .regex(/^\d{3}$/, 'expected three digits')
        .describe('Number of the station in its region')
        .meta({ examples: ['"001"'] }),
      number: z
        .string()
        .regex(/^\d{2}$/, 'expected two digits')
        .describe('Number of the terminal in its station')
        .meta({ examples: ['"01"'] }),
    })
    .describe('Who this terminal is'),
  station: stationInfoSchema
    .strict()
    .describe('What residents are told about the station: one record for all screens'),
  timeZone: timeZoneSchema.default('Asia/Shanghai'),
  languages: z
    .array(languageSchema)
    .min(1)
    .refine((languages) => new Set(languages).size === languages.length, {
      error: 'expected each language once',
    })
    .default(['zh', 'en'])
    .describe('Languages that residents may choose (zh, en, ug); the screens begin in the first'),
  speech: z
    .strictObject({
      clipsDir: pathSchema
        .meta({ examples: ['/srv/yizhan-voice', 'D:/yizhan-voice'] })
        .nullable()
        .default(null)
        .describe('Folder with the packages of recorded clips; null when the station has no voice'),
    })
    .default({ clipsDir: null })
    .describe('What reads the pages aloud'),
  screen: z
    .strictObject({
      widthMm: z.number().min(100).max(3000).describe('Visible width of the panel in millimetres'),
      heightMm: z.number().min(100).max(3000).describe('Visible height of the panel in millimetres'),
    })
    .describe('The panel as it was measured: all sizes on it are in millimetres'),
  idle: z
    .strictObject({
      warnAfterSeconds: z
        .number()
        .int()
        .min(20)
        .max(900)
        .default(90)
        .describe('Seconds without a touch before the warning'),
      graceSeconds: z.number().int().min(20).max(120).default(30).describe('Seconds to answer the warning'),
    })
    .default({ warnAfterSeconds: 90, graceSeconds: 30 })
    .describe('What happens when nobody touches the screen'),
  platform: z
    .strictObject({
      url: httpAddressSchema.describe('Address of the central platform'),
      enrolmentCodeFile: pathSchema
        .optional()
        .describe(
          'File in which somebody may leave the one-time code that makes this terminal known to the platform; it is removed when it was used',
        ),
      caFile: pathSchema
        .optional()
        .describe(
          'File with the PEM certificates of the authorities that may vouch for the platform, and no others; without it the well-known ones',
        ),
      timeoutSeconds: z.number().int().min(1).max(120).default(15).describe('Time limit of one request'),
      checkSeconds: z
        .number()
        .int()
        .min(1)
        .max(600)
        .default(10)
        .describe('Seconds without an answer of the platform after which it is asked whether it is there'),
      heartbeatSeconds: z
        .number()
        .int()
        .min(5)
        .max(3600)
        .default(60)
        .describe(
          'Seconds between two reports to the platform of how this terminal is, and looks for orders',
        ),
    })
    .describe('The line to the platform'),
  parcels: z
    .strictObject({
      verifyWith: z
        .string()
        .regex(/^[A-Za-z0-9_-]{43}$/, 'expected 43 characters, as npm run parcel -- key has printed them')
        .describe(
          'Public half of the district’s key for packages of configuration and catalogue; nothing is taken that it has not signed',
        )
        .meta({ examples: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'] }),
    })
    .nullable()
    .default(null)
    .describe(
      'Packages that the platform hands out; null: this terminal takes none of configuration and catalogue',
    ),
  forwarding: z
    .strictObject({
      concurrency: z.number().int().min(1).max(32).default(4).describe('Applications sent at the same time'),
      backoffBaseSeconds: z
        .number()
        .min(0.1)
        .max(60)
        .default(2)
        .describe('First wait after a failure; doubles, with full jitter'),
      backoffCapSeconds: z.number().min(1).max(3600).default(300).describe('Longest wait after failures'),
    })
    .default({ concurrency: 4, backoffBaseSeconds: 2, backoffCapSeconds: 300 })
    .describe('How applications are sent'),
  sealing: z
    .strictObject({
      suite: sealingSuiteSchema
        .default('aes-256-gcm')
        .describe('Ciphers that seal personal data; sm4-cbc-hmac-sm3 needs the plain Node host'),
      rotateDays: z
        .number()
        .int()
        .min(1)
        .max(3650)
        .default(90)
        .describe('Days after which a new data key takes over'),
    })
    .default({ suite: 'aes-256-gcm', rotateDays: 90 })
    .describe('How personal data is sealed on the disk'),
  storage: z
    .strictObject({
      backupDir: pathSchema
        .meta({ examples: ['/srv/yizhan-backup', 'D:/yizhan-backup'] })
        .nullable()
        .default(null)
        .describe(
          'Folder on another disk for a daily copy of the database, each terminal in a folder of its own in it; null when there is none',
        ),
      reserveMb: z
        .number()
        .int()
        .min(10)
        .max(100_000)
        .default(200)
        .describe('Megabytes that stay free: below it no new application is begun'),
    })
    .default({ backupDir: null, reserveMb: 200 })
    .describe('The disk under the terminal'),
  retention: z
    .strictObject({
      payloadDays: z
        .number()
        .int()
        .min(0)
        .max(365)
        .default(7)
        .describe('Days after the acknowledgement until the sealed personal data is erased'),
    })
    .default({ payloadDays: 7 })
    .describe('How long what was sent is kept'),
  access: z
    .strictObject({
      card: cardUseSchema
        .default('with-pin')
        .describe(
          'What a card that somebody who works here has registered is good for at this kiosk: off: nothing; with-pin: it spares the staff number, the PIN is typed; instead-of-pin: it signs in alone, also whoever was lent it or found it',
        ),
    })
    .default({ card: 'with-pin' })
    .describe('How staff sign in at the kiosk itself; at a window it is number and PIN'),
  lan: lanSettingsSchema
    .nullable()
    .default(null)
    .describe('The door for browsers in the station: windows and boards; null: there is none'),
  camera: cameraSettingsSchema
    .strict()
    .nullable()
    .default(null)
    .describe('The camera that photographs papers; null: staff check the originals'),
  queue: queueSettingsSchema
    .nullable()
    .default(null)
    .describe('The queue of the station; null: no numbers are given out here'),
  hub: hubSettingsSchema
    .nullable()
    .default(null)
    .describe('The terminal that keeps the station’s queue; null: this one does'),
  telemetry: telemetrySettingsSchema
    .nullable()
    .default(null)
    .describe('Figures and traces for whoever watches over terminals, by OpenTelemetry; null: none'),
  devices: z.array(deviceSettingsSchema).max(32).describe('Serial devices, each with a name of its own'),
});

export type TerminalConfig = z.infer<typeof terminalConfigSchema>;

import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { MAX_ATTACHMENTS_BYTES } from '#contract/attachment.ts';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { usualUploads, type UploadQuota } from './attachments/quota.ts';
import { LEAST_RECORD_MONTHS, USUAL_RECORD_MONTHS } from './database/record-ends.ts';
import { networksSchema } from './departments/webhook-address.ts';
import { usualLoad, type LoadLimits } from './http/lanes.ts';

/** Long enough not to be guessed; printable, since it travels in a header. */
const tokenSchema = z.string().regex(/^[\x21-\x7e]{16,200}$/, 'a token has 16 to 200 printable characters');

const BYTES_A_MIB = 1_048_576;

/**
 * What waits is freed by what is submitted, and a terminal sends four applications at once (kiosk-config, `forwarding.concurrency`): with all the
 * papers that one may have, twice over, so that each can end. Less could keep back what it lets be submitted.
 */
const LEAST_UPLOADS_MIB = (8 * MAX_ATTACHMENTS_BYTES) / BYTES_A_MIB;

const mebibytes = (least: number, usualBytes: number) =>
  z.coerce
    .number()
    .int()
    .min(least)
    .max(1_048_576)
    .default(usualBytes / BYTES_A_MIB);

const environmentSchema = z.object({
  YIZHAN_PLATFORM_HOST: z.string().min(1).default('127.0.0.1'),
  YIZHAN_PLATFORM_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//)
    .optional(),
  YIZHAN_PLATFORM_DATA: z.string().min(1).optional(),
  YIZHAN_PLATFORM_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  YIZHAN_DESK_TOKEN: tokenSchema,
  YIZHAN_DEMO_CODES: z.string().min(1).optional(),
  YIZHAN_PLATFORM_CONNECTIONS: z.coerce.number().int().min(8).max(200).default(usualLoad.connections),
  YIZHAN_PLATFORM_LINE: z.coerce.number().int().min(2).max(100).default(usualLoad.requestsPerConnection),
  YIZHAN_PLATFORM_MEMORY_MIB: z.coerce
    .number()
    .int()
    .min(64)
    .max(16_384)
    .default(usualLoad.memoryBytes / BYTES_A_MIB),
  YIZHAN_UPLOADS_DAY_MIB: mebibytes(LEAST_UPLOADS_MIB, usualUploads.dayBytes),
  YIZHAN_UPLOADS_WAITING_MIB: mebibytes(LEAST_UPLOADS_MIB, usualUploads.waitingBytes),
  YIZHAN_WEBHOOK_NETWORKS: networksSchema.default([]),
  YIZHAN_METRICS_TOKEN: tokenSchema.optional(),
  YIZHAN_RECORD_MONTHS: z.coerce
    .number()
    .int()
    .min(LEAST_RECORD_MONTHS)
    .max(360)
    .default(USUAL_RECORD_MONTHS),
  // As opentelemetry.io/docs/specs/otel/protocol/exporter and configuration/sdk-environment-variables name them.
  OTEL_SDK_DISABLED: z
    .string()
    .optional()
    .transform((said) => said?.toLowerCase() === 'true'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .union([z.literal(''), z.url({ protocol: /^https?$/ }).regex(/^[^@?#]*$/)], {
      error: 'an http:// or https:// address without name, password, ? or #',
    })
    .optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal('http/json', { error: 'http/json is what is spoken here' })
    .optional(),
  OTEL_METRIC_EXPORT_INTERVAL: z.coerce.number().int().min(1000).max(3_600_000).default(60_000),
});

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly database:
    { readonly kind: 'url'; readonly url: string } | { readonly kind: 'embedded'; readonly dataDir: string };
  /** The address by which terminals call; null: the Host header says it. */
  readonly publicUrl: string | null;
  readonly deskToken: string;
  /** The file of the demo's codes; null: no codes are resolved. */
  readonly demoCodesFile: string | null;
  /** What the node takes on at once. */
  readonly load: LoadLimits;
  /** What one terminal may upload. */
  readonly uploads: UploadQuota;
  /** Networks (CIDR) beside the open one in which departments may be called. */
  readonly webhookNetworks: readonly string[];
  /** By which /metrics is read; null: there is none. */
  readonly metricsToken: string | null;
  /** How long what is written down of terminals is kept (database/record-ends.ts). */
  readonly recordMonths: number;
  /** To whom figures and traces are told, and how often; null: nobody. */
  readonly telemetry: { readonly endpoint: string; readonly intervalMs: number } | null;
}

/** Settings of the process; a wrong one is named in one sentence that quotes no secret. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Result<Settings> {
  const parsed = environmentSchema.safeParse(environment);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return err(
      fault('config.wrong-value', `${issue?.path.join('.') ?? 'settings'}: ${issue?.message ?? ''}`),
    );
  }
  const values = parsed.data;
  const database = databaseOf(values.DATABASE_URL, values.YIZHAN_PLATFORM_DATA);
  if (!database) {
    return err(
      fault('config.missing-key', 'Set DATABASE_URL, or YIZHAN_PLATFORM_DATA for a database of our own.'),
    );
  }
  return ok({
    host: values.YIZHAN_PLATFORM_HOST,
    port: values.YIZHAN_PLATFORM_PORT,
    database,
    publicUrl: values.YIZHAN_PLATFORM_PUBLIC_URL ?? null,
    deskToken: values.YIZHAN_DESK_TOKEN,
    demoCodesFile: values.YIZHAN_DEMO_CODES ?? null,
    load: {
      connections: values.YIZHAN_PLATFORM_CONNECTIONS,
      requestsPerConnection: values.YIZHAN_PLATFORM_LINE,
      memoryBytes: values.YIZHAN_PLATFORM_MEMORY_MIB * BYTES_A_MIB,
    },
    uploads: {
      dayBytes: values.YIZHAN_UPLOADS_DAY_MIB * BYTES_A_MIB,
      waitingBytes: values.YIZHAN_UPLOADS_WAITING_MIB * BYTES_A_MIB,
    },
    webhookNetworks: values.YIZHAN_WEBHOOK_NETWORKS,
    metricsToken: values.YIZHAN_METRICS_TOKEN ?? null,
    recordMonths: values.YIZHAN_RECORD_MONTHS,
    telemetry: telemetryOf(values),
  });
}

function telemetryOf(values: z.infer<typeof environmentSchema>): Settings['telemetry'] {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = '', OTEL_METRIC_EXPORT_INTERVAL: intervalMs } = values;
  return values.OTEL_SDK_DISABLED || endpoint === '' ? null : { endpoint, intervalMs };
}

function databaseOf(url: string | undefined, dataDir: string | undefined): Settings['database'] | null {
  if (url !== undefined) return { kind: 'url', url };
  if (dataDir === undefined) return null;
  return { kind: 'embedded', dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir) };
}

import { z } from 'zod';
import { publicKeySchema } from '#contract/terminal-identity.ts';

/** What the process that makes the load is told; between processes as JSON. */
export const loadOrderSchema = z.object({
  /** Where applications are sent to; null: straight into the tables. */
  urls: z.array(z.string()).nullable(),
  databaseUrl: z.string(),
  key: z.object({ keyId: z.string(), publicKey: publicKeySchema, privateKeyPem: z.string() }),
  terminalId: z.string(),
  stationId: z.string(),
  count: z.number().int(),
  /** Requests, or connections to the database, at a time. */
  atATime: z.number().int(),
});
export type LoadOrder = z.infer<typeof loadOrderSchema>;

/** `ready`: everything is signed; `done`: everything is answered. */
export const loadReportSchema = z.discriminatedUnion('is', [
  z.object({ is: z.literal('ready'), signingCpuMs: z.number() }),
  z.object({
    is: z.literal('done'),
    ms: z.number(),
    cpuMs: z.number(),
    eachMs: z.array(z.number()),
    refused: z.array(z.number()),
  }),
]);
export type LoadDone = Extract<z.infer<typeof loadReportSchema>, { is: 'done' }>;

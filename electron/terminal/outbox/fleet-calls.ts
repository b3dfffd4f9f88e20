import { z } from 'zod';
import { fault } from '#contract/fault.ts';
import {
  heartbeatSchema,
  MAX_HEARTBEAT_BYTES,
  MOST_ORDERS_AT_ONCE,
  MOST_SUCCESSIONS,
  signedCommandSchema,
  signedSuccessionSchema,
  type Heartbeat,
  type Outcome,
} from '#contract/fleet.ts';
import { err, type Result } from '#contract/result.ts';
import { publicKeySchema } from '#contract/terminal-identity.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { CallLimits, PlatformFault } from './platform-client.ts';

const heardSchema = z.object({
  time: z.iso.datetime(),
  fleetKey: publicKeySchema,
  successions: z.array(signedSuccessionSchema).max(MOST_SUCCESSIONS).optional(),
  commands: z.array(signedCommandSchema).max(MOST_ORDERS_AT_ONCE),
});
export type HeardAnswer = z.infer<typeof heardSchema>;

/** How this terminal is, and what it is told to do (contract/platform-api.ts, `fleet`). */
export interface FleetCalls {
  /** What the platform would refuse is refused here, as `platform.rejected`, and not sent. */
  heartbeat(report: Heartbeat): Promise<Result<HeardAnswer, PlatformFault>>;
  /** The first outcome stands; told again, it changes nothing. */
  settle(commandId: string, outcome: Outcome): Promise<Result<unknown, PlatformFault>>;
}

/** Eight statements of four thousand characters, and eight of one thousand, escaped. */
const limits: CallLimits = { maxAnswerBytes: 131_072, givenUpBy: [] };

export function createFleetCalls(call: Call, understand: Understand): FleetCalls {
  return {
    heartbeat: async (report) => {
      const checked = heartbeatSchema.safeParse(report);
      if (!checked.success)
        return err(
          fault('platform.rejected', `not a heartbeat: ${checked.error.issues[0]?.path.join('.') ?? ''}`),
        );
      const body = JSON.stringify(report);
      if (Buffer.byteLength(body) > MAX_HEARTBEAT_BYTES)
        return err(
          fault('platform.rejected', `over ${MAX_HEARTBEAT_BYTES} bytes, which the platform refuses`),
        );
      return understand(await call('PUT', '/v1/fleet/heartbeat', body, limits), heardSchema);
    },
    settle: async (commandId, outcome) =>
      understand(
        await call('PUT', `/v1/fleet/commands/${commandId}/outcome`, JSON.stringify(outcome), limits),
        z.object({ commandId: z.literal(commandId) }),
      ),
  };
}

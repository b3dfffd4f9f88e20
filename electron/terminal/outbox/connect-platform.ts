import type { TerminalConfig } from '#config/schema.ts';
import type { Clock } from '#contract/ports.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import type { SignedCalls } from '../identity/signed-calls.ts';
import type { Log } from '../log.ts';
import { toldClient } from '../telemetry/told-forwarding.ts';
import { createPlatformClient, type WholePlatformClient } from './platform-client.ts';
import { createPlatformTransport } from './platform-transport.ts';
import { toldTransport } from './told-transport.ts';

export interface ConnectPlatformPorts {
  readonly config: TerminalConfig;
  /** PEM of who may vouch for the platform; null: the well-known ones. */
  readonly authorities: string | null;
  readonly signing: SignedCalls;
  readonly telemetry: Telemetry | null;
  readonly clock: Clock;
  readonly log: Log;
  /** What could not be sent waits for the line to come back: so it must be known to be away. */
  readonly onLost: () => void;
}

/** The platform's client, as the configuration names the platform. */
export function connectPlatform(ports: ConnectPlatformPorts): WholePlatformClient {
  const { config, telemetry } = ports;
  const client = createPlatformClient({
    url: config.platform.url,
    signing: ports.signing,
    timeoutMs: config.platform.timeoutSeconds * 1000,
    transport: toldTransport(createPlatformTransport(ports.authorities), ports.log, ports.clock),
    onLost: ports.onLost,
  });
  return telemetry === null ? client : toldClient(client, telemetry);
}

import type { TerminalConfig } from '#config/schema.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import { startTelemetry } from '#telemetry/telemetry.ts';
import type { Log } from '../log.ts';

export interface TellTerminalPorts {
  readonly config: TerminalConfig;
  /** PEM; null: the well-known ones. */
  readonly authorities: string | null;
  readonly program: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
}

/** Null unless the configuration asks for it: then no module of OpenTelemetry is loaded, and no timer runs. */
export function tellTerminal(ports: TellTerminalPorts): Telemetry | null {
  const { config, clock, randomBytes, log } = ports;
  if (config.telemetry === null) return null;
  return startTelemetry({
    endpoint: config.telemetry.endpoint,
    trusted: ports.authorities,
    service: { name: 'yizhan-terminal', version: ports.program, instance: config.terminal.id },
    intervalMs: config.telemetry.intervalSeconds * 1000,
    clock,
    randomBytes,
    onTrouble: (why) => {
      if (why === null) log({ level: 'info', event: 'telemetry.told-again' });
      else log({ level: 'warn', event: 'telemetry.not-told', detail: why });
    },
  });
}

import type { TerminalConfig } from '#config/schema.ts';
import { createForwarder, type Forwarder, type ForwarderPorts } from './forwarder.ts';
import { createParked, type Parked, type ParkedPorts } from './parked.ts';
import type { Outbox } from './outbox.ts';

export interface StartForwardingPorts
  extends
    Pick<ForwarderPorts, 'client' | 'clock' | 'random' | 'log' | 'onLine'>,
    Pick<ParkedPorts, 'store' | 'sealer' | 'audit' | 'catalogue'> {
  readonly config: TerminalConfig;
  readonly outbox: Outbox;
  /** What screens show of the rows has changed. */
  readonly onRowsChanged: () => void;
}

const DAY_MS = 86_400_000;

/** What brings the outbox to the platform, and what staff do with rows that it will not have. */
export function startForwarding(ports: StartForwardingPorts): { forwarder: Forwarder; parked: Parked } {
  const { config, onRowsChanged } = ports;
  const forwarder = createForwarder({
    ...ports,
    backoff: {
      baseMs: config.forwarding.backoffBaseSeconds * 1000,
      capMs: config.forwarding.backoffCapSeconds * 1000,
    },
    concurrency: config.forwarding.concurrency,
    // A look-up, a submission and another look-up, each with its own time limit, and room to write the result.
    leaseMs: config.platform.timeoutSeconds * 3000 + 10_000,
    onChange: onRowsChanged,
  });
  const parked = createParked({
    ...ports,
    timeZone: config.timeZone,
    payloadRetentionMs: config.retention.payloadDays * DAY_MS,
    onChange: () => {
      onRowsChanged();
      forwarder.kick();
    },
  });
  return { forwarder, parked };
}

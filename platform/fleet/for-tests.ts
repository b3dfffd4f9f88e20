import type { Heartbeat } from '#contract/fleet.ts';

/** For tests only: the heartbeat of a terminal that lacks nothing. */
export function heartbeat(nowMs: number, more: Partial<Heartbeat> = {}): Heartbeat {
  return {
    at: new Date(nowMs).toISOString(),
    everySeconds: 60,
    oldestUnsentSeconds: null,
    outbox: { pending: 0, sending: 0, waiting: 0, rejected: 0, conflict: 0 },
    troubles: [],
    versions: { program: '1.0.0', schema: '24', catalogue: 'c1', config: 'k1' },
    diskFreeMiB: 20_000,
    diskReserveMiB: 500,
    clockSkewMs: 0,
    uptimeSeconds: 86_400,
    crashes24h: 0,
    mode: 'in-service',
    queue: 'hub',
    certificateUntil: null,
    refused: [],
    ...more,
  };
}

import type { SealingSuiteId } from '#config/schema.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import { identityFile } from './identity-file.ts';
import { createIdentity, type Identity, type IdentityCalls, type IdentityPorts } from './identity.ts';
import { createFleetPin, type FleetPin } from './fleet-pin.ts';
import { createKeyHolder, type KeyHolder } from './key-holder.ts';
import { createPlatformClock } from './platform-clock.ts';
import { createSignedCalls, type SignedCalls } from './signed-calls.ts';

export interface PlatformIdentityPorts {
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  readonly suite: SealingSuiteId;
  readonly terminal: { readonly id: string; readonly region: string; readonly station: string };
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
}

export interface PlatformIdentity {
  readonly keys: KeyHolder;
  /** By which orders of the platform are verified. */
  readonly fleetPin: FleetPin;
  /** For the platform's client. */
  readonly signing: SignedCalls;
  /** The service, once the client is there: it signs by us, and we enrol by it. */
  connect(calls: IdentityCalls, events: Pick<IdentityPorts, 'onEvent' | 'onEnrolled'>): Identity;
}

/** The parts of the identity, put together: for the terminal, and for `npm run enrol` beside it. */
export function platformIdentity(ports: PlatformIdentityPorts): PlatformIdentity {
  const { terminal, clock, log, randomBytes } = ports;
  const owner = { terminalId: terminal.id, stationId: terminal.region + terminal.station };
  const keys = createKeyHolder({ file: identityFile(ports), ...owner });
  const platformClock = createPlatformClock(clock, log);
  const fleetPin = createFleetPin(ports.dataDir);
  let identity: Identity | null = null;
  const signing = createSignedCalls({
    keys,
    platformClock,
    randomBytes,
    onVerdict: (verdict) => identity?.saw(verdict),
  });
  return {
    keys,
    fleetPin,
    signing,
    connect: (calls, events) => {
      identity = createIdentity({
        keys,
        calls,
        platformClock,
        log,
        onFleetKey: fleetPin.pin,
        ...owner,
        ...events,
      });
      return identity;
    },
  };
}

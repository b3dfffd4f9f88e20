import { createHmac } from 'node:crypto';
import type { Person } from '#contract/access.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { permitEnds, readPermitCode, type Permit, type ReadPermit } from '#contract/permit.ts';
import type { Clock } from '#contract/ports.ts';
import { err, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import type { AccessCalls } from '../outbox/access-calls.ts';
import type { Store } from '../store/store.ts';
import type { WrongPins } from './wrong-pins.ts';

/** Somebody who came in by a code of the platform, until its hours are over. */
export interface PermitHolder {
  readonly person: Person;
  readonly endsAtMs: number;
}

/** Codes that the platform gave to somebody for some hours at this terminal (contract/permit.ts); they work without the line. */
export interface Permits {
  /**
   * Faults: `access.permit-wrong`, `access.locked`; of a code of this terminal `access.permit-early`, `access.permit-over`,
   * `access.permit-clock`, `access.permit-revoked`.
   */
  check(typed: string, at: string): Result<PermitHolder, Fault>;
  /** Tells the platform the common secret, and hears which codes are good no more. To be called now and then while the line is there. */
  share(client: Pick<AccessCalls, 'sharePermitKey'>): Promise<void>;
}

export interface PermitsPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly wrongPins: WrongPins;
  /** Null: this terminal shares no secret with any platform. */
  readonly permits: PermitSource | null;
  /** Inside a transaction: whoever is signed in by it is not any more. */
  readonly endSessionsOf: (staffId: string, why: 'permit-revoked') => void;
}

export interface PermitSource {
  readonly terminalId: string;
  /** 32 bytes, another with each key by which the platform knows this terminal; null: it is not enrolled. */
  readonly secret: () => Uint8Array | null;
}

/** A digit more or less, a blank: what is typed at a kiosk in a hurry. */
const COUNTED = 'permit';

const faults = {
  wrong: 'access.permit-wrong',
  early: 'access.permit-early',
  over: 'access.permit-over',
  clock: 'access.permit-clock',
} as const satisfies Record<Exclude<ReadPermit['kind'], 'good'>, FaultCode>;

/** As sessions and the audit name whoever came in by it. */
export function permitAccount({ serial }: Pick<Permit, 'serial'>): string {
  return `permit-${serial}`;
}

export function createPermits(ports: PermitsPorts): Permits {
  const { store, audit, clock, wrongPins, permits: source } = ports;

  function read(typed: string): ReadPermit {
    const secret = source?.secret() ?? null;
    if (source === null || secret === null) return { kind: 'wrong' };
    const mac = (text: string) => createHmac('sha256', secret).update(text).digest();
    return readPermitCode(typed, source.terminalId, clock.now(), mac);
  }

  /** Inside a transaction. */
  function write(
    event: 'access.permit-used' | 'access.permit-refused',
    subject: string,
    disposition: string,
    at: string,
  ): void {
    audit.write({ event, actor: 'staff', subject, disposition, detail: at });
  }

  /** Only what could have been guessed counts: of a code of this terminal the time is told, whoever types it. */
  function refuseWrong(at: string): Result<never, Fault> {
    const locks = store.transaction(() => {
      const isLocked = countedAt(at)
        .map((what) => wrongPins.count(what))
        .includes(true);
      write('access.permit-refused', COUNTED, isLocked ? 'wrong-and-locked' : 'wrong', at);
      return isLocked;
    });
    if (!locks.ok) return locks;
    return err(fault(locks.value ? 'access.locked' : 'access.permit-wrong'));
  }

  function refuse(
    permit: Permit,
    why: 'early' | 'over' | 'clock' | 'revoked',
    at: string,
  ): Result<never, Fault> {
    const noted = store.transaction(() => {
      write('access.permit-refused', permitAccount(permit), why, at);
    });
    if (!noted.ok) return noted;
    return err(fault(why === 'revoked' ? 'access.permit-revoked' : faults[why]));
  }

  function isRevoked({ startHour, serial }: Permit): boolean {
    return (
      store
        .sql('SELECT 1 FROM access_permit WHERE start_hour = ? AND serial = ? AND revoked_at_ms IS NOT NULL')
        .get(startHour, serial) !== undefined
    );
  }

  function check(typed: string, at: string): Result<PermitHolder, Fault> {
    if (countedAt(at).some(wrongPins.isLocked)) return err(fault('access.locked'));
    const found = read(typed);
    if (found.kind === 'wrong') return refuseWrong(at);
    const { permit } = found;
    if (found.kind !== 'good') return refuse(permit, found.kind, at);
    if (isRevoked(permit)) return refuse(permit, 'revoked', at);
    const person: Person = { staffId: permitAccount(permit), role: permit.role };
    const used = store.transaction(() => {
      for (const what of countedAt(at)) wrongPins.forget(what);
      store
        .sql(
          `INSERT INTO access_permit (start_hour, serial, used_at_ms) VALUES (?, ?, ?)
           ON CONFLICT (start_hour, serial) DO UPDATE SET used_at_ms = excluded.used_at_ms`,
        )
        .run(permit.startHour, permit.serial, clock.now());
      write('access.permit-used', person.staffId, permit.role, at);
      return { person, endsAtMs: permitEnds(permit) };
    });
    return used;
  }

  return {
    check,
    share: async (client) => {
      const secret = source?.secret() ?? null;
      if (secret === null) return;
      const answer = await client.sharePermitKey(Buffer.from(secret).toString('base64url'));
      if (!answer.ok) return;
      const noted = store.transaction(() => {
        for (const { startHour, serial } of answer.value.revoked) {
          const { changes } = store
            .sql(
              `INSERT INTO access_permit (start_hour, serial, revoked_at_ms) VALUES (?, ?, ?)
               ON CONFLICT (start_hour, serial) DO UPDATE SET revoked_at_ms = excluded.revoked_at_ms
               WHERE revoked_at_ms IS NULL`,
            )
            .run(startHour, serial, clock.now());
          if (Number(changes) > 0) ports.endSessionsOf(permitAccount({ serial }), 'permit-revoked');
        }
      });
      if (!noted.ok) ports.log({ level: 'error', event: 'permits.not-noted', code: noted.fault.code });
    },
  };
}

/** Wrong codes at a screen lock nobody's PIN elsewhere. */
function countedAt(at: string): readonly string[] {
  return [`${COUNTED} at ${at}`, `browser ${at}`];
}

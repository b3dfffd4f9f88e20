import { parseEnrolmentCode } from '#contract/enrolment-code.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Enrolled, EnrolmentRequest, PublicKey } from '#contract/terminal-identity.ts';
import type { Log } from '../log.ts';
import type { DeviceKey } from './device-key.ts';
import { keyIdOf } from './key-id.ts';
import type { KeyHolder } from './key-holder.ts';
import type { PlatformClock } from './platform-clock.ts';

/** What identity asks of the platform; the platform's client answers it. */
export interface IdentityCalls {
  /** Signed by the key that it carries. */
  enrol(request: EnrolmentRequest, key: DeviceKey): Promise<Result<Enrolled, Fault>>;
  /** Signed by both, the old key first. */
  changeKey(publicKey: PublicKey, keys: readonly DeviceKey[]): Promise<Result<Enrolled, Fault>>;
  /** Any call of the terminal's: settles which of two keys the platform goes by. */
  listItems(): Promise<Result<unknown, Fault>>;
}

export type IdentityState = 'not-enrolled' | 'key-unreadable' | 'enrolled' | 'unknown' | 'revoked';

/** Who this terminal is to the platform. */
export interface Identity {
  state(): IdentityState;
  /** The platform's clock before ours, in milliseconds. */
  clockSkewMs(): number;
  /**
   * Makes this terminal known with a code that a person typed. Faults: `enrolment.*`, `store.failed`, those of the
   * line. After a lost answer the same code works again.
   */
  enrol(typedCode: string): Promise<Result<Enrolled, Fault>>;
  /** A new key takes over; whenever it breaks off, one of the two keys is good, and the next call finds out which. */
  rotate(): Promise<Result<null, Fault>>;
  /** What the platform said of our own key. */
  saw(verdict: 'accepted' | 'unknown' | 'revoked'): void;
}

export interface IdentityPorts {
  readonly keys: KeyHolder;
  readonly calls: IdentityCalls;
  readonly platformClock: PlatformClock;
  readonly terminalId: string;
  readonly stationId: string;
  readonly log: Log;
  /** For the audit; `disposition` is `success` or the code of the fault, `detail` of a key that was pinned its name. */
  readonly onEvent: (
    event: 'identity.enrolled' | 'identity.key-changed' | 'fleet.key-pinned',
    disposition: string,
    detail: string | null,
  ) => void;
  /** The key by which orders are signed came with the enrolment, and takes the place of any other. Fault: `store.failed`. */
  readonly onFleetKey: (key: PublicKey) => Result<null, Fault>;
  /** The platform takes us from now on. */
  readonly onEnrolled: () => void;
}

/** A fresh key is tried once when the first one turns out to be another terminal's: the disk was copied. */
const KEYS_TRIED = 2;

export function createIdentity(ports: IdentityPorts): Identity {
  const { keys, calls, platformClock, terminalId, stationId, log } = ports;
  let refusedAs: 'unknown' | 'revoked' | null = null;

  async function announce(code: string): Promise<Result<Enrolled, Fault>> {
    for (let tried = 1; ; tried += 1) {
      const key = keys.prepare('enrolment');
      if (!key.ok) return key;
      const { publicKey, keyId } = key.value;
      const answer = await calls.enrol({ terminalId, stationId, publicKey, code }, key.value);
      if (answer.ok) {
        if (answer.value.keyId !== keyId || answer.value.terminalId !== terminalId)
          return err(fault('platform.nonsense', 'the answer enrols somebody else'));
        // Before the key is: what is asked for again brings it again.
        const { fleetKey } = answer.value;
        const pinned = fleetKey === undefined ? ok(null) : pin(fleetKey);
        const kept = pinned.ok ? keys.promote() : pinned;
        return kept.ok ? answer : kept;
      }
      if (answer.fault.code !== 'enrolment.key-in-use') return answer;
      const dropped = keys.drop();
      if (!dropped.ok) return dropped;
      if (tried === KEYS_TRIED) return answer;
    }
  }

  function pin(fleetKey: PublicKey): Result<null, Fault> {
    const pinned = ports.onFleetKey(fleetKey);
    ports.onEvent('fleet.key-pinned', pinned.ok ? 'success' : pinned.fault.code, keyIdOf(fleetKey));
    return pinned;
  }

  async function changeKey(): Promise<Result<null, Fault>> {
    const old = keys.current();
    if (!old.ok) return old;
    const next = keys.prepare('rotation');
    if (!next.ok) return next;
    const answer = await calls.changeKey(next.value.publicKey, [old.value, next.value]);
    if (answer.ok) {
      return answer.value.keyId === next.value.keyId
        ? keys.promote()
        : err(fault('platform.nonsense', 'the answer names another key'));
    }
    if (answer.fault.code === 'enrolment.key-in-use') {
      const dropped = keys.drop();
      return dropped.ok ? answer : dropped;
    }
    // The platform has changed it already, and its answer was lost: a call by the new key shows it.
    if (answer.fault.code === 'platform.terminal-unknown') await calls.listItems();
    const current = keys.current();
    return current.ok && current.value.keyId === next.value.keyId ? ok(null) : answer;
  }

  return {
    state: () => {
      const current = keys.current();
      if (!current.ok)
        return current.fault.code === 'identity.key-unreadable' ? 'key-unreadable' : 'not-enrolled';
      return refusedAs ?? 'enrolled';
    },
    clockSkewMs: () => platformClock.skewMs(),
    enrol: async (typedCode) => {
      const code = parseEnrolmentCode(typedCode);
      if (code === null) return err(fault('enrolment.code-malformed'));
      const enrolled = await announce(code);
      const disposition = enrolled.ok ? 'success' : enrolled.fault.code;
      log({ level: enrolled.ok ? 'info' : 'warn', event: 'identity.enrolled', code: disposition });
      ports.onEvent('identity.enrolled', disposition, null);
      if (enrolled.ok) {
        refusedAs = null;
        ports.onEnrolled();
      }
      return enrolled;
    },
    rotate: async () => {
      const changed = await changeKey();
      const disposition = changed.ok ? 'success' : changed.fault.code;
      log({ level: changed.ok ? 'info' : 'warn', event: 'identity.key-changed', code: disposition });
      ports.onEvent('identity.key-changed', disposition, null);
      return changed;
    },
    saw: (verdict) => {
      const before = refusedAs;
      refusedAs = verdict === 'accepted' ? null : verdict;
      if (refusedAs !== null && refusedAs !== before)
        log({ level: 'error', event: 'identity.refused', code: `platform.terminal-${refusedAs}` });
    },
  };
}

import type { Fault } from '#contract/fault.ts';
import type { RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { DeviceKey } from './device-key.ts';
import type { KeyHolder } from './key-holder.ts';
import type { PlatformClock } from './platform-clock.ts';
import { identityRefusal, platformTime, type AnswerHead } from './refusals.ts';
import { signRequest, type UnsignedRequest } from './sign-request.ts';

/** Sends the request with these headers, once. */
export type Transmit<A> = (headers: Record<string, string>) => Promise<Result<A, Fault>>;

/** Requests that say who we are. An answer that refuses us is an answer; refusals.ts reads it. */
export interface SignedCalls {
  /** By the key that the platform accepted. Faults besides the line's: `identity.not-enrolled`, `identity.key-unreadable`. */
  asTerminal<A extends AnswerHead>(
    request: UnsignedRequest,
    transmit: Transmit<A>,
  ): Promise<Result<A, Fault>>;
  by<A extends AnswerHead>(
    keys: readonly DeviceKey[],
    request: UnsignedRequest,
    transmit: Transmit<A>,
  ): Promise<Result<A, Fault>>;
}

export interface SignedCallsPorts {
  readonly keys: KeyHolder;
  readonly platformClock: PlatformClock;
  readonly randomBytes: RandomBytes;
  /** Whether the platform let the terminal's own key in. */
  readonly onVerdict: (verdict: 'accepted' | 'unknown' | 'revoked') => void;
}

export function createSignedCalls({
  keys,
  platformClock,
  randomBytes,
  onVerdict,
}: SignedCallsPorts): SignedCalls {
  /** A refused clock is corrected and the request signed anew, once: a platform that lies about time gets no loop. */
  async function by<A extends AnswerHead>(
    signers: readonly DeviceKey[],
    request: UnsignedRequest,
    transmit: Transmit<A>,
  ): Promise<Result<A, Fault>> {
    const send = async () =>
      transmit(await signRequest(request, signers, platformClock.nowMs(), randomBytes));
    const answer = await send();
    if (!answer.ok || identityRefusal(answer.value) !== 'CLOCK_SKEW') return answer;
    const time = platformTime(answer.value);
    return time !== null && platformClock.learn(time) ? send() : answer;
  }

  async function asTerminal<A extends AnswerHead>(
    request: UnsignedRequest,
    transmit: Transmit<A>,
  ): Promise<Result<A, Fault>> {
    let key = keys.current();
    if (!key.ok && keys.reload()) key = keys.current();
    if (!key.ok) return key;
    const answer = await by([key.value], request, transmit);
    if (!answer.ok) return answer;
    const refusal = identityRefusal(answer.value);
    if (refusal !== 'TERMINAL_UNKNOWN' && refusal !== 'TERMINAL_REVOKED') {
      if (refusal === null) onVerdict('accepted');
      return answer;
    }
    const other = otherKey(key.value);
    if (other !== null) {
      const second = await by([other], request, transmit);
      if (!second.ok) return second;
      if (identityRefusal(second.value) === null) {
        if (keys.pending()?.key.keyId === other.keyId) keys.promote();
        onVerdict('accepted');
        return second;
      }
    }
    onVerdict(refusal === 'TERMINAL_UNKNOWN' ? 'unknown' : 'revoked');
    return answer;
  }

  /**
   * Another key that may be the one by now: another process has enrolled us, or the answer to our change of key was
   * lost.
   */
  function otherKey(refused: DeviceKey): DeviceKey | null {
    keys.reload();
    const current = keys.current();
    if (current.ok && current.value.keyId !== refused.keyId) return current.value;
    const pending = keys.pending();
    return pending?.purpose === 'rotation' ? pending.key : null;
  }

  return { by, asTerminal };
}

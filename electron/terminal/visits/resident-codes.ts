import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import type { ResolvedCode } from '#contract/resident-code.ts';
import { err, type Result } from '#contract/result.ts';
import type { PlatformLine } from '../health/platform-line.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import { isLineFault } from '../outbox/platform-transport.ts';

/** Asks the platform whose a code is. The code lives in this one question and is neither kept nor logged. */
export interface ResidentCodes {
  /**
   * Aborting gives the question up; its answer is dropped, and a code that the platform took is used up.
   * Faults: code.needs-line, code.unknown, code.expired, code.used, code.not-supported, code.not-resolved.
   */
  resolve(token: string, applicationId: string, signal: AbortSignal): Promise<Result<ResolvedCode, Fault>>;
  /** When no question is open any more. */
  idle(): Promise<void>;
}

/** `dropped`: whoever showed it was gone before the answer came. */
export type CodeDisposition = 'success' | 'dropped' | FaultCode;

export interface ResidentCodesPorts {
  readonly client: Pick<PlatformClient, 'resolveCode'>;
  readonly line: Pick<PlatformLine, 'state' | 'saw'>;
  readonly log: Log;
  /** Writes the audit row of a code for which the platform was asked. */
  readonly onAsked: (applicationId: string, disposition: CodeDisposition) => Result<null, Fault>;
}

export function createResidentCodes(ports: ResidentCodesPorts): ResidentCodes {
  const { client, line, log } = ports;
  const open = new Set<Promise<unknown>>();

  async function ask(
    token: string,
    applicationId: string,
    signal: AbortSignal,
  ): Promise<Result<ResolvedCode, Fault>> {
    const answer = await client.resolveCode(token, signal);
    if (signal.aborted) {
      end(applicationId, 'dropped');
      return err(fault('code.not-resolved', 'given up'));
    }
    if (answer.ok) {
      line.saw('online');
      end(applicationId, 'success');
      return answer;
    }
    if (answer.fault.code.startsWith('code.')) line.saw('online');
    if (isLineFault(answer.fault.code)) line.saw('offline');
    const refused = refusal(answer.fault);
    log({ level: 'warn', event: 'code.refused', code: refused.code, detail: answer.fault.code });
    end(applicationId, refused.code);
    return err(refused);
  }

  function end(applicationId: string, disposition: CodeDisposition): void {
    const written = ports.onAsked(applicationId, disposition);
    if (!written.ok) log({ level: 'error', event: 'code.not-audited', code: written.fault.code });
  }

  return {
    resolve: async (token, applicationId, signal) => {
      // Not even tried: a code must not wait on a line that may come back when its owner has left.
      if (line.state() === 'offline') return err(fault('code.needs-line'));
      const asking = ask(token, applicationId, signal).finally(() => open.delete(asking));
      open.add(asking);
      return asking;
    },
    idle: async () => {
      await Promise.allSettled(open);
    },
  };
}

/** The platform's faults speak of applications that are kept; a code is not. */
function refusal(reason: Fault): Fault {
  if (reason.code.startsWith('code.')) return reason;
  return isLineFault(reason.code)
    ? fault('code.needs-line', reason.code)
    : fault('code.not-resolved', reason.code);
}

import { createHash } from 'node:crypto';
import { readFileSync, rmSync, statSync } from 'node:fs';
import type { FaultCode } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import type { Identity } from './identity.ts';
import type { KeyHolder } from './key-holder.ts';

export interface TendPorts {
  readonly identity: Identity;
  readonly keys: KeyHolder;
  /** Where somebody may put a code for a terminal that nobody attends; null: nowhere. */
  readonly codeFile: string | null;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly log: Log;
}

const MAX_CODE_FILE_BYTES = 1024;

/** The platform has looked at the code and will say the same tomorrow. */
const final: readonly FaultCode[] = [
  'enrolment.code-malformed',
  'enrolment.code-unknown',
  'enrolment.code-used',
  'enrolment.code-expired',
  'enrolment.already-enrolled',
];

/**
 * Looks now and then whether something about the identity was left undone: a change of key that broke off, or a code
 * that waits in its file while the platform does not take us. A code that worked is removed with its file; one that was
 * refused is not tried again until another one lies there.
 */
export function tendIdentity(ports: TendPorts): {
  readonly stop: () => void;
  readonly idle: () => Promise<void>;
} {
  const { identity, keys, codeFile, clock, log } = ports;
  let refusedCode: string | null = null;
  let cancel: () => void = () => undefined;
  let stopped = false;
  let underWay: Promise<void> = look();

  async function look(): Promise<void> {
    const state = identity.state();
    if (state === 'enrolled') {
      if (keys.pending()?.purpose === 'rotation') await identity.rotate();
    } else if (!keys.reload()) await enrolFromFile();
    if (stopped) return;
    cancel = clock.after(ports.everyMs, () => {
      underWay = look();
    });
  }

  async function enrolFromFile(): Promise<void> {
    const typed = codeFile === null ? null : readCode(codeFile);
    if (codeFile === null || typed === null) return;
    const hash = createHash('sha256').update(typed).digest('hex');
    if (hash === refusedCode) return;
    const enrolled = await identity.enrol(typed);
    if (!enrolled.ok) {
      if (final.includes(enrolled.fault.code)) refusedCode = hash;
      return;
    }
    try {
      rmSync(codeFile, { force: true });
    } catch {
      // It is spent, and nobody looks at it while the platform takes us.
      log({ level: 'warn', event: 'identity.code-file-stays' });
    }
  }

  return {
    stop: () => {
      stopped = true;
      cancel();
    },
    idle: () => underWay,
  };
}

/** Null when there is none to be read. */
function readCode(file: string): string | null {
  try {
    return statSync(file).size > MAX_CODE_FILE_BYTES ? null : readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

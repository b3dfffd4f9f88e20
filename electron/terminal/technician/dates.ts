import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TerminalConfig } from '#config/schema.ts';
import { fault } from '#contract/fault.ts';
import type { Dated, Tone } from '#contract/technician-view.ts';
import { identityFilePath } from '../identity/identity-file.ts';

const DAY_MS = 86_400_000;

/** All bounds of what is yellow and red, in days. */
export const dateBounds = {
  /** Before a certificate ends. The door's own is renewed thirty days before: one that is yellow could not be. */
  certificateSoon: 30,
  certificateLate: 7,
  /** Behind the day on which a data key should have been exchanged. */
  dataKeySoon: 7,
  dataKeyLate: 60,
  /** The device key is exchanged by a technician, once a year. */
  deviceKeySoon: 365,
  deviceKeyLate: 730,
} as const;

const MAX_FILE_BYTES = 262_144;

export interface DatesPorts {
  readonly config: Pick<TerminalConfig, 'lan' | 'hub' | 'platform' | 'sealing'>;
  readonly dataDir: string;
  readonly dataKeySinceMs: () => number;
}

/** When what this terminal is trusted by ends, and how old its keys are; by the files as they are now. */
export function datesAt(nowMs: number, ports: DatesPorts): Dated[] {
  const { config, dataDir } = ports;
  const { lan, hub, platform, sealing } = config;
  const ownFolder = join(dataDir, 'lan');
  return [
    ...(lan === null
      ? []
      : certificatesIn(
          'door-certificate',
          lan.certificate?.certFile ?? join(ownFolder, 'server.pem'),
          nowMs,
        )),
    ...(lan === null || lan.certificate !== null
      ? []
      : certificatesIn('door-authority', join(ownFolder, 'authority.pem'), nowMs)),
    ...(hub === null ? [] : certificatesIn('hub-authority', hub.authorityFile, nowMs)),
    ...(platform.caFile === undefined ? [] : certificatesIn('platform-authority', platform.caFile, nowMs)),
    aged('device-key', changedAtMs(identityFilePath(dataDir)), nowMs, {
      soon: dateBounds.deviceKeySoon,
      late: dateBounds.deviceKeyLate,
    }),
    aged('data-key', ports.dataKeySinceMs(), nowMs, {
      soon: sealing.rotateDays + dateBounds.dataKeySoon,
      late: sealing.rotateDays + dateBounds.dataKeyLate,
    }),
  ];
}

function certificatesIn(what: Dated['what'], file: string, nowMs: number): Dated[] {
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return [unreadable(what, file)];
    const pem = readFileSync(file, 'utf8');
    const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    // Of a chain the first is the server's own; what stands behind it is an authority's.
    const own = what === 'platform-authority' ? found.slice(0, 20) : found.slice(0, 1);
    return own.length === 0 ? [unreadable(what, file)] : own.map((one) => certificate(what, one, nowMs));
  } catch {
    return [unreadable(what, file)];
  }
}

function certificate(what: Dated['what'], pem: string, nowMs: number): Dated {
  const { subject, validFromDate, validToDate } = new X509Certificate(pem);
  const [sinceMs, untilMs] = [validFromDate.getTime(), validToDate.getTime()];
  const days = (untilMs - nowMs) / DAY_MS;
  const isEarly = sinceMs > nowMs;
  return {
    what,
    name: subject.replaceAll('\n', ', ').slice(0, 200),
    sinceMs: Math.max(0, sinceMs),
    untilMs,
    tone: isEarly ? 'late' : toneOf(-days, -dateBounds.certificateSoon, -dateBounds.certificateLate),
    fault: null,
  };
}

function aged(
  what: Dated['what'],
  sinceMs: number | null,
  nowMs: number,
  { soon, late }: { readonly soon: number; readonly late: number },
): Dated {
  const tone = sinceMs === null ? 'late' : toneOf((nowMs - sinceMs) / DAY_MS, soon, late);
  return { what, name: null, sinceMs, untilMs: null, tone, fault: null };
}

/** The higher, the worse. */
function toneOf(days: number, soon: number, late: number): Tone {
  if (days >= late) return 'late';
  return days >= soon ? 'soon' : 'good';
}

function unreadable(what: Dated['what'], file: string): Dated {
  const why = fault('technician.file-unreadable', file.slice(0, 200));
  return { what, name: null, sinceMs: null, untilMs: null, tone: 'late', fault: why };
}

/** Null: there is no such file. */
function changedAtMs(file: string): number | null {
  try {
    return Math.round(statSync(file).mtimeMs);
  } catch {
    return null;
  }
}

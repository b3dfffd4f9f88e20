import type { LanSettings } from '#config/schema.ts';
import { type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import type { Log } from '#terminal/log.ts';
import { openDoor, type Door, type DoorOptions } from './door.ts';
import { stationCertificate, type CertificatePorts, type StationCertificate } from './station-certificate.ts';

/** All intervals of the door, in milliseconds. */
export const keepDoorDelays = {
  /** Between two tries to open it: a port is free again, a certificate was put right. */
  tryAgainMs: 60_000,
  /** Between two looks at its certificate, which is renewed a month before it ends. */
  lookAtCertificateMs: 24 * 60 * 60_000,
} as const;

export interface KeptDoor {
  /** Null while it is not open. */
  state(): {
    readonly url: string;
    readonly fingerprint: string;
    readonly authorityFile: string | null;
  } | null;
  /** Why it is not; null while it is. */
  fault(): Fault | null;
  close(): Promise<void>;
}

export interface KeepDoorOptions extends Omit<DoorOptions, 'certificate' | 'settings'>, CertificatePorts {
  readonly settings: LanSettings;
  readonly log: Log;
}

/** A door that cannot be opened is no reason to send residents away: it is told, and tried again. Resolves behind the first try. */
export async function keepDoor(options: KeepDoorOptions): Promise<KeptDoor> {
  const { clock, log, settings } = options;
  let open: { readonly door: Door; certificate: StationCertificate } | null = null;
  let cancel: () => void = () => undefined;
  let fault: Fault | null = null;
  let isOver = false;

  function tell(why: Fault): void {
    fault = why;
    const { code, detail } = why;
    log({ level: 'error', event: 'lan.closed', code, ...(detail === undefined ? {} : { detail }) });
  }

  async function tend(): Promise<void> {
    const certificate = await stationCertificate(settings, options);
    if (!certificate.ok) tell(certificate.fault);
    else if (open === null) await start(certificate.value);
    else {
      open.door.useCertificate(certificate.value);
      open.certificate = certificate.value;
    }
    if (isOver) return;
    const delayMs = open === null ? keepDoorDelays.tryAgainMs : keepDoorDelays.lookAtCertificateMs;
    cancel = clock.after(delayMs, () => void tend());
  }

  async function start(certificate: StationCertificate): Promise<void> {
    const door: Result<Door, Fault> = await openDoor({ ...options, certificate });
    if (!door.ok) tell(door.fault);
    else if (isOver) await door.value.close();
    else {
      open = { door: door.value, certificate };
      log({ level: 'info', event: 'lan.open', detail: `${door.value.url} ${certificate.fingerprint}` });
    }
  }

  await tend();
  return {
    state: () => {
      if (open === null) return null;
      const { fingerprint, authorityFile } = open.certificate;
      return { url: open.door.url, fingerprint, authorityFile };
    },
    fault: () => (open === null ? fault : null),
    close: async () => {
      isOver = true;
      cancel();
      await open?.door.close();
    },
  };
}

import type { LanSettings } from '#config/schema.ts';
import { type Fault } from '#contract/fault.ts';
import { ok, type Result } from '#contract/result.ts';
import { openDoor, type Door, type DoorOptions } from './door.ts';
import { stationCertificate, type CertificatePorts, type StationCertificate } from './station-certificate.ts';

/** All intervals of the door, in milliseconds. */
export const keepDoorDelays = {
  /** Behind what went wrong, and behind each new certificate: a clock is put right minutes after a start. */
  tryAgainMs: 60_000,
  /** Between two looks at its certificate, which is renewed a month before it ends. A district's new one is found by it. */
  lookAtCertificateMs: 24 * 60 * 60_000,
} as const;

export interface KeptDoor {
  /** Null while it is not open. */
  state(): {
    readonly url: string;
    readonly fingerprint: string;
    readonly authorityFile: string | null;
  } | null;
  /** Why it is not, or why it goes on with a certificate that could not be renewed; null: nothing is wrong. */
  fault(): Fault | null;
  close(): Promise<void>;
}

export interface KeepDoorOptions extends Omit<DoorOptions, 'certificate' | 'settings'>, CertificatePorts {
  readonly settings: LanSettings;
}

/** A door that cannot be opened is no reason to send residents away: it is told, and tried again. Resolves behind the first try. */
export async function keepDoor(options: KeepDoorOptions): Promise<KeptDoor> {
  const { clock, log, settings } = options;
  let open: { readonly door: Door; certificate: StationCertificate } | null = null;
  let cancel: () => void = () => undefined;
  let fault: Fault | null = null;
  let isOver = false;

  function tell({ code, detail }: Fault): void {
    const event = open === null ? 'lan.closed' : 'lan.certificate-not-renewed';
    log({ level: 'error', event, code, ...(detail === undefined ? {} : { detail }) });
  }

  async function tend(): Promise<void> {
    const before = open?.certificate.cert;
    const certificate = await stationCertificate(settings, options);
    const done = certificate.ok ? await put(certificate.value) : certificate;
    fault = done.ok ? null : done.fault;
    if (fault !== null) tell(fault);
    if (isOver) return;
    const isAsBefore = fault === null && open?.certificate.cert === before;
    const delayMs = isAsBefore ? keepDoorDelays.lookAtCertificateMs : keepDoorDelays.tryAgainMs;
    cancel = clock.after(delayMs, () => void tend());
  }

  async function put(certificate: StationCertificate): Promise<Result<null, Fault>> {
    if (open !== null) {
      open.door.useCertificate(certificate);
      open.certificate = certificate;
      return ok(null);
    }
    const door: Result<Door, Fault> = await openDoor({ ...options, certificate });
    if (!door.ok) return door;
    if (isOver) await door.value.close();
    else {
      open = { door: door.value, certificate };
      fault = null;
      log({ level: 'info', event: 'lan.open', detail: `${door.value.url} ${certificate.fingerprint}` });
    }
    return ok(null);
  }

  await tend();
  return {
    state: () => {
      if (open === null) return null;
      const { fingerprint, authorityFile } = open.certificate;
      return { url: open.door.url, fingerprint, authorityFile };
    },
    fault: () => fault,
    close: async () => {
      isOver = true;
      cancel();
      await open?.door.close();
    },
  };
}

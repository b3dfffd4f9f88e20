import type { Attention, DeviceState } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { ByteChannel, OpenChannel } from '../channel/channel.ts';
import { Device, type DeviceDelays, type Identified, type Session } from './device.ts';

/** A session that can say who its device is and whether it is still there. */
export interface IdentifyingSession extends Session {
  identify(): Promise<Result<Identified>>;
  heartbeat(): Promise<Result<readonly Attention[]>>;
}

export interface DeviceDriverOptions {
  readonly clock: Clock;
  readonly open: OpenChannel;
  readonly onStatus: (status: DeviceState) => void;
}

/** What every driver does alike: the life of its device. What it makes of an open line is its own. */
export abstract class DeviceDriver<S extends IdentifyingSession> {
  protected readonly device: Device<S>;

  constructor(options: DeviceDriverOptions, delays: DeviceDelays) {
    this.device = new Device<S>({
      clock: options.clock,
      open: options.open,
      delays,
      onStatus: options.onStatus,
      protocol: {
        attach: (write) => this.attach(write),
        identify: (session) => this.identify(session),
        heartbeat: (session) => this.heartbeat(session),
      },
    });
  }

  get status(): DeviceState {
    return this.device.status;
  }

  start(): void {
    this.device.start();
  }

  /** Switched off by a technician: the port is free for other programs. */
  disable(): Promise<void> {
    return this.device.disable();
  }

  /** Idempotent. */
  close(): Promise<void> {
    return this.device.close();
  }

  protected abstract attach(write: ByteChannel['write']): S;

  protected identify(session: S): Promise<Result<Identified>> {
    return session.identify();
  }

  protected heartbeat(session: S): Promise<Result<readonly Attention[]>> {
    return session.heartbeat();
  }
}

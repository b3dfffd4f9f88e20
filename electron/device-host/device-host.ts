import { z } from 'zod';
import { toDeviceHostSchema, type FromDeviceHost, type ToDeviceHost } from '#contract/device-host.ts';
import type { DeviceSettings, DeviceState } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import type { SerialPorts } from '#drivers/channel/serial-ports.ts';
import type { RareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import type { Paper } from '#drivers/receipt-printer/session.ts';
import { BurnIns } from './burn-ins.ts';
import { DisplayLines } from './display-lines.ts';
import { buildDevice, type RunningDevice } from './kinds.ts';
import { closingDelays, watchClosing } from './ports/closing.ts';
import { Lines, type Line } from './ports/lines.ts';
import { Tracing } from './tracing.ts';

export interface DeviceHostOptions {
  readonly clock: Clock;
  /** Dots for characters that no printer has. */
  readonly rare: RareGlyphs;
  readonly serialPorts: SerialPorts;
  readonly send: (message: FromDeviceHost) => void;
  /** A line for the process's log: never a personal value. */
  readonly log: (line: string) => void;
  /** After `stop`: every port is free. */
  readonly onStopped: () => void;
  /** A port does not close, and nothing that is configured behind it would ever be: only a new process helps. */
  readonly onHung: () => void;
}

interface Entry {
  readonly settings: DeviceSettings;
  /** null when the settings make no device, and while a burn-in has its line. */
  device: RunningDevice | null;
  readonly line: Line | null;
  /** The way to it as it is traced. */
  readonly open: OpenChannel | null;
  /** By what it was last found again. */
  remembered: string | null;
  status: DeviceState;
}

/** Enough of a print message to answer it, when the rest of it does not parse. */
const printJobSchema = z.object({ type: z.literal('print'), jobId: z.string().max(64) });

/** A wrong setting does not heal by waiting: the next `configure` brings it up. */
const NO_RETRY_MS = 0;

/** Runs the configured devices and nothing else: messages in, messages out. */
export class DeviceHost {
  readonly #options: DeviceHostOptions;
  readonly #displayLines: DisplayLines;
  readonly #lines: Lines;
  readonly #tracing: Tracing;
  readonly #burnIns: BurnIns;
  readonly #entries = new Map<string, Entry>();
  /** Readers and scanners that a visit is waiting for, also over a change of their settings. */
  readonly #watched = new Set<string>();
  /** Of each printer, also over a change of its settings and a burn-in. */
  readonly #papers = new Map<string, Paper>();
  /** Configurations are applied one after the other: a port must be closed before it is opened anew. */
  #work: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(options: DeviceHostOptions) {
    this.#options = options;
    this.#displayLines = new DisplayLines(options.clock);
    this.#tracing = new Tracing(options.clock, options.send);
    this.#burnIns = new BurnIns({
      clock: options.clock,
      displayLines: this.#displayLines,
      tell: (device, figures, isOver) => options.send({ type: 'burn-in', device, figures, isOver }),
    });
    this.#lines = new Lines({
      clock: options.clock,
      serialPorts: watchClosing(options.serialPorts, options.clock, (path) => {
        options.log(`device host: ${path} did not close in ${closingDelays.withinMs} ms`);
        options.onHung();
      }),
      onUnknownPorts: (unknown) => options.send({ type: 'ports', unknown: [...unknown] }),
      log: options.log,
    });
  }

  /** The terminal asks for nothing before it has heard this. */
  hello(): void {
    this.#options.send({ type: 'hello' });
  }

  /** Takes what came over the process boundary, in any shape. */
  receive(raw: unknown): void {
    const parsed = toDeviceHostSchema.safeParse(raw);
    if (parsed.success) {
      this.#obey(parsed.data);
      return;
    }
    const places = parsed.error.issues.slice(0, 5).map((issue) => issue.path.join('.') || 'message');
    this.#options.log(`device host: a malformed message is ignored (${places.join(', ')})`);
    // Somebody waits for the end of a print job, whatever was wrong with it.
    const job = printJobSchema.safeParse(raw);
    if (job.success) {
      this.#ended(job.data.jobId, { end: 'failed', fault: fault('api.malformed', places.join(', ')) });
    }
  }

  /** Idempotent. */
  stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#work = this.#work.then(async () => {
        this.#lines.stop();
        this.#tracing.stop();
        this.#burnIns.stopAll();
        await Promise.all([...this.#entries.values()].map((entry) => entry.device?.life.close()));
        this.#entries.clear();
        this.#options.onStopped();
      });
    }
    return this.#work;
  }

  #obey(message: ToDeviceHost): void {
    switch (message.type) {
      case 'configure':
        this.#work = this.#work.then(() => this.#configure(message));
        return;
      case 'trace':
        this.#tracing.set(message.device, message.on);
        return;
      case 'burn-in':
        this.#work = this.#work.then(() => this.#burnIn(message));
        return;
      case 'watch-card':
        // Behind the configuration that may have named the device just now.
        this.#work = this.#work.then(() => this.#watch('id-card-reader', message.device, message.on));
        return;
      case 'watch-code':
        this.#work = this.#work.then(() => this.#watch('scanner', message.device, message.on));
        return;
      case 'show':
        void this.#work.then(() => this.#show(message));
        return;
      case 'print':
        void this.#work.then(() => this.#print(message));
        return;
      case 'ping':
        this.#options.send({ type: 'pong', nonce: message.nonce });
        return;
      case 'stop':
        void this.stop();
        return;
      default: {
        const never: never = message;
        return never;
      }
    }
  }

  /** Devices whose settings stay the same are not touched: a reader keeps reading. */
  async #configure({
    devices: wanted,
    remembered,
    unfinished,
  }: Extract<ToDeviceHost, { type: 'configure' }>): Promise<void> {
    if (this.#isStopping) return;
    for (const { id } of wanted) {
      // Of a printer that was here before, this host knows better.
      if (!this.#papers.has(id)) this.#papers.set(id, { isUnfinished: unfinished.includes(id) });
    }
    for (const [id, entry] of [...this.#entries]) {
      const same = wanted.some((settings) => JSON.stringify(settings) === JSON.stringify(entry.settings));
      if (same) continue;
      this.#entries.delete(id);
      this.#burnIns.stop(id);
      await entry.device?.life.close();
      entry.line?.leave();
    }
    for (const settings of wanted) {
      const known = this.#entries.get(settings.id);
      if (known === undefined) {
        const hint = remembered.find(({ device }) => device === settings.id);
        await this.#add(settings, hint?.identity ?? null);
      } else this.#report(known);
    }
  }

  async #add(settings: DeviceSettings, remembered: string | null): Promise<void> {
    const { id } = settings;
    let line: Line | null = null;
    let open: OpenChannel | null = null;
    const openWith = ({ rtscts }: { readonly rtscts: boolean }): Result<OpenChannel> => {
      const made = this.#lines.lineFor(settings, rtscts, {
        remembered,
        onRemember: (identity) => {
          const entry = this.#entries.get(id);
          if (entry) entry.remembered = identity;
          this.#options.send({ type: 'identified', device: id, identity });
        },
      });
      if (!made.ok) return made;
      line = made.value;
      open = this.#tracing.wrap(settings, line.open);
      return ok(open);
    };
    const onStatus = (status: DeviceState) => {
      const entry = this.#entries.get(settings.id);
      if (entry?.settings !== settings) return;
      entry.status = status;
      this.#report(entry);
    };
    const built = buildDevice(
      settings,
      {
        onStatus,
        onCard: (document) => this.#options.send({ type: 'card-read', device: settings.id, document }),
        onCardFault: (reason) =>
          this.#options.send({ type: 'card-fault', device: settings.id, fault: reason }),
        onCode: (code) =>
          this.#options.send({ type: 'code-scanned', device: settings.id, content: code.reveal() }),
        onCodeFault: (reason) =>
          this.#options.send({ type: 'code-fault', device: settings.id, fault: reason }),
      },
      {
        clock: this.#options.clock,
        openWith,
        displayLines: this.#displayLines,
        rare: this.#options.rare,
        paper: this.#papers.get(id) ?? { isUnfinished: false },
      },
    );
    if (!built.ok) {
      const status: DeviceState = { state: 'lost', fault: built.fault, retryInMs: NO_RETRY_MS };
      const entry = { settings, device: null, line, open, remembered, status };
      this.#entries.set(settings.id, entry);
      this.#report(entry);
      return;
    }
    const { status } = built.value.life;
    this.#entries.set(settings.id, { settings, device: built.value, line, open, remembered, status });
    if (!settings.enabled) {
      await built.value.life.disable();
      return;
    }
    built.value.life.start();
    if ('watch' in built.value && this.#watched.has(settings.id)) built.value.watch(true);
  }

  /** Whoever asks the device for work meanwhile hears that it is not ready; behind it the device begins anew. */
  async #burnIn({ device: id, on, lastsMs }: Extract<ToDeviceHost, { type: 'burn-in' }>): Promise<void> {
    if (!on) {
      this.#burnIns.stop(id);
      return;
    }
    const entry = this.#entries.get(id);
    if (!entry?.device || entry.open === null || this.#isStopping || this.#burnIns.isRunning(id)) return;
    await entry.device.life.close();
    entry.device = null;
    entry.status = { state: 'disabled' };
    this.#report(entry);
    const ended = this.#burnIns.begin(entry.settings, entry.open, lastsMs);
    void (ended ?? Promise.resolve()).then(() => {
      this.#work = this.#work.then(() => this.#takeUpAgain(entry));
    });
  }

  async #takeUpAgain(entry: Entry): Promise<void> {
    if (this.#isStopping || this.#entries.get(entry.settings.id) !== entry) return;
    this.#entries.delete(entry.settings.id);
    entry.line?.leave();
    await this.#add(entry.settings, entry.remembered);
  }

  #watch(kind: 'id-card-reader' | 'scanner', id: string, on: boolean): void {
    if (on) this.#watched.add(id);
    else this.#watched.delete(id);
    const device = this.#entries.get(id)?.device;
    if (device?.kind === kind) {
      device.watch(on);
      return;
    }
    const type = kind === 'scanner' ? 'code-fault' : 'card-fault';
    const reason = fault('device.not-ready', `no ${kind} is called ${id}`);
    if (on) this.#options.send({ type, device: id, fault: reason });
  }

  async #show(message: Extract<ToDeviceHost, { type: 'show' }>): Promise<void> {
    const { requestId } = message;
    const device = this.#entries.get(message.device)?.device;
    const shown =
      device?.kind === 'queue-display'
        ? await device.show(message.content)
        : err(fault('device.not-ready', `no queue display is called ${message.device}`));
    this.#options.send({ type: 'show-ended', requestId, fault: shown.ok ? null : shown.fault });
  }

  async #print(message: Extract<ToDeviceHost, { type: 'print' }>): Promise<void> {
    const device = this.#entries.get(message.device)?.device;
    if (device?.kind !== 'receipt-printer') {
      const reason = fault('device.not-ready', `no receipt printer is called ${message.device}`);
      this.#ended(message.jobId, { end: 'failed', fault: reason });
      return;
    }
    this.#ended(message.jobId, await device.print(message.document));
  }

  #ended(jobId: string, outcome: Extract<FromDeviceHost, { type: 'print-ended' }>['outcome']): void {
    this.#options.send({ type: 'print-ended', jobId, outcome });
  }

  #report(entry: Entry): void {
    const { id, kind } = entry.settings;
    this.#options.send({ type: 'device', device: { id, kind, status: entry.status } });
  }
}

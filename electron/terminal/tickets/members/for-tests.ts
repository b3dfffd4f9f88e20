import { createHash, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lanSettingsSchema } from '#config/schema.ts';
import type { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { hallAnswerSchema, hallRequestSchema } from '#contract/queue/hall-api.ts';
import { memberAnswerSchema, memberRequestSchema } from '#contract/queue/member-api.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { createAudit, type Audit } from '../../audit/audit.ts';
import { createHandedDrafts, type HandedDrafts } from '../../handed/handed-drafts.ts';
import { startHall, type Hall } from '../../hall/start-hall.ts';
import type { Log } from '../../log.ts';
import { openKeyRing } from '../../store/key-ring.ts';
import { openStore, type Store } from '../../store/store.ts';
import { systemRandomBytes } from '../../system-ports.ts';
import { settingsForTests, ticketIdOf } from '../for-tests.ts';
import { createNumberLedger } from '../number-ledger.ts';
import type { QueueDay } from '../queue-day.ts';
import type { DayBy, QueueSource } from '../queue-source.ts';
import { createStationClock } from '../station-clock.ts';
import { createStationDayRows } from '../station-day-rows.ts';
import type { QueueActor } from '../who.ts';
import { agreedOn } from './agreed.ts';
import { createHubSource } from './hub-source.ts';
import { createLinkRows } from './link-rows.ts';
import { createMemberSource } from './member-source.ts';
import type { HubLine } from './tell-predecessor.ts';
import { heirOf, takeOver } from './take-over.ts';
import { createTerms, roleOf } from './terms.ts';

/** What happens to a message on the line between two terminals. */
export type LineMode =
  | 'whole'
  /** The other end is not there: that is known at once. */
  | 'refused'
  /** Packets vanish, both ways. */
  | 'cut'
  /** The question arrives, and the answer vanishes. */
  | 'answers lost';

export const resident: QueueActor = { role: 'resident', account: null };
export const staff: QueueActor = { role: 'staff', account: 's01' };

/** The same at each start of a terminal. */
const MASTER_KEY = new Uint8Array(32).fill(7);
const timeZone = 'Asia/Shanghai';
const blocks = [
  { terminal: '01', from: 800, to: 899 },
  { terminal: '02', from: 900, to: 949 },
  { terminal: '03', from: 950, to: 999 },
];

/** What its terminals have the same of. */
export const agreedInStation = agreedOn(settingsForTests({ blocks }), timeZone);

/** One terminal of a station, in a folder of its own, on a machine whose clock may be wrong. */
export class TerminalInStation {
  readonly number: string;
  readonly dataDir = mkdtempSync(join(tmpdir(), 'yizhan-station-'));
  readonly slips: string[] = [];
  /** What its hall wrote into the technician's log. */
  readonly logged: string[] = [];
  #source: QueueSource | null = null;
  #store: Store | null = null;
  #hall: Hall | null = null;
  #drafts: HandedDrafts | null = null;
  /** The terminal whose address its configuration has as the hub's; null: itself. */
  hubIs: string | null;
  wrongByMs = 0;
  /** Its own date is known to be wrong. */
  isDateWrong = false;
  line: LineMode = 'whole';
  /** Connections of others that end with this terminal's process. */
  readonly connections = new Set<() => void>();
  readonly #station: StationUnderTest;

  constructor(station: StationUnderTest, number: string, hubIs: string | null) {
    this.#station = station;
    this.number = number;
    this.hubIs = hubIs;
  }

  get source(): QueueSource {
    if (this.#source === null) throw new Error(`terminal ${this.number} is off`);
    return this.#source;
  }

  get store(): Store {
    if (this.#store === null) throw new Error(`terminal ${this.number} is off`);
    return this.#store;
  }

  get inHall(): Hall {
    if (this.#hall === null) throw new Error(`terminal ${this.number} is off`);
    return this.#hall;
  }

  get drafts(): HandedDrafts {
    if (this.#drafts === null) throw new Error(`terminal ${this.number} is off`);
    return this.#drafts;
  }

  get isOn(): boolean {
    return this.#source !== null;
  }

  start(): void {
    const opened = openStore(this.dataDir);
    if (!opened.ok) throw new Error(opened.fault.code);
    this.#store = opened.value;
    const own = this.#machine();
    const store = opened.value;
    const terms = createTerms(store);
    const links = createLinkRows(store);
    const at = this.hubIs === null ? '' : `terminal-${this.hubIs}:8443`;
    const line = this.hubIs === null ? null : this.#lineTo(this.hubIs);
    const stationClock = createStationClock({
      clock: own,
      terminal: this.number,
      offsetMs: line === null ? null : links.read(at).offsetMs,
    });
    const common = {
      store,
      terms,
      stationClock,
      timeZone,
      links,
      dayRows: createStationDayRows(store, timeZone),
      clock: own,
      ledger: createNumberLedger(this.dataDir),
      audit: createAudit(store, own),
      settings: settingsForTests({ blocks }),
      closesAtMs: () => null,
      log: () => undefined,
      isDateWrong: () => this.isDateWrong,
      onEvents: () => undefined,
    };
    const hub =
      this.hubIs === null ? null : { host: `terminal-${this.hubIs}`, port: 8443, authorityFile: '' };
    const role = roleOf(hub, terms.read(), this.number);
    if (role.is === 'member' && line !== null) {
      this.#source = createMemberSource({
        ...common,
        line,
        hubAt: at,
        newTicketId: this.#station.newTicketId,
      });
    } else {
      const known = role.is === 'hub' ? role.known : terms.read();
      if (known === null) throw new Error('a hub that was replaced knows by whom');
      const made = createHubSource(
        { ...common, isReplaced: role.is === 'replaced', predecessor: line, door: null },
        known,
      );
      if (!made.ok) throw new Error(made.fault.code);
      this.#source = made.value;
    }
    this.#startHall(store, own, common.audit);
  }

  #machine(): Clock {
    const { clock } = this.#station;
    return {
      now: () => clock.now() + this.wrongByMs,
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs, callback) => clock.after(delayMs, callback),
    };
  }

  #startHall(store: Store, clock: Clock, audit: Audit): void {
    const { source } = this;
    const day = (): QueueDay => source.day();
    const ring = openKeyRing({
      store,
      masterKey: MASTER_KEY,
      suite: 'aes-256-gcm',
      randomBytes: systemRandomBytes,
      clock,
    });
    if (!ring.ok) throw new Error(ring.fault.code);
    const log: Log = ({ event, detail }) => this.logged.push([event, detail].join(' '));
    const ports = { store, audit, clock, log, own: this.number, day };
    const dayBy = (): DayBy => source.dayBy();
    const isDateWrong = (): boolean => this.isDateWrong;
    const drafts = createHandedDrafts({ ...ports, dayBy, isDateWrong, sealer: ring.value.sealer });
    drafts.sweep();
    this.#drafts = drafts;
    this.#hall = startHall({ ...ports, newUuid: randomUUID, queue: { source, day, drafts } });
  }

  /** As a kill does it: whatever it waited for it never hears. */
  async kill(): Promise<void> {
    const [source, store, hall] = [this.source, this.store, this.inHall];
    this.#source = null;
    this.#hall = null;
    this.#drafts = null;
    this.#store = null;
    for (const close of [...this.connections]) close();
    store.close();
    await hall.close().catch(() => undefined);
    await source.close().catch(() => undefined);
  }

  async restart(): Promise<void> {
    await this.kill();
    this.start();
    await this.#station.pass(100);
  }

  /** A copy of its folder as it is now. */
  copy(): string {
    const to = mkdtempSync(join(tmpdir(), 'yizhan-copy-'));
    cpSync(this.dataDir, to, { recursive: true });
    this.#station.folders.push(to);
    return to;
  }

  /** The database of a copy, under a terminal that is off; what lies beside it stays. */
  putBack(copy: string): void {
    for (const suffix of ['', '-wal', '-shm'])
      rmSync(join(this.dataDir, `terminal.db${suffix}`), { force: true });
    cpSync(copy, this.dataDir, {
      recursive: true,
      filter: (from) => from === copy || from.includes('terminal.db'),
    });
  }

  /** Made the hub by the technician, while it is off. */
  takeOver(): void {
    const opened = openStore(this.dataDir);
    if (!opened.ok) throw new Error(opened.fault.code);
    const heir = heirOf(
      opened.value,
      {
        hub: this.hubIs === null ? null : { host: `terminal-${this.hubIs}`, port: 8443, authorityFile: '' },
        lan: lanSettingsSchema.parse({ names: [`terminal-${this.number}`] }),
        terminal: { id: 'x', region: '999901', station: '001', number: this.number },
        timeZone,
      },
      this.#machine(),
    );
    const taken = heir.can ? takeOver(opened.value, this.#machine(), heir.next) : null;
    opened.value.close();
    if (!heir.can) throw new Error(heir.why);
    if (taken?.ok !== true) throw new Error('the store takes nothing');
  }

  async do(command: QueueCommand, by: QueueActor): Promise<Result<readonly QueueEvent[], Fault>> {
    const asked = this.source.do(command, by, (events) => {
      this.slips.push(...events.flatMap((event) => (event.type === 'taken' ? [event.ticket.number] : [])));
    });
    return this.#station.settled(asked);
  }

  /** The number of a new ticket, or the fault's code. */
  async take(line: string, ticketId = this.#station.newTicketId()): Promise<string> {
    const asked = await this.do(
      { verb: 'take', ticketId, line, slug: null, instead: null, ticketClass: 'ordinary' },
      resident,
    );
    if (!asked.ok) return asked.fault.code;
    const [event] = asked.value;
    return event?.type === 'taken' ? event.ticket.number : 'none';
  }

  /** Number and state of everybody, in the order of their places. */
  hall(): string[] {
    return [...this.source.day().tickets.values()]
      .sort((a, b) => a.arrived.atMs - b.arrived.atMs || a.arrived.counter - b.arrived.counter)
      .map(({ number, state }) => `${number} ${state.name}`);
  }

  audited(event: string): string[] {
    return this.store
      .sql('SELECT detail FROM audit WHERE event = ? ORDER BY sequence')
      .all(event)
      .map((row) => String(row['detail']));
  }

  #lineTo(number: string): HubLine {
    let isClosed = false;
    const ends = new Set<() => void>();
    const lost = (detail: string) => err(fault('queue.hub-lost', detail));
    /** `work`: at the other end, with what arrived. */
    const exchange = <T>(
      timeoutMs: number,
      signal: AbortSignal | null,
      work: (hub: TerminalInStation, signal: AbortSignal) => Promise<T>,
    ): Promise<Result<T, Fault>> => {
      const hub = this.#station.terminal(number);
      if (isClosed || this.line === 'refused' || !hub.isOn) return Promise.resolve(lost('refused'));
      return new Promise((resolve) => {
        const gone = new AbortController();
        const end = (answer: Result<T, Fault>): void => {
          cancel();
          ends.delete(close);
          hub.connections.delete(close);
          gone.abort();
          resolve(answer);
        };
        const close = (): void => {
          // On a line that is cut nobody hears that the other end has gone.
          if (this.line !== 'cut' || isClosed) end(lost('closed'));
        };
        const cancel = this.#station.clock.after(timeoutMs, () => {
          end(lost('no answer in time'));
        });
        signal?.addEventListener('abort', () => {
          end(lost('not wanted any more'));
        });
        ends.add(close);
        hub.connections.add(close);
        if (this.line === 'cut') return;
        const { source } = hub;
        void work(hub, gone.signal).then((answer) => {
          if (this.line !== 'whole') return;
          // Who is killed says nothing more.
          if (!hub.isOn || hub.source !== source) close();
          else end(ok(answer));
        });
      });
    };
    return {
      ask: (request, timeoutMs) =>
        exchange(timeoutMs, null, async ({ source }, signal) =>
          memberAnswerSchema.parse(
            onWire(await source.desk.answer(memberRequestSchema.parse(onWire(request)), signal)),
          ),
        ),
      askHall: (request, timeoutMs, signal) =>
        exchange(timeoutMs, signal, async ({ inHall }, gone) =>
          hallAnswerSchema.parse(
            onWire(await inHall.desk.answer(hallRequestSchema.parse(onWire(request)), gone)),
          ),
        ),
      close: () => {
        isClosed = true;
        for (const close of [...ends]) close();
      },
    };
  }
}

/** A hub and two members on one simulated clock, each with a store of its own. */
export class StationUnderTest {
  readonly clock: SimulatedClock;
  readonly folders: string[] = [];
  readonly #terminals: readonly TerminalInStation[];
  #tickets = 0;

  constructor(clock: SimulatedClock) {
    this.clock = clock;
    this.#terminals = [
      new TerminalInStation(this, '01', null),
      new TerminalInStation(this, '02', '01'),
      new TerminalInStation(this, '03', '01'),
    ];
  }

  readonly newTicketId = (): string => {
    this.#tickets += 1;
    return ticketIdOf(this.#tickets);
  };

  terminal(number: string): TerminalInStation {
    const found = this.#terminals.find((one) => one.number === number);
    if (!found) throw new Error(number);
    return found;
  }

  async start(): Promise<void> {
    for (const one of this.#terminals) one.start();
    await this.pass(100);
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  /** Lets the clock run until somebody has an answer. */
  async settled<T>(asked: Promise<T>): Promise<T> {
    let answer: { readonly value: T } | null = null;
    void asked.then((value) => {
      answer = { value };
    });
    for (let turns = 0; turns < 400; turns += 1) {
      await this.pass(answer === null ? 50 : 0);
      // Set in the callback above, which the compiler does not see.
      const heard = answer as { readonly value: T } | null;
      if (heard !== null) return heard.value;
    }
    throw new Error('nobody answered within 20 s');
  }

  async open(at: TerminalInStation, window: string): Promise<void> {
    const opened = await at.do({ verb: 'open-window', window, lines: ['A', 'B'], person: 's01' }, staff);
    if (!opened.ok) throw new Error(opened.fault.code);
  }

  /** Calls and serves everybody at one window of this terminal; their numbers, in that order. */
  async serveAll(at: TerminalInStation): Promise<string[]> {
    await this.open(at, '9');
    const served: string[] = [];
    for (;;) {
      await this.pass(5_000);
      const called = await at.do({ verb: 'next', window: '9' }, staff);
      if (!called.ok) return served;
      const event = called.value.find(({ type }) => type === 'called');
      const ticketId = event?.type === 'called' ? event.ticketId : '';
      served.push(at.source.day().tickets.get(ticketId)?.number ?? '');
      await at.do({ verb: 'finish', window: '9', ticketId }, staff);
    }
  }

  async close(): Promise<void> {
    for (const one of this.#terminals) {
      if (one.isOn) await one.kill();
      rmSync(one.dataDir, { recursive: true, force: true });
    }
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }
}

function onWire(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}

/** Of everything that a terminal has of the day; two that say the same have the same. */
export function logOf({ source }: TerminalInStation): string {
  const text = JSON.stringify(source.events(source.day().date));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

import { createHash } from 'node:crypto';
import type { Fault } from '#contract/fault.ts';
import {
  MAX_LOG_BYTES,
  orderSchema,
  outcomeSchema,
  type Order,
  type Outcome,
  type RefusedOrder,
  type SignedCommand,
} from '#contract/fleet.ts';
import { parcelKindOf } from '#contract/parcel.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { PublicKey } from '#contract/terminal-identity.ts';
import type { Audit } from '../audit/audit.ts';
import type { ServiceMode } from '../health/service-mode.ts';
import type { Store } from '../store/store.ts';
import type { LogBook } from '../technician/log-book.ts';
import { readCommand } from './read-command.ts';

/** A version of something that this terminal is to take. */
export type Take = Extract<Order, { kind: 'update' | 'fetch-config' }>;

export interface Wanted {
  readonly commandId: string;
  readonly order: Take;
}

/** Fetches and takes versions: of each kind one at a time, and the newest that was wanted. */
export interface Taking {
  /**
   * Begins, or goes on with, what was wanted, and gives up what of the same kind came before. `settle` says what came of it, at most once;
   * never, when that is for the program that comes after a restart.
   */
  begin(wanted: Wanted, settle: (code: string | null) => void): void;
}

export interface FollowPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  /** The platform's time. */
  readonly platformNowMs: () => number;
  readonly terminalId: string;
  readonly key: () => PublicKey | null;
  readonly serviceMode: Pick<ServiceMode, 'set'>;
  readonly logs: Pick<LogBook, 'newest' | 'log'>;
  /** When nobody stands there; `done` is told to the platform by the program that comes. */
  readonly restartWhenIdle: () => void;
  /** Null: nobody takes any here. */
  readonly taking: Taking | null;
}

export interface ToTell {
  readonly commandId: string;
  readonly outcome: Outcome;
}

/** What the platform orders, each order once, over restarts. */
export interface Orders {
  /** Faults: those of the store; nothing was done then, and the order comes again. */
  follow(command: SignedCommand): Result<null, Fault>;
  /** What came of orders, and was not told yet, the oldest first. */
  toTell(): ToTell[];
  /** Faults: those of the store; it is told again then. */
  told(commandId: string): Result<null, Fault>;
  /** Orders that were not followed, and of which the platform does not know yet. */
  refused(): readonly RefusedOrder[];
  /** What came beside orders, and is followed no more than one that does not verify. Faults: those of the store. */
  refuse(statement: string, why: RefusedOrder['why']): Result<null, Fault>;
  refusedTold(told: readonly RefusedOrder[]): void;
}

const MOST_REFUSED = 20;
const MOST_TO_TELL = 20;
/** Of those that were refused, by statement and why: the same comes with every answer until it expires. */
const MOST_REMEMBERED = 200;
/** Longer than an order of a person is good for; one of a release has its version by which it is known. */
const KEPT_MS = 200 * 86_400_000;

export function createOrders(ports: FollowPorts): Orders {
  const { store, audit, clock, logs } = ports;
  let refusals: RefusedOrder[] = [];
  const remembered = new Set<string>();
  const at = (): string => new Date(clock.now()).toISOString();
  const done = (log: string | null = null): Outcome => ({ result: 'done', code: null, at: at(), log });
  /** `code`: as contract/fleet.ts has codes; a fault's, or one of a newer updater. */
  const failed = (code: string): Outcome => ({ result: 'failed', code, at: at(), log: null });

  function write(
    event: 'fleet.ordered' | 'fleet.settled' | 'fleet.refused',
    subject: string | null,
    disposition: string,
    detail: string | null,
  ): void {
    audit.write({ event, actor: 'platform', subject, disposition, detail });
  }

  /**
   * What was begun by a program that is no more: a restart is done by that, a version that was wanted is still wanted, anything else is
   * nobody's to do again.
   */
  function settleInterrupted(): void {
    const wanted = stillWanted();
    store.transaction(() => {
      const rows = store.sql('SELECT command_id, kind FROM fleet_order WHERE outcome IS NULL').all();
      for (const row of rows) {
        const commandId = String(row['command_id']);
        if (wanted.some((each) => each.commandId === commandId)) continue;
        keep(commandId, row['kind'] === 'restart' ? done() : failed('fleet.interrupted'));
      }
      store.sql('DELETE FROM fleet_order WHERE taken_at_ms < ? AND is_told = 1').run(clock.now() - KEPT_MS);
    });
    for (const each of wanted) begin(each);
  }

  /** One of a kind at most: a newer one has settled those before it. */
  function stillWanted(): Wanted[] {
    if (ports.taking === null) return [];
    return store
      .sql('SELECT command_id, wanted FROM fleet_order WHERE outcome IS NULL AND wanted IS NOT NULL')
      .all()
      .flatMap((row) => {
        const order = orderSchema.safeParse(JSON.parse(String(row['wanted'])));
        return order.success && isTake(order.data)
          ? [{ commandId: String(row['command_id']), order: order.data }]
          : [];
      });
  }

  function begin(wanted: Wanted): void {
    const { commandId } = wanted;
    ports.taking?.begin(wanted, (code) => {
      const settled = store.transaction(() => {
        keep(commandId, code === null ? done() : failed(code));
        return null;
      });
      // Open in the store: the program that comes goes on with it.
      if (!settled.ok) logs.log({ level: 'error', event: 'fleet.not-noted', code: settled.fault.code });
    });
  }

  /** Inside a transaction. Of two versions that are wanted the newer one is. */
  function replaceWanted(wanted: Take): void {
    for (const before of stillWanted())
      if (parcelKindOf(before.order) === parcelKindOf(wanted))
        keep(before.commandId, failed('parcel.replaced'));
  }

  /** Inside a transaction. */
  function keep(commandId: string, outcome: Outcome): void {
    const { changes } = store
      .sql('UPDATE fleet_order SET outcome = ? WHERE command_id = ? AND outcome IS NULL')
      .run(JSON.stringify(outcome), commandId);
    if (changes > 0) write('fleet.settled', commandId, outcome.result, outcome.code);
  }

  /** Audited and told once for as long as the program runs. */
  function refuse(
    statement: string,
    commandId: string | null,
    why: RefusedOrder['why'],
  ): Result<null, Fault> {
    const which = createHash('sha256').update(`${why} ${statement}`).digest('base64');
    if (remembered.has(which)) return ok(null);
    refusals = [...refusals, { commandId, why, at: at() }].slice(-MOST_REFUSED);
    const written = store.transaction(() => {
      write('fleet.refused', commandId, why, null);
      return null;
    });
    // What is not audited yet is refused aloud again.
    if (written.ok) remember(which);
    return written;
  }

  function remember(which: string): void {
    remembered.add(which);
    const [oldest] = remembered;
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  /** Of a verified order that cannot be followed: the platform keeps it with the order. */
  function settleRefused(commandId: string, why: RefusedOrder['why']): Result<null, Fault> {
    return store.transaction(() => {
      store
        .sql('INSERT INTO fleet_order (command_id, kind, taken_at_ms, outcome) VALUES (?, ?, ?, ?)')
        .run(
          commandId,
          'refused',
          clock.now(),
          JSON.stringify({ result: 'refused', code: why, at: at(), log: null }),
        );
      write('fleet.refused', commandId, why, null);
      return null;
    });
  }

  /** Null: it is told later what came of it. */
  function carryOut(order: Order, commandId: string): Outcome | null {
    switch (order.kind) {
      case 'restart':
        ports.restartWhenIdle();
        return null;
      case 'service-mode': {
        const set = ports.serviceMode.set(order.on, { actor: 'platform', id: commandId });
        return set.ok ? done() : failed(set.fault.code);
      }
      case 'log-export':
        return done(logs.newest({ lines: order.lines, bytes: MAX_LOG_BYTES }));
      case 'fetch-config':
      case 'update': {
        if (ports.taking === null) return failed('fleet.not-here');
        begin({ commandId, order });
        return null;
      }
      default: {
        const never: never = order;
        return never;
      }
    }
  }

  function follow(command: SignedCommand): Result<null, Fault> {
    const read = readCommand(command, {
      key: ports.key(),
      terminalId: ports.terminalId,
      nowMs: ports.platformNowMs(),
    });
    const { commandId } = read;
    const known =
      commandId === null
        ? undefined
        : store
            .sql('SELECT is_told, outcome IS NULL AS open FROM fleet_order WHERE command_id = ?')
            .get(commandId);
    if (commandId !== null && known !== undefined) {
      // Not told yet, or told in an answer that was lost: the platform does not know, and hears it again.
      if (known['open'] === 1 || known['is_told'] === 0) return ok(null);
      const again = store.transaction(() => {
        store.sql('UPDATE fleet_order SET is_told = 0 WHERE command_id = ?').run(commandId);
        return null;
      });
      return again.ok ? refuse(command.statement, commandId, 'fleet.replayed') : again;
    }
    if (read.kind === 'refused') {
      const isOwn = commandId !== null && read.why !== 'fleet.not-ours';
      return isOwn ? settleRefused(commandId, read.why) : refuse(command.statement, commandId, read.why);
    }
    const wanted = isTake(read.order) ? read.order : null;
    const taken = store.transaction(() => {
      if (wanted !== null) replaceWanted(wanted);
      store
        .sql('INSERT INTO fleet_order (command_id, kind, taken_at_ms, wanted) VALUES (?, ?, ?, ?)')
        .run(read.commandId, read.order.kind, clock.now(), wanted && JSON.stringify(wanted));
      write('fleet.ordered', read.commandId, 'begun', read.order.kind);
      return null;
    });
    // Nothing is done of which nothing would be known.
    if (!taken.ok) return taken;
    const outcome = carryOut(read.order, read.commandId);
    if (outcome === null) return ok(null);
    return store.transaction(() => {
      keep(read.commandId, outcome);
      return null;
    });
  }

  settleInterrupted();
  return {
    follow,
    toTell: () =>
      store
        .sql(
          `SELECT command_id, outcome FROM fleet_order WHERE is_told = 0 AND outcome IS NOT NULL
           ORDER BY taken_at_ms LIMIT ${MOST_TO_TELL}`,
        )
        .all()
        .map((row) => ({
          commandId: String(row['command_id']),
          outcome: outcomeSchema.parse(JSON.parse(String(row['outcome']))),
        })),
    told: (commandId) =>
      store.transaction(() => {
        // The log is the platform's now.
        store
          .sql(
            "UPDATE fleet_order SET is_told = 1, outcome = json_set(outcome, '$.log', NULL) WHERE command_id = ?",
          )
          .run(commandId);
        return null;
      }),
    refused: () => refusals,
    refuse: (statement, why) => refuse(statement, null, why),
    refusedTold: (told) => {
      refusals = refusals.filter((each) => !told.includes(each));
    },
  };
}

function isTake(order: Order): order is Take {
  return order.kind === 'update' || order.kind === 'fetch-config';
}

import type { Clock } from '#contract/ports.ts';
import { ok } from '#contract/result.ts';
import {
  MOST_AUDIT_ROWS,
  toldAuditRowSchema,
  type ToldAudit,
  type ToldAuditRow,
} from '#contract/terminal-audit.ts';
import type { Log } from '../log.ts';
import type { AccessCalls, AuditFault } from '../outbox/access-calls.ts';
import { createSendRounds, type SendRounds } from '../outbox/send-rounds.ts';
import type { Store } from '../store/store.ts';
import type { Audit } from './audit.ts';
import { AUDIT_COLUMNS, readRow } from './chain.ts';

/** As JSON; a submission is asked for its turn behind each. */
const MOST_BYTES = 262_144;

export interface TellAuditPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly client: Pick<AccessCalls, 'tellAudit'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly randomHex: (bytes: number) => string;
  /** The platform is there, and nothing that a resident submitted waits for its turn. */
  readonly isLineFree: () => boolean;
  /** Inside a transaction: the platform was put back from an older copy, which ends with this row; 0 when nobody knows with which. */
  readonly onPutBack: (lastRowThere: number) => void;
}

interface Batch {
  readonly piece: Piece;
  readonly after: number;
  readonly told: ToldAudit;
  readonly last: number;
  /** What the platform has instead; learned with its answer. */
  refused: AuditFault | null;
}

interface Piece {
  readonly first: number;
  readonly chain: string;
  readonly why: string;
  /** Where the next one begins. */
  readonly until: number;
}

/**
 * Tells the platform the audit, row by row, the oldest first, whenever nothing more urgent is to be told; after months without the line
 * as well. What was told is not told again; what the platform has lost is.
 */
export function createTellAudit(ports: TellAuditPorts): SendRounds {
  const { store, clock, log } = ports;

  const toldUntil = (): number =>
    Number(store.sql('SELECT sequence FROM audit_told').get()?.['sequence'] ?? 0);

  /** Inside a transaction. */
  function setTold(sequence: number): void {
    store
      .sql('INSERT OR REPLACE INTO audit_told (one, sequence, told_at_ms) VALUES (1, ?, ?)')
      .run(sequence, clock.now());
  }

  function pieceOf(sequence: number): Piece | null {
    const row = store
      .sql(
        `SELECT first_sequence, chain, why FROM audit_piece WHERE first_sequence <= ?
         ORDER BY first_sequence DESC LIMIT 1`,
      )
      .get(sequence);
    if (row === undefined) return null;
    const next = store
      .sql('SELECT min(first_sequence) AS next FROM audit_piece WHERE first_sequence > ?')
      .get(sequence)?.['next'];
    return {
      first: Number(row['first_sequence']),
      chain: String(row['chain']),
      why: String(row['why']),
      until: next === null || next === undefined ? Infinity : Number(next),
    };
  }

  function oldest(): Batch | null {
    if (!ports.isLineFree()) return null;
    const told = toldUntil();
    const rows = store
      .sql(`SELECT ${AUDIT_COLUMNS} FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ${MOST_AUDIT_ROWS}`)
      .all(told)
      .map(readRow);
    const [first] = rows;
    const piece = first === undefined ? null : pieceOf(first.sequence);
    if (first === undefined || piece === null) return null;
    const own = tellable(rows.filter(({ sequence }) => sequence < piece.until));
    const begins = piece.first - 1;
    return {
      piece,
      after: Math.max(told, begins),
      told: { begins, rows: own },
      last: own.at(-1)?.sequence ?? first.sequence,
      refused: null,
    };
  }

  /** As many as go in one message. One that the platform could not keep is left out, and missed there. */
  function tellable(rows: readonly ToldAuditRow[]): ToldAuditRow[] {
    const taken: ToldAuditRow[] = [];
    let bytes = 0;
    for (const row of rows) {
      if (!toldAuditRowSchema.safeParse(row).success) {
        log({
          level: 'error',
          event: 'audit.untellable',
          code: 'store.corrupt',
          detail: String(row.sequence),
        });
        continue;
      }
      bytes += Buffer.byteLength(JSON.stringify(row));
      if (bytes > MOST_BYTES && taken.length > 0) break;
      taken.push(row);
    }
    return taken;
  }

  /** Another chain begins with this row: what was told under its number is not what is here. False: it would not help. */
  function beginAnother({ piece }: Batch, sequence: number): boolean {
    const isAgain = piece.why === 'told-otherwise' && sequence <= piece.first;
    if (isAgain || sequence < piece.first) return false;
    log({ level: 'error', event: 'audit.told-otherwise', code: 'store.corrupt', detail: `row ${sequence}` });
    return store.transaction(() => {
      store
        .sql('INSERT OR REPLACE INTO audit_piece (first_sequence, chain, why) VALUES (?, ?, ?)')
        .run(sequence, ports.randomHex(16), 'told-otherwise');
      setTold(sequence - 1);
      ports.audit.write({
        event: 'audit.told-otherwise',
        actor: 'terminal',
        subject: String(sequence),
        disposition: 'another-chain',
        detail: null,
      });
    }).ok;
  }

  function remove(batch: Batch): boolean {
    const { refused } = batch;
    if (refused?.otherwise !== undefined) return beginAnother(batch, refused.otherwise);
    // It was put back from an older copy of its own, and says where to go on.
    const goOn = refused?.behind ?? batch.last;
    if (refused !== null && (goOn >= batch.after || goOn < batch.told.begins)) return false;
    return store.transaction(() => {
      setTold(goOn);
      // Of this chain it knows nothing: of the one before it may have lost as much as it likes.
      if (refused !== null) ports.onPutBack(goOn === batch.told.begins ? 0 : goOn);
    }).ok;
  }

  return createSendRounds<Batch>({
    oldest,
    send: async (batch) => {
      // All that was read is untellable: it is passed over.
      if (batch.told.rows.length === 0) return ok(null);
      const answer = await ports.client.tellAudit(batch.piece.chain, batch.after, batch.told);
      if (answer.ok) return ok(null);
      batch.refused = answer.fault;
      return answer;
    },
    isForGood: (fault: AuditFault) => fault.behind !== undefined || fault.otherwise !== undefined,
    remove,
  });
}

import { z } from 'zod';
import { fault, type Fault } from '#contract/fault.ts';
import { refusalReasonSchema, type RefusalReason } from '#contract/interaction.ts';
import type { Clock } from '#contract/ports.ts';
import { ratingSchema, type Rating } from '#contract/rating.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import { createSendRounds, isRejected } from '../outbox/send-rounds.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';

/**
 * What a resident says when a case is over: a rating (好差评), or that a reply does not do. Kept sealed until the
 * platform has it. Neither leaves a trace in the audit log: who rated how is kept from those who are rated.
 */
export interface Afterwards {
  /**
   * Durable when it returns; of one case one rating, a second changes nothing. Faults: `case.not-shown` for a case
   * that the one at the screen has not shown to be his, or that is not closed; `store.full`, `store.failed`.
   */
  rate(caseNo: string, rating: Rating): Result<null, Fault>;
  /** Likewise; `case.not-shown` also where there is no reply that can be refused any more. */
  refuseReply(caseNo: string, reason: RefusalReason): Result<null, Fault>;
  /** Whether something said about this case still waits here. */
  isWaiting(caseNo: string, kind: WordKind): boolean;
  /** Sends what waits, the oldest first, and stops at the first that the line does not take. */
  send(): Promise<void>;
  close(): void;
}

export type WordKind = 'rating' | 'reply-refusal';

/** What may be said about the case that the one at the screen has shown to be his. */
export interface MaySay {
  readonly mayRate: boolean;
  readonly mayRefuse: boolean;
}

export interface AfterwardsPorts {
  /** Null: this case is not the one that is shown. */
  readonly shownCase: (caseNo: string) => MaySay | null;
  /** It is on the disk. */
  readonly onSaid: (caseNo: string, kind: WordKind) => void;
  readonly store: Store;
  readonly sealer: Sealer;
  readonly client: Pick<PlatformClient, 'submitRating' | 'refuseReply'>;
  readonly clock: Clock;
  readonly newUuid: () => string;
  readonly log: Log;
}

const bodySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rating'), rating: ratingSchema }),
  z.object({ kind: z.literal('reply-refusal'), reason: refusalReasonSchema }),
]);
type Body = z.infer<typeof bodySchema>;

interface Word {
  readonly wordId: string;
  readonly caseNo: string;
  readonly saidAt: string;
  readonly body: Body;
}

export function createAfterwards(ports: AfterwardsPorts): Afterwards {
  const { store, sealer, client, clock, log } = ports;

  const rounds = createSendRounds<Word>({
    isForGood: isRejected,
    oldest,
    send: ({ wordId, caseNo, saidAt, body }) => {
      switch (body.kind) {
        case 'rating':
          return client.submitRating({ ratingId: wordId, caseNo, rating: body.rating, ratedAt: saidAt });
        case 'reply-refusal':
          return client.refuseReply({ refusalId: wordId, caseNo, reason: body.reason, refusedAt: saidAt });
        default: {
          const never: never = body;
          return never;
        }
      }
    },
    remove: ({ wordId, body }, refused) => {
      if (refused) log({ level: 'warn', event: 'resident-word.refused', detail: body.kind });
      return store.transaction(() => store.sql('DELETE FROM resident_word WHERE word_id = ?').run(wordId)).ok;
    },
  });

  function add(caseNo: string, body: Body): Result<null, Fault> {
    const wordId = ports.newUuid();
    const sealed = sealer.seal(Buffer.from(JSON.stringify(body), 'utf8'), bindings.residentWord(wordId));
    const added = store.transaction(() => {
      store
        .sql(
          `INSERT INTO resident_word (word_id, kind, case_no, sealed_body, key_id, said_at_ms)
           VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (case_no, kind) DO NOTHING`,
        )
        .run(wordId, body.kind, caseNo, sealed, sealer.keyId, clock.now());
      return null;
    });
    if (!added.ok) return added;
    ports.onSaid(caseNo, body.kind);
    void rounds.send();
    return added;
  }

  /** What does not open, or is of a newer release, stays, and stands in nobody's way. */
  function oldest(): Word | null {
    const rows = store
      .sql(
        `SELECT word_id, case_no, sealed_body, key_id, said_at_ms FROM resident_word
         ORDER BY said_at_ms, word_id`,
      )
      .all();
    for (const row of rows) {
      const word = opened(row);
      if (word !== null) return word;
    }
    return null;
  }

  function opened(row: Record<string, unknown>): Word | null {
    const wordId = String(row['word_id']);
    const sealed = row['sealed_body'];
    if (!(sealed instanceof Uint8Array)) return null;
    const plain = sealer.unseal(sealed, String(row['key_id']), bindings.residentWord(wordId));
    if (!plain.ok) return null;
    const body = bodySchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
    if (!body.success) return null;
    return {
      wordId,
      caseNo: String(row['case_no']),
      saidAt: new Date(Number(row['said_at_ms'])).toISOString(),
      body: body.data,
    };
  }

  const isWaiting = (caseNo: string, kind: WordKind): boolean =>
    store.sql('SELECT 1 FROM resident_word WHERE case_no = ? AND kind = ?').get(caseNo, kind) !== undefined;

  function say(caseNo: string, body: Body, isOpen: (may: MaySay) => boolean): Result<null, Fault> {
    const may = ports.shownCase(caseNo);
    if (may === null) return err(fault('case.not-shown'));
    // A second touch, or a look-up that did not know yet what waits here: it is said.
    if (isWaiting(caseNo, body.kind)) return ok(null);
    return isOpen(may) ? add(caseNo, body) : err(fault('case.not-shown'));
  }

  return {
    rate: (caseNo, rating) => say(caseNo, { kind: 'rating', rating }, ({ mayRate }) => mayRate),
    refuseReply: (caseNo, reason) =>
      say(caseNo, { kind: 'reply-refusal', reason }, ({ mayRefuse }) => mayRefuse),
    isWaiting,
    send: rounds.send,
    close: rounds.close,
  };
}

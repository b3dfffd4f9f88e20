import { guideErrorSchema, type GuideError, type GuideReport } from '#contract/guide.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import { createSendRounds, isRejected } from '../outbox/send-rounds.ts';
import type { Store } from '../store/store.ts';
import type { Catalogue } from './catalogue.ts';

/** "This guide is wrong", kept until the platform has it, so that its owner mends it for all stations. */
export interface GuideReports {
  /** Durable when it returns. Faults: `item.unknown`, `catalogue.empty`, `store.full`, `store.failed`. */
  report(slug: string, error: GuideError): Result<null, Fault>;
  /** Sends what waits, the oldest first, and stops at the first that the line does not take. */
  send(): Promise<void>;
  /** How many wait. */
  waiting(): number;
  close(): void;
}

export interface GuideReportPorts {
  readonly catalogue: Pick<Catalogue, 'item'>;
  readonly store: Store;
  readonly client: Pick<PlatformClient, 'reportGuide'>;
  readonly clock: Clock;
  readonly newUuid: () => string;
  readonly log: Log;
}

/** A child at the screen fills no disk: there are only so many ways in which a guide can be wrong. */
const MOST_WAITING = 200;

export function createGuideReports(ports: GuideReportPorts): GuideReports {
  const { catalogue, store, client, clock, newUuid, log } = ports;
  const waiting = (): number => Number(store.sql('SELECT count(*) AS n FROM guide_report').get()?.['n']);

  function add(slug: string, version: string, error: GuideError): Result<null, Fault> {
    const added = store.transaction(() => {
      if (waiting() >= MOST_WAITING) return err(fault('store.full', 'too many reports wait'));
      store
        .sql(
          `INSERT INTO guide_report (report_id, slug, version, error, reported_at_ms) VALUES (?, ?, ?, ?, ?)
           ON CONFLICT (slug, version, error) DO NOTHING`,
        )
        .run(newUuid(), slug, version, error, clock.now());
      return ok(null);
    });
    return added.ok ? added.value : added;
  }

  function oldest(): GuideReport | null {
    const row = store
      .sql(
        `SELECT report_id, slug, version, error, reported_at_ms FROM guide_report
         ORDER BY reported_at_ms, report_id LIMIT 1`,
      )
      .get();
    return row
      ? {
          reportId: String(row['report_id']),
          slug: String(row['slug']),
          version: String(row['version']),
          error: guideErrorSchema.parse(row['error']),
          reportedAt: new Date(Number(row['reported_at_ms'])).toISOString(),
        }
      : null;
  }

  const { send, close } = createSendRounds<GuideReport>({
    isForGood: isRejected,
    oldest,
    send: (report) => client.reportGuide(report),
    remove: ({ reportId, slug }, refused) => {
      // It is in the log, and is of nobody.
      if (refused) log({ level: 'warn', event: 'guide-report.refused', detail: slug });
      return store.transaction(() => store.sql('DELETE FROM guide_report WHERE report_id = ?').run(reportId))
        .ok;
    },
  });

  return {
    report: (slug, error) => {
      const item = catalogue.item(slug);
      if (!item.ok) return item;
      const added = add(slug, item.value.version, error);
      if (added.ok) void send();
      return added;
    },
    send,
    waiting,
    close,
  };
}

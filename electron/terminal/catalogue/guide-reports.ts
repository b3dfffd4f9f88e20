import { guideErrorSchema, type GuideError, type GuideReport } from '#contract/guide.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import type { Store } from '../store/store.ts';
import type { Catalogue } from './catalogue.ts';

/** "This guide is wrong", kept until the platform has it, so that its owner mends it for all stations. */
export interface GuideReports {
  /** Durable when it returns. Faults: `item.unknown`, `catalogue.empty`, `store.full`, `store.failed`. */
  report(slug: string, error: GuideError): Result<null, Fault>;
  /** Sends what waits, the oldest first, and stops at the first that the line does not take. */
  send(): Promise<void>;
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
  let sending: Promise<void> | null = null;
  let isAsked = false;
  let isClosed = false;

  function add(slug: string, version: string, error: GuideError): Result<null, Fault> {
    const added = store.transaction(() => {
      const waiting = store.sql('SELECT count(*) AS n FROM guide_report').get();
      if (Number(waiting?.['n']) >= MOST_WAITING) return err(fault('store.full', 'too many reports wait'));
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

  /** Until none is left, or the line takes no more. */
  async function sendAll(): Promise<void> {
    for (let report = oldest(); report !== null; report = oldest()) {
      const { reportId, slug } = report;
      const sent = await client.reportGuide(report);
      // After the end the store is closed.
      if (isClosed) return;
      // One that the platform refuses for good stands in nobody's way; it is in the log, and is of nobody.
      if (!sent.ok && sent.fault.code !== 'platform.rejected') return;
      if (!sent.ok) log({ level: 'warn', event: 'guide-report.refused', detail: slug });
      const removed = store.transaction(() =>
        store.sql('DELETE FROM guide_report WHERE report_id = ?').run(reportId),
      );
      if (!removed.ok) return;
    }
  }

  /** Asked for while a round is under way, another follows: the line may have come back behind it. */
  async function rounds(): Promise<void> {
    while (isAsked && !isClosed) {
      isAsked = false;
      await sendAll();
    }
  }

  function send(): Promise<void> {
    isAsked = true;
    sending ??= rounds().finally(() => {
      sending = null;
    });
    return sending;
  }

  return {
    report: (slug, error) => {
      const item = catalogue.item(slug);
      if (!item.ok) return item;
      const added = add(slug, item.value.version, error);
      if (added.ok) void send();
      return added;
    },
    send,
    close: () => {
      isClosed = true;
    },
  };
}

import { forTerminals } from './base.ts';

/** The same report again changes nothing. */
export const reportGuide = forTerminals.catalogue.reportGuide.handler(async ({ context, input }) => {
  await context.pool.query(
    `INSERT INTO guide_report (report_id, terminal_id, slug, item_version, error, reported_at, stored_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (report_id) DO NOTHING`,
    [
      input.reportId,
      context.terminalId,
      input.slug,
      input.version,
      input.error,
      input.reportedAt,
      new Date(context.clock.now()),
    ],
  );
  return { reportId: input.reportId };
});

import { api } from '../context.ts';

export const catalogueReportError = api.catalogue.reportError.handler(
  ({ context: { guideReports }, input }) => guideReports.report(input.slug, input.error),
);

import type { Theme } from './rule.ts';
import { accessRules } from './rules/access.ts';
import { attachmentRules } from './rules/attachments.ts';
import { bookingRules } from './rules/bookings.ts';
import { catalogueRules } from './rules/catalogue.ts';
import { codeRules } from './rules/codes.ts';
import { enrolmentRules } from './rules/enrolment.ts';
import { healthRules } from './rules/health.ts';
import { interactionRules } from './rules/interactions.ts';
import { normRules } from './rules/norm.ts';
import { progressRules } from './rules/progress.ts';
import { ratingRules } from './rules/ratings.ts';
import { revisionRules } from './rules/revisions.ts';
import { signatureRules } from './rules/signatures.ts';
import { stationDayRules } from './rules/station-days.ts';
import { chainRules, stepRules } from './rules/steps.ts';
import { submissionRules } from './rules/submissions.ts';
import { transportRules } from './rules/transport.ts';

/** In the order in which they are judged. */
export const themes: readonly Theme[] = [
  healthRules,
  enrolmentRules,
  signatureRules,
  accessRules,
  submissionRules,
  revisionRules,
  attachmentRules,
  catalogueRules,
  stepRules,
  chainRules,
  progressRules,
  interactionRules,
  ratingRules,
  bookingRules,
  stationDayRules,
  codeRules,
  transportRules,
  normRules,
];

import type { Theme } from './rule.ts';
import { accessRules } from './rules/access.ts';
import { attachmentRules } from './rules/attachments.ts';
import { bookingRules } from './rules/bookings.ts';
import { caseLifeRules } from './rules/case-life.ts';
import { catalogueRules } from './rules/catalogue.ts';
import { codeRules } from './rules/codes.ts';
import { departmentRules } from './rules/departments.ts';
import { enrolmentRules } from './rules/enrolment.ts';
import { evaluationRules } from './rules/evaluation.ts';
import { fleetRules } from './rules/fleet.ts';
import { healthRules } from './rules/health.ts';
import { interactionRules } from './rules/interactions.ts';
import { ledgerRules } from './rules/ledger.ts';
import { normRules } from './rules/norm.ts';
import { progressRules } from './rules/progress.ts';
import { ratingRules } from './rules/ratings.ts';
import { readinessRules } from './rules/readiness.ts';
import { revisionRules } from './rules/revisions.ts';
import { signatureRules } from './rules/signatures.ts';
import { stationDayRules } from './rules/station-days.ts';
import { chainRules, stepRules } from './rules/steps.ts';
import { submissionRules } from './rules/submissions.ts';
import { terminalAuditRules } from './rules/terminal-audit.ts';
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
  caseLifeRules,
  chainRules,
  progressRules,
  interactionRules,
  ratingRules,
  ledgerRules,
  evaluationRules,
  departmentRules,
  bookingRules,
  stationDayRules,
  fleetRules,
  terminalAuditRules,
  readinessRules,
  codeRules,
  transportRules,
  normRules,
];

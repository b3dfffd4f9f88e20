import { oc } from '@orpc/contract';
import { z } from 'zod';
import { givenDaySchema } from './calendar-time.ts';
import {
  acknowledgementSchema,
  applicationIdSchema,
  caseStatusSchema,
  chainPlaceSchema,
  receiptNoSchema,
  sha256Schema,
  submissionSchema,
} from './application.ts';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from './attachment.ts';
import {
  bookingNoSchema,
  bookingOutcomeSchema,
  bookingSchema,
  bookingSearchSchema,
  MAX_FOUND_BOOKINGS,
  MAX_STATION_BOOKINGS,
  stationBookingsQuerySchema,
  tellableBookingSchema,
} from './booking.ts';
import {
  caseHistorySchema,
  deliveryWaySchema,
  specialReasonSchema,
  standingAlertsSchema,
} from './case-history.ts';
import {
  acknowledgementMarkSchema,
  dispatchesQuerySchema,
  dispatchSchema,
  inboxPageSchema,
  inboxQuerySchema,
  platformKeysSchema,
} from './department.ts';
import { permitKeySchema, permitsRevokedSchema } from './permit.ts';
import { evaluationPeriodSchema, evaluationSchema } from './evaluation.ts';
import {
  heartbeatSchema,
  MOST_ORDERS_AT_ONCE,
  MOST_SUCCESSIONS,
  outcomeSchema,
  signedCommandSchema,
  signedSuccessionSchema,
} from './fleet.ts';
import { guideErrorSchema, guideReportSchema } from './guide.ts';
import { chainsSchema } from './chain.ts';
import {
  caseNumberSchema,
  courseSchema,
  matterDispatchSchema,
  interactionStateSchema,
  replyFindingSchema,
  replyRefusalSchema,
  replyRules,
  replyRequestSchema,
} from './interaction.ts';
import { itemSlugSchema } from './item.ts';
import { localizedTextSchema } from './localized.ts';
import { chunkCount, MAX_PARCEL_BYTES, parcelChunkSchema, signedManifestSchema } from './parcel.ts';
import {
  caseNoSchema,
  caseProgressSchema,
  closeOutcomeSchema,
  correctionNoticeSchema,
  correctionTargetSchema,
  MAX_CASES_SHOWN,
  MAX_CORRECTION_ENTRIES,
  noticeTextSchema,
  personNumberSchema,
  progressQuerySchema,
} from './progress.ts';
import { regionAnswerSchema } from './region-table.ts';
import {
  callBackNoSchema,
  callBackQuerySchema,
  callBackSchema,
  callSchema,
  ledgerEntrySchema,
  ledgerNoSchema,
  ledgerQuerySchema,
  ledgerStateSchema,
  MOST_LISTED,
  remedySchema,
  verificationSchema,
} from './rating-ledger.ts';
import { readinessKeptSchema, readinessReportSchema } from './readiness.ts';
import { ratingSchema, submittedRatingSchema } from './rating.ts';
import {
  stationDayKeptSchema,
  stationDaySchema,
  stationFiguresQuerySchema,
  stationFiguresSchema,
} from './station-day.ts';
import { residentCodeSchema, resolvedCodeSchema } from './resident-code.ts';
import { auditChainSchema, auditKeptSchema, auditRefusals, toldAuditSchema } from './terminal-audit.ts';
import {
  enrolledSchema,
  enrolmentRefusals,
  enrolmentRequestSchema,
  identityRefusals,
  keyChangeRequestSchema,
  publicKeySchema,
} from './terminal-identity.ts';

/**
 * The platform's API, which is the norm that another platform can implement: its OpenAPI document is
 * generated from this file. Every call of a terminal but `health` is signed (terminal-identity.ts); those of the desk
 * carry `Authorization: Bearer <desk token>`, and those of a department (department.ts) its own token.
 */

/** Over this the platform answers 413 and the terminal refuses to send, in bytes. */
export const MAX_SUBMISSION_BYTES = 1_048_576;

const problemData = z.object({ reason: z.string().max(300) });

const errors = {
  BAD_REQUEST: { status: 400, message: 'The request is not what the contract says', data: problemData },
  UNAUTHORIZED: { status: 401, message: 'Nobody known has signed or shown a token' },
  NOT_FOUND: { status: 404, message: 'Nothing is stored under this key' },
  CONFLICT: {
    status: 409,
    message: 'Another payload is stored under this key',
    data: z.object({ storedSha256: sha256Schema }),
  },
  PAYLOAD_TOO_LARGE: { status: 413, message: 'The request is larger than the limit' },
  TOO_MANY_REQUESTS: { status: 429, message: 'Come back later' },
  SERVICE_UNAVAILABLE: { status: 503, message: 'The platform cannot store anything now' },
} as const;

const base = oc.errors(errors);
/** What a terminal calls: the refusals come before the call itself is looked at. */
const signed = base.errors(identityRefusals);

/** Of a month that was erased: whether the application was here, nobody knows any more, and a second case must not be opened. */
const APPLICATION_TOO_OLD = {
  status: 410,
  message: 'Applications of this age were erased: nothing is stored, it must be received anew',
} as const;

const CASE_ERASED = {
  status: 410,
  message: 'The case was here, and was erased when its time was over',
} as const;

/** Why a resident's code gives nobody. Their names are the norm: the terminal tells them apart by `code`. */
export const codeRefusals = {
  CODE_UNKNOWN: { status: 404, message: 'Nobody is known by this code' },
  CODE_EXPIRED: { status: 410, message: 'The code is older than it may be: a new one must be shown' },
  CODE_USED: { status: 409, message: 'The code was used already: a new one must be shown' },
  CODES_NOT_SUPPORTED: { status: 501, message: 'This platform resolves no codes' },
} as const;

/** What an upload, or a submission with attachments, can be refused for. The terminal tells them by `code`. */
export const attachmentRefusals = {
  WRONG_OFFSET: {
    status: 409,
    message: 'The upload goes on at another byte',
    data: z.object({ receivedBytes: z.number().int().nonnegative() }),
  },
  ATTACHMENT_DAMAGED: {
    status: 422,
    message: 'The bytes are not what their hash says; the upload begins anew',
  },
  UPLOADS_FULL: { status: 429, message: 'The terminal has begun as many uploads as it may for now' },
  TOO_MANY_ATTACHMENTS: { status: 422, message: 'Too many uploads of this application wait for it' },
  ATTACHMENTS_MISSING: {
    status: 422,
    message: 'Attachments that the payload names are not here whole: send them, then the submission again',
    data: z.object({ missing: z.array(sha256Schema).max(MAX_ATTACHMENTS) }),
  },
} as const;
const { ATTACHMENTS_MISSING, ...uploadRefusals } = attachmentRefusals;

/** What a package, or a part of it, is refused for. The terminal tells it by `code` from a 404 of whoever does not know the call. */
export const parcelRefusals = {
  PARCEL_UNKNOWN: { status: 404, message: 'There is no such package, or it has no such part' },
} as const;

/** An attachment of an application: known by the SHA-256 of its bytes, whatever revision names it. */
const attachmentKeySchema = z.object({ applicationId: applicationIdSchema, sha256: sha256Schema });

export const uploadStatusSchema = z.object({
  /** The upload goes on behind these. */
  receivedBytes: z.number().int().nonnegative(),
  /** All bytes are here, and are what the hash says. */
  isComplete: z.boolean(),
});
export type UploadStatus = z.infer<typeof uploadStatusSchema>;

/** Why the platform does not take what a resident says about a case. The terminal tells them by `code`. */
export const sayingRefusals = {
  NOT_RATEABLE: { status: 422, message: 'The case is not closed, or its matter is not answered' },
  NO_REPLY: { status: 422, message: 'There is no reply that can be refused' },
} as const;

/** A case takes no step that the table of transitions does not have. */
const TRANSITION_REFUSED = {
  status: 409,
  message: 'The case does not stand where this can be done',
  data: z.object({ status: caseStatusSchema }),
} as const;

/** What to change in a reply, so that it answers; and whether it may be insisted on (docs/decisions/0044). */
export const replyRefusedSchema = z.object({
  findings: z.array(replyFindingSchema.extend({ change: localizedTextSchema })).max(replyRules.length),
  /** The same words with `insistBecause` would stand. */
  mayInsist: z.boolean(),
});

const REPLY_DOES_NOT_ANSWER = {
  status: 422,
  message: 'The reply does not answer: the findings say what to change',
  data: replyRefusedSchema,
} as const;

const TOO_MANY_DISPATCHES = {
  status: 409,
  message: 'It has gone to as many units as it may: the last one answers, or the desk does',
} as const;

const ID_OF_ANOTHER_CASE = { status: 409, message: 'The id was used for another case' } as const;

const LEDGER_STEP_REFUSED = {
  status: 409,
  message: 'The entry does not stand where this can be done',
  data: z.object({ state: ledgerStateSchema }),
} as const;

const CALL_BACK_OPEN = {
  status: 409,
  message: 'The resident is to be called first',
  data: z.object({ callBackNo: callBackNoSchema }),
} as const;

const CALL_BACK_OVER = { status: 409, message: 'The call back is closed' } as const;

const EXTENSION_REFUSED = {
  status: 409,
  message: 'It was extended already, or its legal limit is over',
  data: z.object({ why: z.enum(['extended-already', 'limit-over']) }),
} as const;

const NOT_THE_PRESENT_STEP = {
  status: 409,
  message: 'Another step of the item is the present one, or none is left',
} as const;

const WAITS_FOR_OTHERS = {
  status: 409,
  message: 'Others of its chain must be closed first',
  data: z.object({ waitsFor: z.array(localizedTextSchema).max(20) }),
} as const;

const BOOKING_OVER = { status: 409, message: 'Somebody came for it, or did not: it is over' } as const;

const DAY_OUT_OF_RANGE = {
  status: 422,
  message: 'The day is not over yet, or is older than figures are kept',
  data: problemData,
} as const;

/** What an act of an officer needs at least. */
const ofCaseSchema = z.object({ caseNo: caseNoSchema });

/** Where an act of an officer has brought the case. */
const actedSchema = z.object({ caseNo: caseNoSchema, status: caseStatusSchema });

/** The idempotency key: the application and its revision. */
const keySchema = z.object({
  applicationId: applicationIdSchema,
  revision: z.coerce.number().int().positive().max(1000),
});

export const platformContract = {
  health: base
    .route({
      method: 'GET',
      path: '/v1/health',
      summary: 'Whether the platform can store applications',
      tags: ['station'],
    })
    .output(
      z.object({
        status: z.literal('ok'),
        time: z.iso.datetime(),
        /** How many months behind this one have their place; less than one: its operator must look. Absent: it has no months. */
        monthsAhead: z.number().int().optional(),
      }),
    ),

  terminals: {
    /** The same key and code again are answered the same: the first answer may have been lost. */
    enrol: signed
      .errors(enrolmentRefusals)
      .route({
        method: 'POST',
        path: '/v1/terminals/enrol',
        summary: 'Make a terminal known by its key, with a one-time code of the platform’s operator',
        tags: ['terminals'],
      })
      .input(enrolmentRequestSchema)
      .output(enrolledSchema),
    changeKey: signed
      .errors({ KEY_IN_USE: enrolmentRefusals.KEY_IN_USE })
      .route({
        method: 'POST',
        path: '/v1/terminals/key',
        summary: 'Replace the key of the terminal; signed by the old and by the new one',
        tags: ['terminals'],
      })
      .input(keyChangeRequestSchema)
      .output(enrolledSchema),
    /** Of a terminal the newest report stands. */
    reportReadiness: signed
      .route({
        method: 'PUT',
        path: '/v1/terminals/readiness',
        summary: 'What a terminal found of itself when it was set up; the same report again changes nothing',
        tags: ['terminals'],
      })
      .input(readinessReportSchema)
      .output(readinessKeptSchema),
    /**
     * Rows of the terminal's audit, in their order, verified against what it told before. What does not fit is kept with a finding; what
     * was told otherwise before is refused, and the terminal goes on under another chain.
     */
    tellAudit: signed
      .errors(auditRefusals)
      .route({
        method: 'PUT',
        path: '/v1/terminals/audit/{chain}/{after}',
        summary: 'Rows of the terminal’s audit behind one of them; the same again changes nothing',
        tags: ['terminals'],
      })
      .input(
        toldAuditSchema.extend({
          chain: auditChainSchema,
          after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
        }),
      )
      .output(auditKeptSchema),
    /** Said at each start and after a change of the key; the answer says which codes are good no more. */
    sharePermitKey: signed
      .route({
        method: 'PUT',
        path: '/v1/terminals/permit-key',
        summary: 'The secret by which codes are made that let somebody in at this terminal without the line',
        tags: ['terminals'],
      })
      .input(permitKeySchema)
      .output(permitsRevokedSchema),
  },

  fleet: {
    /** Puts what was heard last in the place of what was heard before. Read up to 16 KiB. */
    heartbeat: signed
      .route({
        method: 'PUT',
        path: '/v1/fleet/heartbeat',
        summary: 'How the terminal is; the answer brings what it shall do',
        tags: ['fleet'],
      })
      .input(heartbeatSchema)
      .output(
        z.object({
          time: z.iso.datetime(),
          /** For a terminal that was enrolled before there was one. */
          fleetKey: publicKeySchema,
          /** How terminals that were enrolled with an earlier key come to this one, the oldest first. Absent: it is never exchanged. */
          successions: z.array(signedSuccessionSchema).max(MOST_SUCCESSIONS).optional(),
          /** All signed by this key. */
          commands: z.array(signedCommandSchema).max(MOST_ORDERS_AT_ONCE),
        }),
      ),
    /** The first outcome of an order stands; told again, it changes nothing. */
    settle: signed
      .route({
        method: 'PUT',
        path: '/v1/fleet/commands/{commandId}/outcome',
        summary: 'What came of an order to this terminal',
        tags: ['fleet'],
      })
      .input(outcomeSchema.extend({ commandId: z.uuid() }))
      .output(z.object({ commandId: z.uuid() })),
    parcel: signed
      .errors(parcelRefusals)
      .route({
        method: 'GET',
        path: '/v1/fleet/parcels/{sha256}',
        summary: 'The manifest whose bytes have this hash, and its signature',
        tags: ['fleet'],
      })
      .input(z.object({ sha256: sha256Schema }))
      .output(signedManifestSchema),
    /** Few are read at the same time; who is told to come later goes on where he was. */
    parcelChunk: signed
      .errors(parcelRefusals)
      .route({
        method: 'GET',
        path: '/v1/fleet/parcels/{sha256}/chunks/{number}',
        summary: 'A part of the file that the manifest of this hash names, counted from 0',
        tags: ['fleet'],
      })
      .input(
        z.object({
          sha256: sha256Schema,
          number: z.coerce
            .number()
            .int()
            .min(0)
            .max(chunkCount(MAX_PARCEL_BYTES.program) - 1),
        }),
      )
      .output(parcelChunkSchema),
  },

  catalogue: {
    list: signed
      .route({
        method: 'GET',
        path: '/v1/catalogue/items',
        summary: 'The items that this terminal may offer, each with its version',
        tags: ['catalogue'],
      })
      .output(
        z.object({
          items: z
            .array(
              z.object({
                slug: itemSlugSchema,
                version: z.string().max(60),
                /** Over the canonical JSON (canonical-json.ts) of the item; absent: the version alone says it. */
                sha256: sha256Schema.optional(),
              }),
            )
            .max(2000),
        }),
      ),
    chains: signed
      .route({
        method: 'GET',
        path: '/v1/catalogue/chains',
        summary: 'The one-thing chains (一件事) of the items',
        tags: ['catalogue'],
      })
      .output(z.object({ chains: chainsSchema })),
    regions: signed
      .route({
        method: 'GET',
        path: '/v1/catalogue/regions',
        summary: 'Provinces to communities by their codes; `known`: the table that the terminal has',
        tags: ['catalogue'],
      })
      .input(z.object({ known: sha256Schema.optional() }))
      .output(regionAnswerSchema),
    get: signed
      .route({
        method: 'GET',
        path: '/v1/catalogue/items/{slug}',
        summary: 'One item under the norm; the terminal parses it again before it shows it',
        tags: ['catalogue'],
      })
      .input(z.object({ slug: itemSlugSchema }))
      .output(z.record(z.string(), z.unknown())),
    reportGuide: signed
      .route({
        method: 'POST',
        path: '/v1/catalogue/guide-reports',
        summary: 'A resident says that a guide is wrong; the same report again changes nothing',
        tags: ['catalogue'],
      })
      .input(guideReportSchema)
      .output(guideReportSchema.pick({ reportId: true })),
    guideErrors: base
      .route({
        method: 'GET',
        path: '/v1/catalogue/guide-errors',
        summary: 'What residents found wrong in which guide, and how many (desk token)',
        tags: ['catalogue'],
      })
      .output(
        z.object({
          errors: z
            .array(
              guideReportSchema.pick({ slug: true, version: true }).extend({
                error: guideErrorSchema,
                count: z.number().int().positive(),
                lastAt: z.iso.datetime(),
              }),
            )
            .max(500),
        }),
      ),
  },

  applications: {
    submit: signed
      .errors({ ATTACHMENTS_MISSING, APPLICATION_TOO_OLD })
      .route({
        method: 'PUT',
        path: '/v1/applications/{applicationId}/revisions/{revision}',
        summary: 'Store an application once; the same key and payload give the same case again',
        tags: ['applications'],
      })
      .input(keySchema.extend(submissionSchema.shape))
      .output(acknowledgementSchema),
    find: signed
      .route({
        method: 'GET',
        path: '/v1/applications/{applicationId}/revisions/{revision}',
        summary: 'Look up before a resend, when an answer was lost',
        tags: ['applications'],
      })
      .input(keySchema)
      .output(acknowledgementSchema),
  },

  attachments: {
    status: signed
      .route({
        method: 'GET',
        path: '/v1/applications/{applicationId}/attachments/{sha256}',
        summary: 'Where the upload of an attachment goes on; NOT_FOUND: at byte 0',
        tags: ['attachments'],
      })
      .input(attachmentKeySchema)
      .output(uploadStatusSchema),
    /**
     * Idempotent: bytes that are here already change nothing. Raw octets, since base64 would cost a third of
     * a slow line.
     */
    append: signed
      .errors(uploadRefusals)
      .route({
        method: 'POST',
        path: '/v1/applications/{applicationId}/attachments/{sha256}/chunks',
        inputStructure: 'detailed',
        summary: `Append ${MIN_CHUNK_BYTES} (the last one: 1) to ${MAX_CHUNK_BYTES} bytes to an attachment`,
        tags: ['attachments'],
      })
      .input(
        z.object({
          params: attachmentKeySchema,
          query: z.object({
            /** Where the chunk begins. */
            offset: z.coerce.number().int().min(0).max(MAX_ATTACHMENT_BYTES),
            /** Of the whole attachment. */
            byteCount: z.coerce.number().int().min(1).max(MAX_ATTACHMENT_BYTES),
          }),
          body: z.file().min(1).max(MAX_CHUNK_BYTES).mime('application/octet-stream'),
        }),
      )
      .output(uploadStatusSchema),
  },

  codes: {
    /** The code travels in the body: addresses end up in logs. */
    resolve: signed
      .errors(codeRefusals)
      .route({
        method: 'POST',
        path: '/v1/codes/resolve',
        summary: 'Who shows this code (居民码, 政务码); a code is good for one answer',
        tags: ['codes'],
      })
      .input(z.object({ token: residentCodeSchema }))
      .output(resolvedCodeSchema),
  },

  cases: {
    list: base
      .route({
        method: 'GET',
        path: '/v1/cases',
        summary: 'Cases in the order in which they were stored, without personal data (desk token)',
        tags: ['cases'],
      })
      .input(
        z.object({
          after: z.coerce.number().int().nonnegative().optional(),
          limit: z.coerce.number().int().min(1).max(1000).optional(),
          /** Only those that were submitted together, in the order of their steps. */
          chain: applicationIdSchema.optional(),
        }),
      )
      .output(
        z.object({
          cases: z.array(
            z.object({
              cursor: z.number().int(),
              caseNo: z.string().max(50),
              applicationId: applicationIdSchema,
              revision: z.number().int(),
              receiptNo: receiptNoSchema,
              itemSlug: itemSlugSchema,
              itemVersion: z.string().max(60),
              terminalId: z.string().max(40),
              status: caseStatusSchema,
              receivedAt: z.iso.datetime(),
              storedAt: z.iso.datetime(),
              /** Absent: an application by itself. */
              chain: chainPlaceSchema.optional(),
            }),
          ),
        }),
      ),
    get: base
      .errors({ CASE_ERASED })
      .route({
        method: 'GET',
        path: '/v1/cases/{caseNo}',
        summary: 'One case with what the resident submitted (desk, or the department with which it lies)',
        tags: ['cases'],
      })
      .input(z.object({ caseNo: z.string().min(1).max(50) }))
      .output(submissionSchema.extend({ caseNo: z.string().max(50), status: caseStatusSchema })),
    progress: signed
      .route({
        method: 'POST',
        path: '/v1/cases/progress',
        summary:
          'How cases go, by a slip’s number and code or by a card; what is unknown or wrong gives none',
        tags: ['cases'],
      })
      .input(progressQuerySchema)
      .output(z.object({ cases: z.array(caseProgressSchema).max(MAX_CASES_SHOWN), at: z.iso.datetime() })),
    /** Only to who shows the applicant’s card, and only while the case is to be corrected. */
    openCorrection: signed
      .route({
        method: 'POST',
        path: '/v1/cases/correction',
        summary: 'What was submitted, to correct it: it comes back as the next revision',
        tags: ['cases'],
      })
      .input(z.object({ caseNo: caseNoSchema, personNumber: personNumberSchema }))
      .output(
        z.object({
          applicationId: applicationIdSchema,
          /** Of the submission; the correction is the next one. */
          revision: z.number().int().positive(),
          submission: submissionSchema,
          notice: correctionNoticeSchema,
        }),
      ),
    accept: base
      .errors({ TRANSITION_REFUSED, WAITS_FOR_OTHERS })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/acceptance',
        summary: 'Accept a case (受理): its clock begins (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema)
      .output(actedSchema),
    refuse: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/refusal',
        summary: 'Do not accept a case (不予受理), and say why (desk token)',
        tags: ['cases'],
      })
      .input(z.object({ caseNo: caseNoSchema, reason: noticeTextSchema }))
      .output(actedSchema),
    requestCorrection: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/corrections',
        summary: 'Name everything that must be corrected, once (补齐补正告知) (desk token)',
        tags: ['cases'],
      })
      .input(
        z.object({
          caseNo: caseNoSchema,
          entries: z
            .array(z.object({ target: correctionTargetSchema, reason: noticeTextSchema }))
            .min(1)
            .max(MAX_CORRECTION_ENTRIES),
          /** Working days from today. */
          workdays: z.int().min(1).max(60),
        }),
      )
      .output(actedSchema),
    close: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/result',
        summary: 'Close a case (办结) with its result (desk token)',
        tags: ['cases'],
      })
      .input(
        z.object({
          caseNo: caseNoSchema,
          /** What is withdrawn or returned has verbs of its own. */
          outcome: closeOutcomeSchema.extract(['1', '2', '3']),
          text: noticeTextSchema,
          documentNo: z.string().trim().min(1).max(60).nullable(),
        }),
      )
      .output(actedSchema),
    confirmCorrection: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/corrections/confirmation',
        summary: 'What was missing was handed in at a window (确认补齐) (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema)
      .output(actedSchema),
    completeStep: base
      .errors({ TRANSITION_REFUSED, NOT_THE_PRESENT_STEP })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/steps/{step}',
        summary: 'The present step of the item, counted from 0, is done; the next one begins (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema.extend({ step: z.coerce.number().int().min(0).max(19) }))
      .output(actedSchema),
    beginSpecial: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/special-procedures',
        summary: 'Begin a special procedure (特别程序), whose days are not counted (desk token)',
        tags: ['cases'],
      })
      .input(
        ofCaseSchema.extend({
          reason: specialReasonSchema,
          text: noticeTextSchema,
          /** Working days from today that it is expected to take; null: nobody can say. */
          workdays: z.int().min(1).max(250).nullable(),
        }),
      )
      .output(actedSchema),
    endSpecial: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/special-procedures/end',
        summary: 'End the special procedure: the days go on with what remained (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema)
      .output(actedSchema),
    extend: base
      .errors({ TRANSITION_REFUSED, EXTENSION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/extension',
        summary: 'More days, once, with the approval of the head of the office (延长审批) (desk token)',
        tags: ['cases'],
      })
      .input(
        ofCaseSchema.extend({
          /** In the unit of the item's limit: working days mostly. 15 is the most that 行政许可法 42 knows. */
          days: z.int().min(1).max(15),
          text: noticeTextSchema,
        }),
      )
      .output(actedSchema),
    handOver: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/hand-over',
        summary: 'Another unit of the catalogue goes on with it (转办), by its Chinese name (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema.extend({ unit: z.string().trim().min(1).max(200) }))
      .output(actedSchema),
    return: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/return',
        summary: 'Return a case (退件), and say why (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema.extend({ reason: noticeTextSchema }))
      .output(actedSchema),
    withdraw: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/withdrawal',
        summary: 'The applicant takes the case back (撤回), and has told the office (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema)
      .output(actedSchema),
    deliver: base
      .errors({ TRANSITION_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/delivery',
        summary: 'The result has reached the applicant (送达) (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema.extend({ how: deliveryWaySchema }))
      .output(actedSchema),
    history: base
      .errors({ CASE_ERASED })
      .route({
        method: 'GET',
        path: '/v1/cases/{caseNo}/history',
        summary: 'Every step of a case with its written notices, its clocks and alerts (desk token)',
        tags: ['cases'],
      })
      .input(ofCaseSchema)
      .output(caseHistorySchema),
    alerts: base
      .route({
        method: 'GET',
        path: '/v1/alerts',
        summary: 'The yellow and red alerts that stand, and how far the calendar reaches (desk token)',
        tags: ['cases'],
      })
      .input(z.object({ limit: z.coerce.number().int().min(1).max(500).optional() }))
      .output(standingAlertsSchema),
  },

  interactions: {
    state: base
      .route({
        method: 'GET',
        path: '/v1/cases/{caseNo}/interaction',
        summary: 'Where a question, complaint or suggestion stands (desk token)',
        tags: ['interactions'],
      })
      .input(z.object({ caseNo: caseNumberSchema }))
      .output(interactionStateSchema),
    reply: base
      .errors({
        TRANSITION_REFUSED,
        ALREADY_REPLIED: { status: 409, message: 'Its reply was given already' },
        REPLY_DOES_NOT_ANSWER,
        ID_OF_ANOTHER_CASE,
      })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/replies',
        summary:
          'Answer a question, complaint or suggestion; the same reply again changes nothing (desk token)',
        tags: ['interactions'],
      })
      .input(replyRequestSchema.extend({ caseNo: caseNumberSchema }))
      .output(interactionStateSchema),
    dispatch: base
      .errors({ TRANSITION_REFUSED, TOO_MANY_DISPATCHES, ID_OF_ANOTHER_CASE })
      .route({
        method: 'POST',
        path: '/v1/cases/{caseNo}/dispatches',
        summary: 'Send an accepted question, complaint or suggestion to the unit that answers (desk token)',
        tags: ['interactions'],
      })
      .input(matterDispatchSchema.extend({ caseNo: caseNumberSchema }))
      .output(courseSchema),
    course: base
      .route({
        method: 'GET',
        path: '/v1/cases/{caseNo}/course',
        summary: 'Until when it is accepted, dispatched and replied to, and when it was (desk token)',
        tags: ['interactions'],
      })
      .input(z.object({ caseNo: caseNumberSchema }))
      .output(courseSchema),
    refuse: signed
      .errors({ NO_REPLY: sayingRefusals.NO_REPLY })
      .route({
        method: 'POST',
        path: '/v1/reply-refusals',
        summary: 'The resident asks for another reply, once; the same refusal again changes nothing',
        tags: ['interactions'],
      })
      .input(replyRefusalSchema)
      .output(replyRefusalSchema.pick({ refusalId: true })),
  },

  ratings: {
    submit: signed
      .errors({ NOT_RATEABLE: sayingRefusals.NOT_RATEABLE })
      .route({
        method: 'POST',
        path: '/v1/ratings',
        summary: 'Rate a closed case (好差评); of one case the first rating counts, whoever sends another',
        tags: ['ratings'],
      })
      .input(submittedRatingSchema)
      .output(submittedRatingSchema.pick({ ratingId: true })),
    list: base
      .route({
        method: 'GET',
        path: '/v1/ratings',
        summary: 'Ratings, the newest first, without a case, a time of day or anybody (desk token)',
        tags: ['ratings'],
      })
      .input(z.object({ limit: z.coerce.number().int().min(1).max(1000).optional() }))
      .output(
        z.object({
          ratings: z
            .array(
              z.object({
                itemSlug: itemSlugSchema,
                /** GB/T 39046 annex A.8: 1 is the best. */
                satisfactionCode: z.number().int().min(1).max(5),
                ...ratingSchema.shape,
                ratedOn: z.iso.date(),
              }),
            )
            .max(1000),
        }),
      ),
  },

  ledger: {
    list: base
      .route({
        method: 'GET',
        path: '/v1/rating-ledger',
        summary: 'Bad ratings that are looked into (差评台账), those due first first; of nobody (desk token)',
        tags: ['ratings'],
      })
      .input(ledgerQuerySchema)
      .output(z.object({ entries: z.array(ledgerEntrySchema).max(MOST_LISTED) })),
    showCase: base
      .route({
        method: 'POST',
        path: '/v1/rating-ledger/{entryNo}/case',
        summary:
          'Which case an entry is about, for who looks into it; that it was asked is noted (desk token)',
        tags: ['ratings'],
      })
      .input(z.object({ entryNo: ledgerNoSchema }))
      .output(z.object({ caseNo: caseNoSchema })),
    verify: base
      .errors({ LEDGER_STEP_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/rating-ledger/{entryNo}/verification',
        summary: 'Whether it is as the resident says (核实) (desk token)',
        tags: ['ratings'],
      })
      .input(verificationSchema.extend({ entryNo: ledgerNoSchema }))
      .output(ledgerEntrySchema),
    answer: base
      .errors({ LEDGER_STEP_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/rating-ledger/{entryNo}/remedy',
        summary: 'What was put right, or why the law does not permit it (desk token)',
        tags: ['ratings'],
      })
      .input(z.object({ entryNo: ledgerNoSchema, remedy: remedySchema }))
      .output(ledgerEntrySchema),
    close: base
      .errors({ LEDGER_STEP_REFUSED, CALL_BACK_OPEN })
      .route({
        method: 'POST',
        path: '/v1/rating-ledger/{entryNo}/closure',
        summary: 'Close an entry that was answered and whose resident was called (desk token)',
        tags: ['ratings'],
      })
      .input(z.object({ entryNo: ledgerNoSchema }))
      .output(ledgerEntrySchema),
  },

  callBacks: {
    list: base
      .route({
        method: 'GET',
        path: '/v1/call-backs',
        summary: 'Residents to be called after a bad rating or a refused reply (回访) (desk token)',
        tags: ['ratings'],
      })
      .input(callBackQuerySchema)
      .output(z.object({ callBacks: z.array(callBackSchema).max(MOST_LISTED) })),
    call: base
      .errors({ CALL_BACK_OVER, LEDGER_STEP_REFUSED })
      .route({
        method: 'POST',
        path: '/v1/call-backs/{callBackNo}/calls',
        summary: 'A call: what was said, or that nobody took it (desk token)',
        tags: ['ratings'],
      })
      .input(z.object({ callBackNo: callBackNoSchema, call: callSchema }))
      .output(callBackSchema),
  },

  bookings: {
    keep: base
      .errors({ BOOKING_OVER })
      .route({
        method: 'PUT',
        path: '/v1/bookings/{bookingNo}',
        summary: 'The booking service tells a booking, or that it was moved (desk token)',
        tags: ['bookings'],
      })
      .input(bookingSchema.extend({ bookingNo: bookingNoSchema }))
      .output(z.object({ bookingNo: bookingNoSchema })),
    cancel: base
      .route({
        method: 'DELETE',
        path: '/v1/bookings/{bookingNo}',
        summary: 'A booking was cancelled (desk token)',
        tags: ['bookings'],
      })
      .input(z.object({ bookingNo: bookingNoSchema }))
      .output(z.object({ bookingNo: bookingNoSchema })),
    /** The key travels in the body: addresses end up in logs. */
    ofStation: signed
      .route({
        method: 'POST',
        path: '/v1/bookings/of-station',
        summary: 'The bookings of the terminal’s own station in a few days; of nobody by name or number',
        tags: ['bookings'],
      })
      .input(stationBookingsQuerySchema)
      .output(z.object({ bookings: z.array(tellableBookingSchema).max(MAX_STATION_BOOKINGS) })),
    search: signed
      .route({
        method: 'POST',
        path: '/v1/bookings/search',
        summary: 'Bookings by their number or by a card, of any station',
        tags: ['bookings'],
      })
      .input(bookingSearchSchema)
      .output(z.object({ bookings: z.array(tellableBookingSchema).max(MAX_FOUND_BOOKINGS) })),
    settle: signed
      .route({
        method: 'POST',
        path: '/v1/bookings/outcomes',
        summary: 'Somebody came for a booking, or nobody did; "came" is final, and again changes nothing',
        tags: ['bookings'],
      })
      .input(bookingOutcomeSchema)
      .output(bookingOutcomeSchema.pick({ bookingNo: true })),
  },

  evaluation: {
    figures: base
      .route({
        method: 'GET',
        path: '/v1/evaluation',
        summary: 'Figures of a period, of no person, and what to fix first (以评促建) (desk token)',
        tags: ['evaluation'],
      })
      .input(evaluationPeriodSchema)
      .output(evaluationSchema),
  },

  inbox: {
    read: base
      .route({
        method: 'GET',
        path: '/v1/inbox',
        summary: 'What happened that concerns this department, in an order in which nothing is missed',
        tags: ['departments'],
      })
      .input(inboxQuerySchema)
      .output(inboxPageSchema),
    acknowledge: base
      .route({
        method: 'POST',
        path: '/v1/inbox/acknowledgements',
        summary: 'The department has everything up to this cursor; it is told none of it any more',
        tags: ['departments'],
      })
      .input(acknowledgementMarkSchema)
      .output(acknowledgementMarkSchema),
  },

  dispatches: {
    list: base
      .route({
        method: 'GET',
        path: '/v1/dispatches',
        summary: 'With which departments the cases of a chain lie, each with its own clock (desk token)',
        tags: ['departments'],
      })
      .input(dispatchesQuerySchema)
      .output(z.object({ dispatches: z.array(dispatchSchema).max(1000) })),
  },

  keys: {
    list: base
      .route({
        method: 'GET',
        path: '/v1/keys',
        summary: 'The keys with which the platform signs what it sends, as a JWK set',
        tags: ['departments'],
      })
      .output(platformKeysSchema),
  },

  stationDays: {
    /** Of the terminal's own station. Of a day one report stands: that of the latest term, and in it the fullest. */
    report: signed
      .errors({ DAY_OUT_OF_RANGE })
      .route({
        method: 'PUT',
        path: '/v1/station-days/{day}',
        summary:
          'What a day of the station’s queue was like, in counts; the same report again changes nothing',
        tags: ['station'],
      })
      .input(stationDaySchema.extend({ day: givenDaySchema }))
      .output(stationDayKeptSchema),
    figures: base
      .route({
        method: 'GET',
        path: '/v1/station-days',
        summary: 'Waits, services and no-shows of a station over some days (desk token)',
        tags: ['station'],
      })
      .input(stationFiguresQuerySchema)
      .output(stationFiguresSchema),
  },
};

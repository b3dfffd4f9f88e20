import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { accessContract } from './access-api.ts';
import { chainIdSchema } from './chain.ts';
import { chainSummarySchema, shownChainSchema } from './chain-guide.ts';
import { guideErrorSchema, shownGuideSchema } from './guide.ts';
import { caseNumberSchema, refusalReasonSchema } from './interaction.ts';
import { itemSlugSchema, itemSummarySchema } from './item.ts';
import { languageSchema } from './localized.ts';
import { pageIdSchema } from './page-id.ts';
import { receiptNoSchema } from './application.ts';
import { queryCodeSchema } from './query-code.ts';
import {
  MAX_PAGES_OF_A_PAPER,
  MAX_PHOTO_PARTS,
  paperIdSchema,
  paperWaySchema,
  photoDoubtSchema,
  photoDoubts,
  photoIdSchema,
} from './paper.ts';
import { MAX_PHOTO_BYTES, MAX_PHOTO_PART_BYTES } from './photo-limits.ts';
import { kioskHelpContract } from './help.ts';
import { kioskQueueContract } from './queue/kiosk-api.ts';
import { regionCodeSchema, regionLevelsSchema } from './region.ts';
import { ratingSchema } from './rating.ts';
import { resultOf } from './result-schema.ts';
import { speechContract } from './speech-api.ts';
import { staffContract } from './staff-api.ts';
import { stationSnapshotSchema } from './station.ts';
import { technicianContract } from './technician-api.ts';
import { answerValueSchema, problemSchema, visitSnapshotSchema } from './visit.ts';

const done = resultOf(z.null());

/** One message over this is refused and the connection closed, in bytes; photographs come in parts. */
export const MAX_API_MESSAGE_BYTES = 262_144;

/**
 * The one API through which a screen reaches the terminal: over a MessagePort in Electron, over WebSocket
 * from the Node host. Failures that a screen must explain come back as `{ ok: false, fault }`; an error is
 * thrown only for a call that no screen of ours would make (malformed, forbidden).
 */
export const terminalContract = {
  station: {
    /** The present snapshot, then one whenever something changed. Ends with the connection. */
    watch: oc.output(eventIterator(stationSnapshotSchema)),
  },
  catalogue: {
    list: oc.output(resultOf(z.array(itemSummarySchema))),
    /** By characters, pinyin, its initials, what people say, or English; the likeliest first. */
    find: oc.input(z.object({ words: z.string().max(60) })).output(resultOf(z.array(itemSummarySchema))),
    /** What many others did at this terminal, the most first. */
    popular: oc.output(resultOf(z.array(itemSummarySchema))),
    guide: oc.input(z.object({ slug: itemSlugSchema })).output(resultOf(shownGuideSchema)),
    /** One level of addresses: what lies in a place, and the way there; null: the provinces. */
    regions: oc.input(z.object({ code: regionCodeSchema.nullable() })).output(resultOf(regionLevelsSchema)),
    /** Something in the guide is wrong: kept until its owner has it. */
    reportError: oc.input(z.object({ slug: itemSlugSchema, error: guideErrorSchema })).output(done),
  },
  /** One-thing chains (一件事): several items behind one form. */
  chains: {
    /** Those of which at least one item is offered here. */
    list: oc.output(resultOf(z.array(chainSummarySchema))),
    find: oc.input(z.object({ words: z.string().max(60) })).output(resultOf(z.array(chainSummarySchema))),
    guide: oc.input(z.object({ id: chainIdSchema })).output(resultOf(shownChainSchema)),
  },
  visit: {
    watch: oc.output(eventIterator(visitSnapshotSchema.nullable())),
    /** `requestId` makes a double touch the same application. */
    begin: oc
      .input(z.object({ slug: itemSlugSchema, language: languageSchema, requestId: z.uuid() }))
      .output(done),
    /** Several items of a chain, by their steps, filled in as one form. */
    beginChain: oc
      .input(
        z.object({
          id: chainIdSchema,
          orders: z.array(z.int().nonnegative().max(50)).min(1).max(30),
          language: languageSchema,
          requestId: z.uuid(),
        }),
      )
      .output(done),
    /** After one was received: the same resident chooses another item. */
    another: oc.output(done),
    /** Goes on without the items that fell out of the chain. */
    goOn: oc.output(done),
    setLanguage: oc.input(z.object({ language: languageSchema })).output(done),
    consent: oc.input(z.object({ consentIds: z.array(z.string().max(40)).max(20) })).output(done),
    /** Goes on from the card page with the card that was read. */
    acceptCard: oc.output(done),
    /** Goes on without a card: name and number are asked, and originals are checked by staff. */
    typeIdentity: oc.output(done),
    /** An empty list of problems: accepted, and the visit has moved on. */
    answer: oc
      .input(
        z.object({ pageId: pageIdSchema, value: answerValueSchema.nullable(), confirmedOdd: z.boolean() }),
      )
      .output(resultOf(z.object({ problems: z.array(problemSchema) }))),
    addEntry: oc.input(z.object({ pageId: pageIdSchema })).output(done),
    removeEntry: oc
      .input(z.object({ pageId: pageIdSchema, index: z.number().int().min(0).max(49) }))
      .output(done),
    /** Leaves a group page with the entries as they are. */
    finishGroup: oc
      .input(z.object({ pageId: pageIdSchema, confirmedOdd: z.boolean() }))
      .output(resultOf(z.object({ problems: z.array(problemSchema) }))),
    change: oc.input(z.object({ pageId: pageIdSchema })).output(done),
    back: oc.output(done),
    /**
     * One part of a photographed page of the paper that is asked for, in base64; parts come in order, one that
     * comes twice is taken once, and with the last one the page is there. `replaces`: a page that was taken again.
     */
    attach: oc
      .input(
        z.object({
          paperId: paperIdSchema,
          photoId: photoIdSchema,
          part: z
            .int()
            .min(0)
            .max(MAX_PHOTO_PARTS - 1),
          parts: z.int().min(1).max(MAX_PHOTO_PARTS),
          data: z.base64().max(Math.ceil(MAX_PHOTO_PART_BYTES / 3) * 4),
          doubts: z.array(photoDoubtSchema).max(photoDoubts.length),
          replaces: photoIdSchema.nullable(),
        }),
      )
      .output(done),
    /** A photographed page in base64, for the page that shows it; null when there is none. */
    photo: oc.input(z.object({ photoId: photoIdSchema })).output(
      resultOf(
        z
          .base64()
          .max(MAX_PHOTO_BYTES * 2)
          .nullable(),
      ),
    ),
    dropPage: oc.input(z.object({ photoId: photoIdSchema })).output(done),
    /** Puts a page of the paper that is asked for at another place among its pages, counted from 0. */
    movePage: oc
      .input(
        z.object({
          photoId: photoIdSchema,
          to: z
            .int()
            .min(0)
            .max(MAX_PAGES_OF_A_PAPER - 1),
        }),
      )
      .output(done),
    /** How the paper that is asked for is handed in; goes on. */
    choosePaper: oc.input(z.object({ paperId: paperIdSchema, way: paperWaySchema })).output(done),
    /** From the check page back to a paper. */
    changePaper: oc.input(z.object({ paperId: paperIdSchema })).output(done),
    /** Received at this station, in one durable transaction; a second call gives the same receipt. */
    submit: oc.output(done),
    /** Keeps an item that cannot be submitted without the line, for as long as `drafted` says. Nothing is submitted. */
    keepDraft: oc.output(done),
    /** Goes on with the draft that is here, or drops it for good and begins anew. */
    resumeDraft: oc.input(z.object({ take: z.boolean() })).output(done),
    /** Somebody is still there: keeps the terminal's own time limit away. */
    touch: oc.output(done),
    end: oc.input(z.object({ reason: z.enum(['finished', 'left', 'idle']) })).output(done),
  },
  afterwards: {
    /** Of a closed case that this screen shows; kept until the platform has it. A second one changes nothing. */
    rate: oc.input(z.object({ caseNo: caseNumberSchema, rating: ratingSchema })).output(done),
    /** The reply to a question, complaint or suggestion does not do: it is asked for anew, once. */
    refuseReply: oc.input(z.object({ caseNo: caseNumberSchema, reason: refusalReasonSchema })).output(done),
  },
  printing: {
    /** A new job, marked 补打, for the application just received. */
    reprint: oc.output(done),
    /** The answer to "did the slip come out?" after an unknown end. */
    settle: oc.input(z.object({ cameOut: z.boolean() })).output(done),
  },
  /** Somebody asks how a case goes: a visit of its own kind, shown by `visit.watch` and ended by `visit.end`. */
  progress: {
    /** `requestId` makes a double touch the same visit. */
    begin: oc.input(z.object({ language: languageSchema, requestId: z.uuid() })).output(done),
    /** The reader looks for a card from here on. */
    byCard: oc.output(done),
    /** The page on which the number is typed. */
    byNumber: oc.output(done),
    ask: oc.input(z.object({ receiptNo: receiptNoSchema, queryCode: queryCodeSchema })).output(done),
    /** One of the list, by its place from 0. */
    open: oc.input(z.object({ index: z.int().min(0).max(100) })).output(done),
    /** A slip about the case that is shown, or about all of the chain. */
    print: oc.output(done),
    /** Opens the form of the case that is shown, or of all of the chain, with what was submitted, for correction (补正). */
    correct: oc.output(done),
  },
  speech: speechContract,
  queue: kioskQueueContract,
  help: kioskHelpContract,
  access: accessContract,
  staff: staffContract,
  technician: technicianContract,
};

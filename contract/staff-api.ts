import { oc } from '@orpc/contract';
import { z } from 'zod';
import { answersSchema } from './answers.ts';
import { staffDoorContract } from './door.ts';
import { staffHelpContract } from './help.ts';
import {
  correctionSchema,
  handedOverToSchema,
  MAX_PARKED_PAGE,
  openedParkedSchema,
  parkedCursorSchema,
  parkedKeySchema,
  parkedRowSchema,
} from './parked.ts';
import { staffHandedContract } from './handed.ts';
import { staffQueueContract } from './queue/staff-api.ts';
import { resultOf } from './result-schema.ts';
import { staffSecondContract } from './second-person.ts';
import { staffTerminalContract } from './terminal-health.ts';

/**
 * What staff may call. The terminal serves it to connections at which somebody is signed in; a kiosk's own screen, at
 * which nobody is, is refused with `api.forbidden`.
 */
export const staffContract = {
  queue: staffQueueContract,
  handed: staffHandedContract,
  help: staffHelpContract,
  terminal: staffTerminalContract,
  /** For a technician at the kiosk's own screen, who stands before the machine. */
  door: staffDoorContract,
  /** What takes two people. */
  second: staffSecondContract,
  parked: {
    list: oc
      .input(
        z.object({
          /** `parked`: waits for somebody. `handed-over`: somebody took it. */
          which: z.enum(['parked', 'handed-over']),
          after: parkedCursorSchema.nullable(),
          limit: z.number().int().min(1).max(MAX_PARKED_PAGE),
        }),
      )
      .output(resultOf(z.array(parkedRowSchema).max(MAX_PARKED_PAGE))),
    open: oc.input(parkedKeySchema).output(resultOf(openedParkedSchema)),
    /** Sends it again as it is. */
    retry: oc.input(parkedKeySchema).output(resultOf(z.null())),
    /** Sends a new revision in its place. */
    correct: oc.input(parkedKeySchema.extend({ answers: answersSchema })).output(resultOf(correctionSchema)),
    /** Somebody deals with it outside; it is sent no more. */
    handOver: oc
      .input(
        parkedKeySchema.extend({
          to: handedOverToSchema.exclude(['export']),
          note: z.string().trim().min(1).max(500),
        }),
      )
      .output(resultOf(z.null())),
  },
};

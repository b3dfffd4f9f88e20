import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { languageSchema } from './localized.ts';
import { boardSnapshotSchema } from './queue/snapshot.ts';
import { resultOf } from './result-schema.ts';
import { clipIdSchema, MAX_CLIP_BYTES } from './speech.ts';

/**
 * All that a board in the waiting hall may ask: an API of its own, so that whatever hangs on a wall reaches no form,
 * no card and no verb of the queue.
 */
export const boardContract = {
  board: {
    /** The present snapshot, then the newest after each change; null: the station has no queue. */
    watch: oc.output(eventIterator(boardSnapshotSchema.nullable())),
  },
  speech: {
    clips: oc.input(z.object({ language: languageSchema })).output(resultOf(z.array(clipIdSchema))),
    /** The file's bytes in base64; null when it is gone. */
    clip: oc.input(z.object({ language: languageSchema, id: clipIdSchema })).output(
      resultOf(
        z
          .base64()
          .max(MAX_CLIP_BYTES * 2)
          .nullable(),
      ),
    ),
  },
};

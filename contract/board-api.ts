import { eventIterator, oc } from '@orpc/contract';
import { boardSnapshotSchema } from './queue/snapshot.ts';
import { speechContract } from './speech-api.ts';

/**
 * All that a board in the waiting hall may ask: an API of its own, so that whatever hangs on a wall reaches no form,
 * no card and no verb of the queue.
 */
export const boardContract = {
  board: {
    /** The present snapshot, then the newest after each change; null: the station has no queue. */
    watch: oc.output(eventIterator(boardSnapshotSchema.nullable())),
  },
  speech: speechContract,
};

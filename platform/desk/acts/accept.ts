import { call } from '@orpc/server';
import { reached } from '../../cases/table.ts';
import { acceptCase } from '../../verbs/accept-case.ts';
import type { DeskAct } from './act.ts';

/** 受理. */
export const accept: DeskAct = {
  id: 'accept',
  name: 'act.accept',
  about: 'act.accept.about',
  // Also of a matter: it is accepted before it is dispatched.
  isOffered: (view) =>
    reached('accept', view.status) !== null &&
    (view.interaction === null || view.interaction.state === 'waiting') &&
    (view.chain?.waitsFor.length ?? 0) === 0,
  fields: () => null,
  read: ({ view }) => ({
    kind: 'ready',
    summary: [],
    perform: (context) => call(acceptCase, { caseNo: view.caseNo }, { context }),
  }),
};

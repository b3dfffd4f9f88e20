import type { Official } from '../../officials/accounts.ts';
import { accept } from './accept.ts';
import type { DeskAct } from './act.ts';
import { close } from './close.ts';
import { correct } from './correct.ts';
import {
  beginSpecial,
  complete,
  confirm,
  deliver,
  endSpecial,
  extend,
  giveBack,
  handOver,
  withdraw,
} from './course.ts';
import { dispatch } from './dispatch.ts';
import { refuse } from './refuse.ts';
import { reply } from './reply.ts';

/** Everything that an official can do to a case, in the order in which it is offered: an act is an entry here. */
export const deskActs: readonly DeskAct[] = [
  reply,
  accept,
  dispatch,
  confirm,
  complete,
  endSpecial,
  close,
  deliver,
  correct,
  beginSpecial,
  extend,
  handOver,
  refuse,
  giveBack,
  withdraw,
];

/** Whether an official may do it, wherever it is offered. */
export function isFor(act: DeskAct, { roles }: Pick<Official, 'roles'>): boolean {
  return act.for === undefined || act.for.some((role) => roles.includes(role));
}

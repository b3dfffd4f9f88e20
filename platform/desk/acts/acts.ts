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
import { refuse } from './refuse.ts';
import { reply } from './reply.ts';

/** Everything that an official can do to a case, in the order in which it is offered: an act is an entry here. */
export const deskActs: readonly DeskAct[] = [
  reply,
  accept,
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

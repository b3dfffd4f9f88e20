import { fault } from '#contract/fault.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import { err } from '#contract/result.ts';
import type { Asked, Decision } from './asked.ts';
import { call } from './verbs/call.ts';
import { cancel } from './verbs/cancel.ts';
import { checkIn } from './verbs/check-in.ts';
import { closeDay } from './verbs/close-day.ts';
import { closeWindow } from './verbs/close-window.ts';
import { finish } from './verbs/finish.ts';
import { hold } from './verbs/hold.ts';
import { next } from './verbs/next.ts';
import { noShow } from './verbs/no-show.ts';
import { openWindowVerb } from './verbs/open-window.ts';
import { pauseWindow } from './verbs/pause-window.ts';
import { recall } from './verbs/recall.ts';
import { reclass } from './verbs/reclass.ts';
import { release } from './verbs/release.ts';
import { resume } from './verbs/resume.ts';
import { resumeWindow } from './verbs/resume-window.ts';
import { returnVerb } from './verbs/return.ts';
import { serve } from './verbs/serve.ts';
import { take } from './verbs/take.ts';
import { transfer } from './verbs/transfer.ts';
import { undo } from './verbs/undo.ts';
import { walkIn } from './verbs/walk-in.ts';

/** What a command does to the day. Pure: the same question has the same answer, and nothing is changed by asking. */
export function decide(command: QueueCommand, asked: Asked): Decision {
  switch (command.verb) {
    case 'take':
      return take(command, asked);
    case 'check-in':
      return checkIn(command, asked);
    case 'walk-in':
      return walkIn(command, asked);
    case 'next':
      return next(command, asked);
    case 'call':
      return call(command, asked);
    case 'recall':
      return recall(command, asked);
    case 'serve':
      return serve(command, asked);
    case 'finish':
      return finish(command, asked);
    case 'no-show':
      return noShow(command, asked);
    case 'return':
      return returnVerb(command, asked);
    case 'hold':
      return hold(command, asked);
    case 'resume':
      return resume(command, asked);
    case 'release':
      return release(command, asked);
    case 'transfer':
      return transfer(command, asked);
    case 'reclass':
      return reclass(command, asked);
    case 'cancel':
      return cancel(command, asked);
    case 'undo':
      return undo(command, asked);
    case 'open-window':
      return openWindowVerb(command, asked);
    case 'pause-window':
      return pauseWindow(command, asked);
    case 'resume-window':
      return resumeWindow(command, asked);
    case 'close-window':
      return closeWindow(command, asked);
    case 'close-day':
      return closeDay(command, asked);
  }
}

/** Nobody gets a number under a date that cannot be (docs/decisions/0062), whoever gives it out. Fault: `station.clock-wrong`. */
export function numbersByDate(decided: Decision, isDateWrong: () => boolean): Decision {
  const gives = decided.ok && decided.value.some(({ type }) => type === 'taken');
  return gives && isDateWrong() ? err(fault('station.clock-wrong')) : decided;
}

import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { Devices } from '../devices/devices.ts';
import type { Log } from '../log.ts';
import { shownCalls, type Call } from './calls.ts';
import { windowsOf } from './console-view.ts';
import type { QueueDay, Ticket } from './queue-day.ts';
import { chineseCall } from './spoken-call.ts';

export interface DisplaysPorts {
  readonly devices: Pick<Devices, 'showAtWindow'>;
  readonly settings: QueueSettings;
  readonly log: Log;
}

export interface Displays {
  /** Whatever is not as it stands on a display now is sent there. `isNew`: somebody was called a moment ago, and voices speak. */
  show(day: QueueDay, calls: readonly Call[], isNew: boolean): void;
}

/** What should stand over each window and in the hall. A display that is away gets it when it is back: the devices keep it. */
export function createDisplays({ devices, settings, log }: DisplaysPorts): Displays {
  const sent = new Map<string, string>();

  function send(name: string, wanted: Wanted | null, isNew: boolean): void {
    const key = wanted === null ? '' : `${JSON.stringify(wanted.content)} ${String(wanted.calledMs)}`;
    if ((sent.get(name) ?? '') === key) return;
    sent.set(name, key);
    const content = wanted && { ...wanted.content, speech: isNew ? wanted.content.speech : null };
    void devices.showAtWindow(name, content).then((shown) => {
      for (const { device, fault } of shown) {
        if (fault !== null) log({ level: 'warn', event: 'queue.not-shown', device, code: fault.code });
      }
    });
  }

  return {
    show: (day, calls, isNew) => {
      for (const { id, ticketId } of windowsOf(day, settings)) {
        send(id, wantedAt(id, ticketId === null ? undefined : day.tickets.get(ticketId), settings), isNew);
      }
      const [last] = shownCalls(calls, day);
      const wanted = last && called(last.number, last.window, last.calledMs, settings, last.isStillCalled);
      for (const name of settings.hallDisplays) send(name, wanted ?? null, isNew);
    },
  };
}

interface Wanted {
  readonly content: WindowDisplayContent;
  /** A call again shows the same, and is one more call. */
  readonly calledMs: number | null;
}

function wantedAt(window: string, ticket: Ticket | undefined, settings: QueueSettings): Wanted | null {
  if (ticket?.state.name === 'called') {
    return called(ticket.number, window, ticket.state.lastCallMs, settings, true);
  }
  if (ticket?.state.name !== 'serving') return null;
  const text = { zh: `${ticket.number} 正在办理`, en: `Serving ${ticket.number}` };
  return {
    content: { ticket: ticket.number, window, text, flash: false, speech: null },
    calledMs: null,
  };
}

function called(
  number: string,
  window: string,
  calledMs: number,
  { displaysSpeak }: QueueSettings,
  flash: boolean,
): Wanted {
  const text = {
    zh: `请 ${number} 到 ${window} 号窗口`,
    en: `Ticket ${number}: window ${window}`,
  };
  const speech = displaysSpeak && flash ? chineseCall(number, window) : null;
  return { content: { ticket: number, window, text, flash, speech }, calledMs };
}

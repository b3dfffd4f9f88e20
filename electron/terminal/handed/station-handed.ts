import { fault, type Fault } from '#contract/fault.ts';
import type { Handed } from '#contract/handed.ts';
import type { HandedAsk, HandedFound } from '#contract/queue/hall-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { QueueDay } from '../tickets/queue-day.ts';
import type { HandedDrafts } from './handed-drafts.ts';

/** Shows whoever serves a ticket what was handed over with it, at whichever terminal of the station that lies. */
export interface StationHanded {
  /** Faults: `handed.not-yours`, and of a kiosk that answers those of its store. */
  look(ticketId: string, account: string): Promise<Result<HandedLook, Fault>>;
  /** Faults: `handed.not-yours`, `handed.none`, `handed.kiosk-silent`; `store.full`, `store.failed`. */
  open(ticketId: string, account: string, whole: boolean): Promise<Result<Handed, Fault>>;
  /** At the hub, what a console of another terminal asks. */
  find(ask: HandedAsk): Promise<Result<HandedFound, Fault>>;
}

export interface HandedLook {
  readonly isThere: boolean;
  /** The terminal at which it lies, when that does not answer. */
  readonly silentKiosk: string | null;
}

export interface StationHandedPorts {
  readonly day: () => QueueDay;
  readonly drafts: Pick<HandedDrafts, 'find'>;
  /** This terminal's two digits. */
  readonly own: string;
  /** Of another terminal: at the hub one of its members, at a member whatever the hub finds. */
  readonly askElsewhere: (terminal: string, ask: HandedAsk) => Promise<Result<HandedFound, Fault>>;
}

export function createStationHanded({ day, drafts, own, askElsewhere }: StationHandedPorts): StationHanded {
  /** A ticket is served at one window, and whoever sits there is the one who sees it. */
  function isServedBy(ticketId: string, account: string): boolean {
    return [...day().windows.values()].some(
      (window) => window.ticketId === ticketId && window.person === account && window.state !== 'closed',
    );
  }

  async function find(ask: HandedAsk): Promise<Result<HandedFound, Fault>> {
    if (!isServedBy(ask.ticketId, ask.account)) return err(fault('handed.not-yours'));
    const at = day().tickets.get(ask.ticketId)?.handedAt ?? own;
    if (at === own) return drafts.find(ask);
    const found = await askElsewhere(at, ask);
    // It took a while, in which the ticket may have gone to somebody else, or be over.
    if (!isServedBy(ask.ticketId, ask.account)) return err(fault('handed.not-yours'));
    // That it is there is known by the ticket; that it cannot be had now is said before anybody tries.
    if (ask.whole === null && !found.ok && isSilence(found.fault))
      return ok({ is: 'looked', isThere: true, silentKiosk: at });
    return found;
  }

  return {
    find,
    look: async (ticketId, account) => {
      const found = await find({ ticketId, account, whole: null, from: own });
      if (!found.ok) return found;
      const { value } = found;
      return value.is === 'looked'
        ? ok({ isThere: value.isThere, silentKiosk: value.silentKiosk })
        : err(fault('handed.none'));
    },
    open: async (ticketId, account, whole) => {
      const found = await find({ ticketId, account, whole, from: own });
      if (!found.ok) return found;
      return found.value.is === 'opened' ? ok(found.value.handed) : err(fault('handed.none'));
    },
  };
}

/** Also of a hub that will have nothing of this terminal: it is there, and cannot be had. */
function isSilence({ code }: Fault): boolean {
  return code === 'handed.kiosk-silent' || code === 'queue.hub-lost' || code === 'queue.hub-refuses';
}

import { openingState } from '#contract/form/calendar-days.ts';
import { localMinute } from '#contract/form/local-date.ts';
import type { Availability } from '#contract/guide.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Clock } from '#contract/ports.ts';

/** Whether an application may be begun now, and if not, why and until when. */
export type AvailabilityOf = (item: ServiceItem) => Availability;

export interface AvailabilityPorts {
  readonly clock: Clock;
  readonly timeZone: string;
  readonly isOnline: () => boolean;
}

export function createAvailability({ clock, timeZone, isOnline }: AvailabilityPorts): AvailabilityOf {
  return (item) => {
    if (item.channels.terminal === 'guide') return { as: 'guide-only' };
    const opening = openingState(item.opening, localMinute(clock.now(), timeZone));
    if (opening.state === 'closed') return { as: 'closed', opens: opening.opens };
    if (isReceivable(item, isOnline())) return { as: 'open' };
    return { as: item.offline.mode === 'draft-only' ? 'draft-only' : 'needs-line' };
  };
}

/** Whether what is submitted now can be received: opening hours are for beginning, and an application that was begun is taken. */
export function isReceivable(item: ServiceItem, isOnline: boolean): boolean {
  return isOnline || item.offline.mode === 'store-and-forward';
}

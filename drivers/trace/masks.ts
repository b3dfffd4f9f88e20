import type { DeviceSettings } from '#contract/devices.ts';
import { cardReaderMask } from '../id-card-reader/trace-mask.ts';
import { printerMask } from '../receipt-printer/trace-mask.ts';
import { scannerProfile } from '../scanner/profiles.ts';
import { scannerMask } from '../scanner/trace-mask.ts';
import { hidesAll, showsAll, type TraceMask } from './trace.ts';

/** What may be shown of a device's bytes: each kind's own knowledge of its frames. */
export function traceMaskFor(settings: DeviceSettings): TraceMask {
  switch (settings.kind) {
    case 'id-card-reader':
      return cardReaderMask();
    case 'receipt-printer':
      return printerMask();
    case 'scanner': {
      const profile = scannerProfile(settings.profile);
      return profile === null ? hidesAll : scannerMask(profile.engine);
    }
    case 'queue-display':
      // What it shows hangs over a window, and holds no name (contract/window-display.ts).
      return showsAll;
    default: {
      const never: never = settings;
      return never;
    }
  }
}

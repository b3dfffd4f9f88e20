import type { OnbonSettings } from '#contract/queue-display.ts';
import { WindowDisplay, type WindowDisplayOptions } from '../runtime/window-display.ts';
import { OnbonSession } from './session.ts';

/** One screen of an Onbon font card, alone on its line. */
export function onbonDisplay(options: WindowDisplayOptions, settings: OnbonSettings): WindowDisplay {
  return new WindowDisplay(options, (write, clock) => new OnbonSession(write, clock, settings));
}

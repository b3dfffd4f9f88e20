import type { DisplayTemplate } from '#contract/queue-display.ts';
import { WindowDisplay, type WindowDisplayOptions } from '../runtime/window-display.ts';
import { TemplateDisplaySession } from './session.ts';

/** One display whose frame is configured, alone on its line. */
export function templateDisplay(options: WindowDisplayOptions, template: DisplayTemplate): WindowDisplay {
  return new WindowDisplay(options, (write, clock) => new TemplateDisplaySession(write, clock, template));
}

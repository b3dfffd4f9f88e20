import type { LineDisplayDialect } from '#contract/queue-display.ts';
import { WindowDisplay, type WindowDisplayOptions } from '../runtime/window-display.ts';
import { LineDisplaySession } from './session.ts';

/** One line display. `ready` says that its line takes bytes, and no more: it never answers. */
export function lineDisplay(options: WindowDisplayOptions, dialect: LineDisplayDialect): WindowDisplay {
  return new WindowDisplay(options, (write) => new LineDisplaySession(write, dialect));
}

import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { openWindow, type Asked, type Decision } from '../asked.ts';

export function pauseWindow({ window }: CommandOf<'pause-window'>, asked: Asked): Decision {
  const open = openWindow(asked, window);
  return open.ok ? ok([{ type: 'window-paused', stamp: asked.stamp, window }]) : open;
}

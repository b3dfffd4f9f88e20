import type { Result } from '#contract/result.ts';
import type { OpenChannel } from '../channel/channel.ts';
import { channelFor } from '../channel/open.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { tracedChannel, type TraceMask } from '../trace/trace.ts';
import { ok } from '#contract/result.ts';
import type { CommonOptions } from './command.ts';

export interface CommandLine {
  readonly rtscts: boolean;
  readonly mask: () => TraceMask;
}

/** The line that a command drives, with its bytes on standard error when they are asked for. */
export function openLine(common: CommonOptions, line: CommandLine): Result<OpenChannel> {
  const opened = channelFor({ ...common, rtscts: line.rtscts }, systemClock);
  if (!opened.ok || !common.trace) return opened;
  return ok(
    tracedChannel(opened.value, {
      mask: line.mask,
      isOn: () => true,
      say: (direction, text) => {
        const time = new Date(systemClock.now()).toISOString().slice(11, 23);
        console.error(`${time} ${direction === 'to-device' ? '>' : '<'} ${text}`);
      },
    }),
  );
}

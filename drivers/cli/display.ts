import { readFileSync, statSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { DeviceState } from '#contract/devices.ts';
import { queueDisplaySettingsSchema, type QueueDisplaySettings } from '#contract/queue-display.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { windowDisplayContentSchema, type WindowDisplayContent } from '#contract/window-display.ts';
import { channelFor } from '../channel/open.ts';
import { dialectOf } from '../display-dialects.ts';
import { DisplayLine } from '../runtime/display-line.ts';
import { systemClock } from '../runtime/system-clock.ts';
import {
  isSettled,
  openFailed,
  sayFault,
  textOf,
  type DeviceCommands,
  type OptionValues,
} from './command.ts';

/** Larger than any real settings, small enough never to matter. */
const MAX_SETTINGS_BYTES = 65_536;
/** More than one line bears (RS-485: 32 unit loads, the terminal among them). */
const MAX_DISPLAYS = 31;

export const displayCommands: DeviceCommands = {
  device: 'display',
  actions: {
    status: 'whether each display answers (those without answers: whether the line takes bytes); clears it',
    show: 'show a ticket on each of the displays',
    clear: 'clear all of them, at once where the protocol can',
  },
  options: {
    settings: { type: 'string' },
    ticket: { type: 'string' },
    window: { type: 'string' },
    text: { type: 'string' },
    speech: { type: 'string' },
  },
  optionHelp: [
    '--settings  of a display: a YAML or JSON file with the `display` part of its configuration, or a list of them',
    '--ticket    what to show, such as A012',
    '--window    the window over which it hangs, such as 3',
    '--text      a sentence for displays that have Chinese',
    '--speech    said by displays that have a voice',
  ],
  run: async (action, common, values) => {
    const settings = readSettings(textOf(values, 'settings'));
    if (!settings.ok) return settings;
    const content = action === 'show' ? contentOf(values) : ok(null);
    if (!content.ok) return content;
    const open = channelFor({ ...common, rtscts: false }, systemClock);
    if (!open.ok) return openFailed(open.fault);

    const line = new DisplayLine({ clock: systemClock, open: open.value, baudRate: common.baudRate });
    const displays = settings.value.map((each) => started(line, each));
    await withinMs(common.limitMs, Promise.all(displays.map(({ settled }) => settled)));
    let isDone = displays.every(({ display }) => display.status.state === 'ready');
    if (action === 'clear') await line.clearAll();
    if (content.value !== null) {
      const { value } = content;
      const results = await Promise.all(displays.map(({ display }) => display.show(value)));
      for (const result of results) if (!result.ok) sayFault(result.fault);
      isDone = results.every((result) => result.ok);
    }
    await Promise.all(displays.map(({ display }) => display.close()));
    return ok(isDone ? 0 : 1);
  },
};

function started(line: DisplayLine, settings: QueueDisplaySettings) {
  const { promise: settled, resolve: settle } = Promise.withResolvers<DeviceState>();
  const dialect = dialectOf(settings);
  const display = line.add(dialect, (status) => {
    console.error(`${dialect.identity}: ${JSON.stringify(status)}`);
    if (isSettled(status)) settle(status);
  });
  display.start();
  return { display, settled };
}

async function withinMs(limitMs: number, work: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const cancel = systemClock.after(limitMs, () => resolve(undefined));
  await Promise.race([work, late]);
  cancel();
}

/** One display, or all that hang on the line. */
function readSettings(file: string | null): Result<readonly QueueDisplaySettings[], string> {
  if (file === null) return err('--settings: expected a YAML or JSON file with the display part');
  let content: unknown;
  try {
    if (statSync(file).size > MAX_SETTINGS_BYTES)
      return err(`--settings: more than ${MAX_SETTINGS_BYTES} bytes`);
    content = parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 });
  } catch (error) {
    return err(`--settings: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = z
    .array(queueDisplaySettingsSchema)
    .min(1)
    .max(MAX_DISPLAYS)
    .safeParse(Array.isArray(content) ? content : [content]);
  return parsed.success ? ok(parsed.data) : err(`--settings: ${z.prettifyError(parsed.error)}`);
}

function contentOf(values: OptionValues): Result<WindowDisplayContent, string> {
  const ticket = textOf(values, 'ticket');
  if (ticket === null) return err('--ticket: expected what to show, such as A012');
  const sentence = textOf(values, 'text');
  const parsed = windowDisplayContentSchema.safeParse({
    ticket,
    window: textOf(values, 'window') ?? '1',
    text: sentence === null ? null : { zh: sentence, en: ticket },
    flash: true,
    speech: textOf(values, 'speech'),
  });
  return parsed.success ? ok(parsed.data) : err(z.prettifyError(parsed.error));
}

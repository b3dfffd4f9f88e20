import type { ParseArgsOptionsConfig } from 'node:util';
import type { BurnInFigures } from '#contract/burn-in.ts';
import type { DeviceState } from '#contract/devices.ts';
import { queueDisplaySettingsSchema, type QueueDisplaySettings } from '#contract/queue-display.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { burnIn, type BurnInTarget } from '../burn-in/burn-in.ts';
import { cardReaderTarget, displayTarget, printerTarget, scannerTarget } from '../burn-in/targets.ts';
import type { OpenChannel } from '../channel/channel.ts';
import { cardReaderMask } from '../id-card-reader/trace-mask.ts';
import { dialectOf } from '../display-dialects.ts';
import { printerProfile } from '../receipt-printer/profiles.ts';
import { printerMask } from '../receipt-printer/trace-mask.ts';
import { DisplayLine } from '../runtime/display-line.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { scannerProfile } from '../scanner/profiles.ts';
import { scannerMask } from '../scanner/trace-mask.ts';
import { showsAll } from '../trace/trace.ts';
import { openFailed, textOf, type CommonOptions, type OptionValues } from './command.ts';
import { openLine, type CommandLine } from './open-line.ts';

export const burnInOptions: ParseArgsOptionsConfig = {
  kind: { type: 'string' },
  minutes: { type: 'string' },
  paper: { type: 'string' },
  profile: { type: 'string' },
  display: { type: 'string' },
  json: { type: 'boolean' },
};

export const burnInHelp: readonly string[] = [
  '--kind      of a burn-in: id-card, printer, scanner or display',
  '--minutes   how long it lasts (default 10); Ctrl-C ends it with the figures so far',
  '--paper     how many test slips a printer prints in that time (default 0)',
  '--display   settings of a display as in the configuration: \'{"protocol":"line","dialect":"cd5220"}\'',
  '--json      the figures as JSON',
];

const DEFAULT_MINUTES = '10';
const MAX_MINUTES = 7 * 24 * 60;
const MAX_SLIPS = 1_000;

type OnStatus = (status: DeviceState) => void;

interface Work {
  readonly line: CommandLine;
  readonly target: (open: OpenChannel, onStatus: OnStatus) => BurnInTarget;
}

/** 0 passed, 1 failed; a sentence when the command line is wrong. */
export async function runBurnIn(common: CommonOptions, values: OptionValues): Promise<Result<0 | 1, string>> {
  const minutes = Number(textOf(values, 'minutes') ?? DEFAULT_MINUTES);
  if (!(minutes > 0 && minutes <= MAX_MINUTES)) return err(`--minutes: expected up to ${MAX_MINUTES}`);
  const lastsMs = minutes * 60_000;
  const work = workOf(common, values, lastsMs);
  if (!work.ok) return work;
  const open = openLine(common, work.value.line);
  if (!open.ok) return openFailed(open.fault);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const figures = await burnIn({
    clock: systemClock,
    lastsMs,
    makeTarget: (onStatus) => work.value.target(open.value, onStatus),
    signal: stop.signal,
  });
  const isWhole = !stop.signal.aborted;
  console.log(values['json'] === true ? JSON.stringify({ ...figures, isWhole }) : inWords(figures, isWhole));
  return ok(figures.verdict === 'passed' ? 0 : 1);
}

function workOf(common: CommonOptions, values: OptionValues, lastsMs: number): Result<Work, string> {
  const kind = textOf(values, 'kind');
  switch (kind) {
    case 'id-card':
      return ok({
        line: { rtscts: false, mask: cardReaderMask },
        target: (open, onStatus) => cardReaderTarget({ clock: systemClock, open, onStatus }),
      });
    case 'printer':
      return printerWork(values, lastsMs);
    case 'scanner': {
      const profile = scannerProfile(textOf(values, 'profile') ?? 'generic');
      if (profile === null) return err('--profile: no scanner profile has this name');
      return ok({
        line: { rtscts: false, mask: () => scannerMask(profile.engine) },
        target: (open, onStatus) => scannerTarget({ clock: systemClock, open, onStatus }, profile),
      });
    }
    case 'display':
      return displayWork(common, values);
    default:
      return err('--kind: expected id-card, printer, scanner or display');
  }
}

function printerWork(values: OptionValues, lastsMs: number): Result<Work, string> {
  const profile = printerProfile(textOf(values, 'profile') ?? 'generic-80');
  if (profile === null) return err('--profile: no printer profile has this name');
  const slips = Number(textOf(values, 'paper') ?? '0');
  if (!Number.isInteger(slips) || slips < 0 || slips > MAX_SLIPS)
    return err(`--paper: expected 0 to ${MAX_SLIPS}`);
  const paper = { slips, everyMs: lastsMs / Math.max(1, slips) };
  return ok({
    line: { rtscts: profile.flowControl === 'rts-cts', mask: printerMask },
    target: (open, onStatus) => printerTarget({ clock: systemClock, open, onStatus }, profile, paper),
  });
}

function displayWork(common: CommonOptions, values: OptionValues): Result<Work, string> {
  const settings = displaySettings(textOf(values, 'display') ?? '');
  if (settings === null) return err('--display: expected the settings of a display, as JSON');
  return ok({
    line: { rtscts: false, mask: () => showsAll },
    target: (open, onStatus) => {
      const line = new DisplayLine({ clock: systemClock, open, baudRate: common.baudRate });
      return displayTarget(line.add(dialectOf(settings), onStatus));
    },
  });
}

function displaySettings(text: string): QueueDisplaySettings | null {
  try {
    const parsed = queueDisplaySettingsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function inWords(figures: BurnInFigures, isWhole: boolean): string {
  const { attempts, answers, faults, roundTripMs, longestGapMs, verdict } = figures;
  const told = Object.entries(faults).map(([code, count]) => `  ${code.padEnd(24)}${count}`);
  const times =
    roundTripMs === null
      ? 'no answer'
      : `min ${roundTripMs.min} ms, median ${roundTripMs.median} ms, max ${roundTripMs.max} ms`;
  return [
    `answers      ${answers} of ${attempts}`,
    `round trip   ${times}`,
    `longest gap  ${longestGapMs} ms`,
    told.length === 0 ? 'faults       none' : `faults\n${told.join('\n')}`,
    `${verdict}${isWhole ? '' : ' (ended before its time)'}`,
  ].join('\n');
}

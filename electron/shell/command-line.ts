import { switches } from '#terminal/lock-down/chromium-switches.ts';

/**
 * Switches that would open the terminal from its command line; whoever may edit the start command owns the
 * machine, but a left-over debugging flag in a unit file must not stay unseen: the start is refused.
 */
export const refusedSwitches: readonly string[] = [
  'no-sandbox',
  'disable-web-security',
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'js-flags',
  'load-extension',
  'allow-file-access-from-files',
  'ignore-certificate-errors',
  'host-rules',
  'host-resolver-rules',
];

/** The part of `app.commandLine` that is used. */
export interface CommandLine {
  appendSwitch(name: string, value?: string): void;
  hasSwitch(name: string): boolean;
}

export function applySwitches(commandLine: CommandLine): void {
  for (const { name, value } of switches) {
    if (value === undefined) commandLine.appendSwitch(name);
    else commandLine.appendSwitch(name, value);
  }
}

export function findRefusedSwitches(commandLine: CommandLine): readonly string[] {
  return refusedSwitches.filter((name) => commandLine.hasSwitch(name));
}

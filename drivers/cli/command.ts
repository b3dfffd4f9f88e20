import type { ParseArgsOptionsConfig } from 'node:util';
import type { DeviceSettings, DeviceState } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import { err, type Result } from '#contract/result.ts';

/** What every command is told. */
export interface CommonOptions {
  readonly channel: DeviceSettings['channel'];
  readonly baudRate: DeviceSettings['baudRate'];
  /** How long a person lets it wait. */
  readonly limitMs: number;
  /** Personal data may be shown. */
  readonly show: boolean;
  /** The line's bytes are told, a person's masked. */
  readonly trace: boolean;
}

export type OptionValues = Readonly<Record<string, string | boolean | undefined>>;

/** The commands of one kind of device: one file each, listed in `cli.ts`. */
export interface DeviceCommands {
  /** The first word on the command line. */
  readonly device: string;
  /** The second word, and what it does. */
  readonly actions: Readonly<Record<string, string>>;
  /** Options of this kind alone; what another kind has under the same name is the same option. */
  readonly options: ParseArgsOptionsConfig;
  /** Lines of the help about these options. */
  readonly optionHelp: readonly string[];
  /** 0 done, 1 the device could not; a sentence when the command line is wrong. */
  run(action: string, common: CommonOptions, values: OptionValues): Promise<Result<0 | 1, string>>;
}

export function textOf(values: OptionValues, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}

/** Whether waiting on tells no more. */
export function isSettled(status: DeviceState): boolean {
  return ['ready', 'attention', 'lost', 'unidentified'].includes(status.state);
}

export function sayStatus(status: DeviceState): void {
  console.error(JSON.stringify(status));
}

export function sayFault(reason: Fault): void {
  console.error(JSON.stringify(reason));
}

/** An address that no channel can be made of is a wrong command line. */
export function openFailed(reason: Fault): Result<never, string> {
  return err(reason.detail ?? reason.code);
}

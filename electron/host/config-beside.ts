import type { ConfigFault } from '#config/faults.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Result } from '#contract/result.ts';
import type { LogLine } from '#terminal/log.ts';
import { configurationBeside, type ConfigurationPlaces } from '#terminal/parcels/configuration-in-force.ts';

/**
 * As the terminal has it, with the package that is in force, for a command beside it. What is passed over is said on standard error. Faults: the
 * files of this machine are wrong.
 */
export function configBeside(places: ConfigurationPlaces): Result<TerminalConfig, readonly ConfigFault[]> {
  return configurationBeside(places, (line) => {
    process.stderr.write(`Note: ${passedOver(line)}\n`);
  });
}

function passedOver({ event, code, detail = '' }: LogLine): string {
  if (event !== 'parcels.configuration-on-trial')
    return `the configuration package ${detail} (${code ?? ''}) cannot be used and is passed over, as the terminal does; publish it anew under another version.`;
  return code === undefined
    ? `the configuration package ${detail} has not been tried by a start yet; this command goes by what stood before it.`
    : `the configuration package ${detail} was tried by a start that has not got ready, and the next start puts it back; this command goes by what stood before it.`;
}

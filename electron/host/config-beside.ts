import type { ConfigFault } from '#config/faults.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Result } from '#contract/result.ts';
import { configurationBeside, type ConfigurationPlaces } from '#terminal/parcels/configuration-in-force.ts';
import { passedOver } from '#terminal/parcels/layer-beside.ts';

/**
 * As the terminal has it, with the package that is in force, for a command beside it. What is passed over is said on standard error. Faults: the
 * files of this machine are wrong.
 */
export function configBeside(places: ConfigurationPlaces): Result<TerminalConfig, readonly ConfigFault[]> {
  return configurationBeside(places, (line) => {
    process.stderr.write(`Note: ${passedOver(line)}\n`);
  });
}

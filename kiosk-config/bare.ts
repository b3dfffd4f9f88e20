import { err, ok, type Result } from '#contract/result.ts';
import { faultsOf, type ConfigFault } from './faults.ts';
import { readLayersOf } from './layers.ts';
import { terminalConfigSchema, type TerminalConfig } from './schema.ts';
import { MOST_PROBLEMS, plain } from './tree.ts';

/**
 * A configuration that is not whole yet: each key by itself is right, while what keys need of each other (two devices at one port,
 * a terminal that has no block of numbers) is left to `parseConfig`, when everything is known. `text` stands at the place of `file`.
 */
export function parseBare(text: string, file: string): Result<TerminalConfig, readonly ConfigFault[]> {
  const layers = readLayersOf(text, file);
  if (!layers.ok) return layers;
  const whole = plain(layers.value);
  const parsed = terminalConfigSchema.safeParse(whole);
  return parsed.success
    ? ok(parsed.data)
    : err(
        parsed.error.issues
          .slice(0, MOST_PROBLEMS)
          .flatMap((issue) => faultsOf(issue, layers.value, whole, MOST_PROBLEMS)),
      );
}

/** What the file says of itself, before anything is filled in: a part that it does not have is undefined. */
export function readBareParts(text: string, file: string): Result<unknown, readonly ConfigFault[]> {
  const layers = readLayersOf(text, file);
  return layers.ok ? ok(plain(layers.value)) : layers;
}

import type { LayerRead } from '#config/command.ts';
import type { LogLine } from '../log.ts';
import { layerStanding } from './configuration-in-force.ts';

/** For `config … --data`: proven as by the terminal, which goes by the same. Nothing is begun, put back or written by it. */
export function layerBeside(file: string, dataDir: string): LayerRead {
  const lines: LogLine[] = [];
  const layer = layerStanding({ file, dataDir }, (line) => lines.push(line));
  return {
    layer,
    passedOver: lines.map((line) => ({ sentence: passedOver(line), isWrong: line.level === 'error' })),
  };
}

/** What is told to whoever runs a command beside a terminal of a package that does not count. */
export function passedOver({ event, code, detail = '' }: LogLine): string {
  if (event !== 'parcels.configuration-on-trial')
    return `the configuration package ${detail} (${code ?? ''}) cannot be used and is passed over, as the terminal does; publish it anew under another version.`;
  return code === undefined
    ? `the configuration package ${detail} has not been tried by a start yet; this command goes by what stood before it.`
    : `the configuration package ${detail} was tried by a start that has not got ready, and the next start puts it back; this command goes by what stood before it.`;
}

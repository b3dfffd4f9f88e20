import { parseArgs } from 'node:util';

export interface HostArguments {
  readonly config: string;
  readonly dataDir: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Of the board in the hall, where the station has a queue; 0 for any free port. */
  readonly boardPort: number;
  /** Folder of the built renderer. */
  readonly renderer: string;
  /** Gets the line that is printed when it listens, for the kiosk's session; null: nobody waits for it. */
  readonly readyFile: string | null;
}

/** Null when the command line is not understood; then the usage is printed. */
export function hostArguments(
  argv: readonly string[],
  defaults: { readonly renderer: string },
): HostArguments | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string' },
        'board-port': { type: 'string' },
        renderer: { type: 'string' },
        'ready-file': { type: 'string' },
      },
      strict: true,
    });
    const port = Number(values.port ?? '0');
    if (values.config === undefined || values.data === undefined) return null;
    const boardPort = Number(values['board-port'] ?? '0');
    if (![port, boardPort].every(isPort)) return null;
    return {
      config: values.config,
      dataDir: values.data,
      port,
      boardPort,
      renderer: values.renderer ?? defaults.renderer,
      readyFile: values['ready-file'] ?? null,
    };
  } catch {
    return null;
  }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

export const usage =
  'usage: node electron/host/main.ts --config FILE --data FOLDER [--port N] [--board-port N] [--renderer FOLDER] [--ready-file FILE]';

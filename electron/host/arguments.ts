import { dirname, join } from 'node:path';
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
  /** Null: a terminal that has its configuration is simply started. */
  readonly provision:
    | { readonly by: 'technician' }
    /** The file that says what a technician would. */
    | { readonly by: 'file'; readonly file: string }
    | null;
  /** The station's file or a profile, over which a first start writes the terminal's own. */
  readonly bare: string;
}

/** Null when the command line is not understood; then the usage is printed. */
export function hostArguments(
  argv: readonly string[],
  defaults: { readonly renderer: string },
): HostArguments | null {
  try {
    const { values } = parseArgs({
      args: withValue(argv),
      options: {
        config: { type: 'string' },
        data: { type: 'string' },
        port: { type: 'string' },
        'board-port': { type: 'string' },
        renderer: { type: 'string' },
        'ready-file': { type: 'string' },
        provision: { type: 'string' },
        bare: { type: 'string' },
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
      provision:
        values.provision === undefined
          ? null
          : values.provision === ''
            ? { by: 'technician' }
            : { by: 'file', file: values.provision },
      bare: values.bare ?? join(dirname(values.config), 'station.yaml'),
    };
  } catch {
    return null;
  }
}

/** `--provision` stands alone, or before the name of a file. */
function withValue(argv: readonly string[]): string[] {
  return argv.map((word, index) => {
    const next = argv[index + 1];
    return word === '--provision' && (next === undefined || next.startsWith('--')) ? '--provision=' : word;
  });
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

export const usage =
  'usage: node electron/host/main.ts --config FILE --data FOLDER [--port N] [--board-port N] [--renderer FOLDER] [--ready-file FILE]\n' +
  '         first start: [--provision [FILE]] [--bare FILE]';

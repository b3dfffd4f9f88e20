import { parseArgs } from 'node:util';

export interface HostArguments {
  readonly config: string;
  readonly dataDir: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Folder of the built renderer. */
  readonly renderer: string;
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
        renderer: { type: 'string' },
      },
      strict: true,
    });
    const port = Number(values.port ?? '0');
    if (values.config === undefined || values.data === undefined) return null;
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return null;
    return {
      config: values.config,
      dataDir: values.data,
      port,
      renderer: values.renderer ?? defaults.renderer,
    };
  } catch {
    return null;
  }
}

export const usage =
  'usage: node electron/host/main.ts --config FILE --data FOLDER [--port N] [--renderer FOLDER]';

import { parseArgs } from 'node:util';

/** `staff`: to the terminal that runs; `configuration`: what `npm run config` is in a checkout. */
const commandNames = ['staff', 'configuration'] as const;
export interface StartCommand {
  readonly name: (typeof commandNames)[number];
  /** What follows its name. */
  readonly argv: readonly string[];
}

export interface StartArguments {
  /** The terminal's configuration file. */
  readonly configPath: string;
  /** Database and logs; null: Electron's userData folder. */
  readonly dataDir: string | null;
  /** Run the self-test and write its report here (`-`: standard output); null: start the terminal. */
  readonly selfTest: string | null;
  /** It prints and ends; null: it is another start. */
  readonly command: StartCommand | null;
  /** A window that can be left, for developers; a packaged terminal ignores it. */
  readonly windowed: boolean;
  /** Whoever started it starts it again when it has ended; otherwise it does so itself. */
  readonly supervised: boolean;
}

/** Where a packaged terminal finds its configuration when nobody says so. */
export function defaultConfigPath(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  return platform === 'win32'
    ? `${env['ProgramData'] ?? 'C:\\ProgramData'}\\Yizhan\\terminal.yaml`
    : '/etc/yizhan/terminal.yaml';
}

/**
 * Not strict: Chromium's own switches (--ozone-platform=…, --lang=…) come on the same command line, and
 * Electron has read them already.
 *
 * @param argv what follows the program (and, unpackaged, the app's folder)
 */
export function parseStartArguments(argv: readonly string[], defaultConfig: string): StartArguments {
  const commandAt = argv.findIndex((word) => commandNames.some((name) => word === `--${name}`));
  const name = commandNames.find((known) => argv[commandAt] === `--${known}`);
  const { values } = parseArgs({
    args: commandAt < 0 ? [...argv] : argv.slice(0, commandAt),
    strict: false,
    options: {
      config: { type: 'string' },
      data: { type: 'string' },
      'self-test': { type: 'boolean' },
      report: { type: 'string' },
      windowed: { type: 'boolean' },
      supervised: { type: 'boolean' },
    },
  });
  const { config, data, report } = values;
  return {
    configPath: typeof config === 'string' ? config : defaultConfig,
    dataDir: typeof data === 'string' ? data : null,
    selfTest: values['self-test'] === true ? (typeof report === 'string' ? report : '-') : null,
    command: name === undefined ? null : { name, argv: argv.slice(commandAt + 1) },
    windowed: values.windowed === true,
    supervised: values.supervised === true,
  };
}

import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Debian's name of this machine's processor. */
export const debianArch = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** What a machine has besides: as dpkg notes it, since the packages themselves are not what is tried. */
const BASE = [
  ['libc6', '2.36'],
  ['libstdc++6', '12.2'],
  ['systemd', '252'],
  ['udev', '252'],
] as const;

export interface Said {
  readonly status: number;
  readonly text: string;
}

/** What a delivered unit has behind `apt-get`, a line a call. */
export function aptCallsOf(file: string): readonly (readonly string[])[] {
  const calls = readFileSync(file, 'utf8').matchAll(/^ExecStart=\/usr\/bin\/apt-get (.*)$/gm);
  return [...calls].map(([, line = '']) => line.split(' '));
}

/** From here on gpg's keyring of this process is one in a folder of its own (GNUPGHOME), until `close`. */
export function ownKeyring(folder: string): { close(): void } {
  const before = process.env['GNUPGHOME'];
  mkdirSync(folder, { mode: 0o700 });
  process.env['GNUPGHOME'] = folder;
  return {
    close: () => {
      spawnSync('gpgconf', ['--kill', 'all']);
      if (before === undefined) delete process.env['GNUPGHOME'];
      else process.env['GNUPGHOME'] = before;
    },
  };
}

/** A key to sign a repository with, in that keyring; returns its fingerprint. */
export function newArchiveKey(name: string): string {
  const made = ['--batch', '--quiet', '--passphrase', '', '--quick-generate-key', name, 'ed25519', 'sign'];
  const { status, stderr } = spawnSync('gpg', made, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`gpg: ${stderr}`);
  const { stdout } = spawnSync('gpg', ['--batch', '--with-colons', '--list-keys', name], {
    encoding: 'utf8',
  });
  return /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1] ?? 'none';
}

/** The machine's own apt and dpkg, over a root folder that holds nothing of this machine. */
export interface AptMachine {
  readonly root: string;
  /** With whatever a unit's command line has behind the program. */
  aptGet(...args: readonly string[]): Promise<Said>;
  /** What a delivered unit calls, in turn; the first that fails is what the unit fails by. */
  runUnit(file: string): Promise<Said>;
  aptCache(...args: readonly string[]): Promise<string>;
  dpkg(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Said>;
  /** `yizhan.sources`: the one file of sources that it has. */
  useSuite(suite: string): void;
  /** apt rolls its dice for a phased update with it. */
  setMachineId(id: string): void;
}

export function aptMachine(options: {
  readonly root: string;
  readonly url: string;
  /** Of the repository, as somebody brought it. */
  readonly archiveKey: string;
  readonly node: string;
  /** Other packages that it has, by name. */
  readonly also?: readonly string[];
  /** For whatever a package starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** The terminal's, which the package tries itself with. */
  readonly config: string;
}): AptMachine {
  const { root } = options;
  for (const folder of [
    'etc/apt/sources.list.d',
    'etc/apt/preferences.d',
    'etc/apt/keyrings',
    'etc/apt/apt.conf.d',
    'var/lib/apt/lists/partial',
    'var/cache/apt/archives/partial',
    'var/lib/dpkg/info',
    'var/lib/dpkg/updates',
    'var/lib/dpkg/triggers',
    'var/log/apt',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  const also = (options.also ?? []).map((name) => [name, '1'] as const);
  const base = [...BASE, ['nodejs', options.node] as const, ...also];
  const status = base.map(([name, version]) =>
    [
      `Package: ${name}`,
      'Status: install ok installed',
      'Maintainer: Nobody <nobody@yizhan.invalid>',
      `Architecture: ${debianArch}`,
      `Version: ${version}`,
      'Description: of the machine',
      '',
    ].join('\n'),
  );
  writeFileSync(join(root, 'var/lib/dpkg/status'), status.join('\n'));
  for (const [name] of base) writeFileSync(join(root, `var/lib/dpkg/info/${name}.list`), '');
  const keyring = join(root, 'etc/apt/keyrings/yizhan.pgp');
  writeFileSync(keyring, readFileSync(options.archiveKey));

  const dpkgOptions = [
    `--root=${root}`,
    '--force-script-chrootless',
    `--log=${join(root, 'var/log/dpkg.log')}`,
  ];
  const conf = join(root, 'etc/apt/test.conf');
  const configure = (machineId: string): void => {
    writeFileSync(
      conf,
      [
        `Dir "${root}";`,
        `Dir::State::status "${root}/var/lib/dpkg/status";`,
        'Dir::Bin::methods "/usr/lib/apt/methods";',
        `APT::Architecture "${debianArch}";`,
        `APT::Architectures { "${debianArch}"; };`,
        `APT::Machine-ID "${machineId}";`,
        'APT::Sandbox::User "root";',
        'Acquire::http::Proxy "DIRECT";',
        'Acquire::Languages "none";',
        'Acquire::Retries "0";',
        // apt gives maintainer scripts a PATH of its own.
        ...(options.env?.['PATH'] === undefined ? [] : [`DPkg::Path "${options.env['PATH']}";`]),
        `DPkg::Options { ${dpkgOptions.map((option) => `"${option}";`).join(' ')} };`,
        '',
      ].join('\n'),
    );
  };
  configure('0'.repeat(32));

  const env = {
    PATH: process.env['PATH'],
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    APT_CONFIG: conf,
    YIZHAN_NODE: process.execPath,
    YIZHAN_CONFIG: options.config,
    ...options.env,
  };
  const say = async (
    program: string,
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<Said> => {
    try {
      const { stdout, stderr } = await run(program, args, { env: { ...env, ...more }, timeout: 60_000 });
      return { status: 0, text: stdout + stderr };
    } catch (error) {
      // What execFile rejects with when the program ends with something else than 0.
      const failed = error as { code?: number; stdout?: string; stderr?: string };
      return { status: failed.code ?? -1, text: `${failed.stdout ?? ''}${failed.stderr ?? String(error)}` };
    }
  };
  return {
    root,
    aptGet: (...args) => say('/usr/bin/apt-get', args),
    runUnit: async (file) => {
      let said: Said = { status: -1, text: 'no call' };
      for (const args of aptCallsOf(file)) {
        said = await say('/usr/bin/apt-get', args);
        if (said.status !== 0) return said;
      }
      return said;
    },
    aptCache: async (...args) => (await say('/usr/bin/apt-cache', args)).text,
    dpkg: (args, more) => say('/usr/bin/dpkg', [...dpkgOptions, ...args], more),
    useSuite: (suite) => {
      writeFileSync(
        join(root, 'etc/apt/sources.list.d/yizhan.sources'),
        `Types: deb\nURIs: ${options.url}\nSuites: ${suite}\nComponents: main\nSigned-By: ${keyring}\n`,
      );
    },
    setMachineId: configure,
  };
}

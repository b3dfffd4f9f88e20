import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtFrom, isStale } from '../../scripts/demo/freshness.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);
export const arch = process.arch === 'arm64' ? 'arm64' : 'x64';

/** Marks Electron's fuse wire in its binary; version, length and one character a fuse follow it. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSES = [
  'runAsNode',
  'enableCookieEncryption',
  'enableNodeOptionsEnvironmentVariable',
  'enableNodeCliInspectArguments',
  'enableEmbeddedAsarIntegrityValidation',
  'onlyLoadAppFromAsar',
  'loadBrowserProcessSpecificV8Snapshot',
  'grantFileProtocolExtraPrivileges',
] as const;

/**
 * Packs the terminal for Linux as electron-builder.yml says, over a stub in place of Electron's binary (which
 * may be impossible to fetch): its fuses are flipped for real, its archive is the real one. `deb`: electron-builder makes its deb as
 * well, with fpm-stand-in.ts in place of fpm. Not tried here: AppImage and NSIS, whose tools electron-builder downloads, nor fpm itself.
 *
 * @returns the packed folder, below `work`; a deb lies beside it
 */
export async function packElectron(work: string, target: 'dir' | 'deb' = 'dir'): Promise<string> {
  await writeStubElectron(join(work, 'electron'));
  const stale = isStale(root, builtFrom.glyphs) ? ['glyphs'] : [];
  await run(bin('node'), ['scripts/build.ts', 'shell', 'device-host', 'beside-electron', ...stale], {
    cwd: root,
  });
  const fpm = await writeProgram(join(work, 'fpm'), 'tests/support/fpm-stand-in.ts');
  await run(
    bin('electron-builder'),
    [
      ...['--config', 'electron-builder.yml', '--linux', target, `--${arch}`],
      `-c.electronDist=${join(work, 'electron')}`,
      `-c.directories.output=${join(work, 'out')}`,
    ],
    {
      cwd: root,
      env: {
        ...process.env,
        PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`,
        CUSTOM_FPM_PATH: fpm,
      },
    },
  );
  const folder = (await readdir(join(work, 'out'))).find((name) => name.endsWith('unpacked'));
  return join(work, 'out', folder ?? 'nothing was packed');
}

/** A program that runs a script of this repository with the Node of this test. Returns `file`. */
async function writeProgram(file: string, script: string): Promise<string> {
  await writeFile(file, `#!/bin/sh\nexec '${process.execPath}' '${join(root, script)}' "$@"\n`);
  await chmod(file, 0o755);
  return file;
}

/** For $YIZHAN_STAND_IN: with it a packed program, started as it is, runs its own archive over the stand-in for Electron. */
export function standInProgram(work: string): Promise<string> {
  return writeProgram(join(work, 'stand-in'), 'tests/support/electron-stand-in/packed.ts');
}

async function writeStubElectron(folder: string): Promise<void> {
  await mkdir(join(folder, 'resources'), { recursive: true });
  await mkdir(join(folder, 'locales'));
  // Started, it is what $YIZHAN_STAND_IN makes of it (`standInProgram`).
  const wire = [
    Buffer.from(`#!/bin/sh\n# ${FUSE_SENTINEL}`),
    Buffer.from([1, FUSES.length]),
    Buffer.from('10111111\nexec "$YIZHAN_STAND_IN" "$0" "$@"\n'),
  ];
  await writeFile(join(folder, 'electron'), Buffer.concat(wire));
  await chmod(join(folder, 'electron'), 0o755);
  await writeFile(join(folder, 'version'), '45.0.0');
  for (const name of ['zh-CN', 'en-US', 'fr', 'de']) await writeFile(join(folder, `locales/${name}.pak`), '');
  await writeFile(join(folder, 'resources/default_app.asar'), emptyArchive());
}

/** An asar header is a pickled string: the sizes of the pickle, its payload and the text, then the text. */
function emptyArchive(): Buffer {
  const text = Buffer.from('{"files":{}}');
  const sizes = Buffer.alloc(16);
  [4, text.length + 8, text.length + 4, text.length].forEach((size, index) =>
    sizes.writeUInt32LE(size, index * 4),
  );
  return Buffer.concat([sizes, text]);
}

/** Of packages that electron-builder packs with, which are not ours by name. */
interface Archiver {
  extractAll(archive: string, folder: string): void;
}
interface FuseReader {
  /** By number; of the character that stands in the binary. */
  getCurrentFuseWire(binary: string): Promise<Readonly<Record<string, number>>>;
  readonly FuseV1Options: Readonly<Record<string, string>>;
}

function packersOwn(name: string): unknown {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
  return createRequire(builder.resolve('app-builder-lib'))(name);
}

/** What was packed, as files again: all that a delivered terminal has of ours and of other people's. */
export function unpackApp(packed: string, folder: string): void {
  (packersOwn('@electron/asar') as Archiver).extractAll(join(packed, 'resources/app.asar'), folder);
}

/** The fuses of a packed program as Electron's own tool reads them, by the names of electron-builder.yml. */
export async function fusesOf(binary: string): Promise<Readonly<Record<string, boolean>>> {
  const { getCurrentFuseWire, FuseV1Options } = packersOwn('@electron/fuses') as FuseReader;
  const wire = await getCurrentFuseWire(binary);
  const numbers = Object.keys(wire).filter((key) => /^\d+$/.test(key));
  return Object.fromEntries(
    numbers.map((number) => {
      const name = FuseV1Options[number] ?? `unknown ${number}`;
      return [name.charAt(0).toLowerCase() + name.slice(1), wire[number] === '1'.charCodeAt(0)];
    }),
  );
}

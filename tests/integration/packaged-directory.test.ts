/**
 * Packs the terminal for Linux as electron-builder.yml says, over a stub in place of Electron's binary (which
 * may be impossible to fetch): its fuses are flipped for real, its archive is the real one. Not tried here:
 * deb, AppImage and NSIS, whose tools electron-builder downloads.
 */
import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtFrom, isStale } from '../../scripts/demo/freshness.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const arch = process.arch === 'arm64' ? 'arm64' : 'x64';

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

let work = '';
let packed = '';

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'yizhan-packed-'));
  await writeStubElectron(join(work, 'electron'));
  await run(
    bin('node'),
    ['scripts/build.ts', 'shell', 'device-host', ...(isStale(root, builtFrom.glyphs) ? ['glyphs'] : [])],
    { cwd: root },
  );
  await run(
    bin('electron-builder'),
    [
      ...['--config', 'electron-builder.yml', '--linux', 'dir', `--${arch}`],
      `-c.electronDist=${join(work, 'electron')}`,
      `-c.directories.output=${join(work, 'out')}`,
    ],
    { cwd: root, env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}` } },
  );
  const folder = (await readdir(join(work, 'out'))).find((name) => name.endsWith('unpacked'));
  packed = join(work, 'out', folder ?? 'nothing was packed');
});
afterAll(() => rm(work, { recursive: true, force: true }));

async function writeStubElectron(folder: string): Promise<void> {
  await mkdir(join(folder, 'resources'), { recursive: true });
  await mkdir(join(folder, 'locales'));
  const wire = [
    Buffer.from(`stub ${FUSE_SENTINEL}`),
    Buffer.from([1, FUSES.length]),
    Buffer.from('10111111'),
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

interface ArchiveFolder {
  readonly files: Readonly<Record<string, Partial<ArchiveFolder>>>;
}

async function archivedFiles(): Promise<readonly string[]> {
  const bytes = await readFile(join(packed, 'resources/app.asar'));
  const header: ArchiveFolder = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
  const walk = ({ files }: ArchiveFolder, above: string): string[] =>
    Object.entries(files).flatMap(([name, entry]) =>
      entry.files ? walk({ files: entry.files }, `${above}${name}/`) : [`${above}${name}`],
    );
  return walk(header, '');
}

test('every fuse is as electron-builder.yml says', async () => {
  const binary = await readFile(join(packed, 'yizhan'));
  const at = binary.indexOf(FUSE_SENTINEL) + FUSE_SENTINEL.length;
  const on = FUSES.filter((_fuse, index) => binary[at + 2 + index] === '1'.charCodeAt(0));
  expect(on).toEqual([
    'enableCookieEncryption',
    'enableEmbeddedAsarIntegrityValidation',
    'onlyLoadAppFromAsar',
  ]);
});

test('the archive holds the bundles, and nothing of the sources, the tests or the platform', async () => {
  const files = await archivedFiles();
  expect(files).toEqual(
    expect.arrayContaining([
      'package.json',
      'dist/shell/main.js',
      'dist/shell/preload.cjs',
      'dist/shell/out-of-service/index.html',
      'dist/device-host/main.js',
      'dist/glyphs/rare-24.glyphs',
      'node_modules/serialport/package.json',
    ]),
  );
  const allowed = /^(package\.json$|dist\/(shell|renderer|device-host|glyphs)\/|node_modules\/)/;
  expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  expect(files.filter((file) => /\.(ts|map|vue|test\.\w+)$/.test(file))).toEqual([]);
});

test('of node_modules only serialport and what it needs is packed', async () => {
  const packages = new Set(
    (await archivedFiles()).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
  const foreign = [...packages].filter(
    (name) =>
      !name.startsWith('@serialport/') && !['serialport', 'debug', 'ms', 'node-gyp-build'].includes(name),
  );
  expect(foreign).toEqual([]);
});

test('only this machine’s native file is packed, outside of the archive', async () => {
  const native = (await archivedFiles()).filter((file) => file.endsWith('.node'));
  const prebuilds = `node_modules/@serialport/bindings-cpp/prebuilds/linux-${arch}`;
  expect(native).toHaveLength(1);
  expect(native[0]).toMatch(new RegExp(`^${prebuilds}/.*glibc\\.node$`));
  const unpacked = await readdir(join(packed, 'resources/app.asar.unpacked', prebuilds));
  expect(unpacked.map((name) => `${prebuilds}/${name}`)).toEqual(native);
});

test('only the two languages of the terminal are left of Chromium’s', async () => {
  expect((await readdir(join(packed, 'locales'))).sort()).toEqual(['en-US.pak', 'zh-CN.pak']);
});

test('the package names the desktop entry that its window belongs to', async () => {
  const bytes = await readFile(join(packed, 'resources/app.asar'));
  expect(bytes.includes('"desktopName": "cn.yizhan.terminal.desktop"')).toBe(true);
});

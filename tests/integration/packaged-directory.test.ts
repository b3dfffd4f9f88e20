import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '#config/load.ts';
import { NEWEST_SCHEMA, ownSchema, readableFrom } from '#terminal/store/migrate.ts';
import { arch, fusesOf, packElectron, unpackApp } from '../support/packed-electron.ts';

const root = join(import.meta.dirname, '../..');

let work = '';
let packed = '';
let app = '';

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'yizhan-packed-'));
  packed = await packElectron(work);
  app = join(work, 'app');
  unpackApp(packed, app);
});
afterAll(() => rm(work, { recursive: true, force: true }));

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

/** Packages and modules that a bundle names: `import`, `import()`, `require()`, and the bundler's own `__require()`. */
function importedBy(bundle: string): readonly string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    const named = ts.isImportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isCallExpression(node) && /^(import|(__)?require)$/.test(node.expression.getText(source))
        ? node.arguments[0]
        : undefined;
    if (named && ts.isStringLiteral(named) && !named.text.startsWith('.')) found.add(named.text);
    ts.forEachChild(node, visit);
  };
  const source = ts.createSourceFile('bundle.js', bundle, ts.ScriptTarget.Latest);
  visit(source);
  return [...found];
}

function packageIn(specifier: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}

test('every fuse is as electron-builder.yml says', async () => {
  const { electronFuses } = parse(await readFile(join(root, 'electron-builder.yml'), 'utf8'));
  expect(await fusesOf(join(packed, 'yizhan'))).toEqual(electronFuses);
  expect(electronFuses).toMatchObject({ runAsNode: false, onlyLoadAppFromAsar: true });
});

/** All that is delivered, beside the archive and in it. */
async function deliveredFiles(): Promise<readonly string[]> {
  const found = await Promise.all(
    [packed, app].map((folder) => readdir(folder, { recursive: true, withFileTypes: true })),
  );
  return found.flat().flatMap((entry) => (entry.isFile() ? [join(entry.parentPath, entry.name)] : []));
}

test('nobody but the owner may write any of it, no file is run as somebody else, and there are no links', async () => {
  const entries = await readdir(packed, { recursive: true, withFileTypes: true });
  const odd: string[] = [];
  for (const entry of entries) {
    const { mode } = await lstat(join(entry.parentPath, entry.name));
    // Not group's or others' to write; neither setuid nor setgid.
    if ((mode & 0o6022) !== 0 || entry.isSymbolicLink()) odd.push(`${entry.name} ${mode.toString(8)}`);
  }
  expect(entries.length).toBeGreaterThan(10);
  expect(odd).toEqual([]);
});

test('no other binary is among it than this machine’s native file', async () => {
  const programs: string[] = [];
  for (const file of await deliveredFiles()) {
    // ELF, PE, Mach-O alone and universal. Electron's own is the stub here.
    const magic = (await readFile(file)).subarray(0, 4).toString('latin1');
    if (/^(\x7fELF|MZ|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(magic)) programs.push(file);
  }
  // Beside the archive, and as the archiver gives it back.
  expect(programs).toHaveLength(2);
  for (const file of programs) expect(file).toMatch(/bindings-cpp.*glibc\.node$/);
});

test('no source map, no private key and no path of whoever packed it is in any file', async () => {
  const telling: string[] = [];
  for (const file of await deliveredFiles()) {
    const text = await readFile(file, 'latin1');
    const isTelling =
      file.endsWith('.map') ||
      /[#@] sourceMappingURL=data:/.test(text) ||
      /-----BEGIN (\w+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{32}/.test(text) ||
      text.includes(root) ||
      text.includes(work);
    if (isTelling) telling.push(file);
  }
  expect(telling).toEqual([]);
});

test('the archive holds the bundles, and nothing of the sources, the tests or the platform', async () => {
  const files = await archivedFiles();
  expect(files).toEqual(
    expect.arrayContaining([
      'package.json',
      'dist/shell/main.js',
      'dist/shell/preload.cjs',
      'dist/shell/out-of-service/index.html',
      ...['index', 'staff', 'board'].map((page) => `dist/renderer/${page}.html`),
      'dist/device-host/main.js',
      'dist/glyphs/rare-24.glyphs',
      'node_modules/serialport/package.json',
    ]),
  );
  const allowed = /^(package\.json$|dist\/(shell|renderer|device-host|glyphs)\/|node_modules\/)/;
  expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  expect(files.filter((file) => /\.(ts|map|vue|test\.\w+)$/.test(file))).toEqual([]);
});

test('of node_modules only what the bundles do not contain is packed, and what that needs', async () => {
  const packages = new Set(
    (await archivedFiles()).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
  );
  const foreign = [...packages].filter(
    (name) =>
      !name.startsWith('@serialport/') &&
      !['serialport', 'ws', 'debug', 'ms', 'node-gyp-build'].includes(name),
  );
  expect(foreign).toEqual([]);
});

test('what the bundles ask for at run time is Node’s, Electron’s, or packed', async () => {
  const files = await archivedFiles();
  const isThere = (name: string): boolean =>
    isBuiltin(name) || files.includes(`node_modules/${packageIn(name)}/package.json`);
  const asked = async (bundle: string): Promise<readonly string[]> =>
    importedBy(await readFile(join(app, bundle), 'utf8'));
  expect((await asked('dist/shell/main.js')).filter((name) => !isThere(name))).toEqual(['electron']);
  expect((await asked('dist/shell/preload.cjs')).filter((name) => !isThere(name))).toEqual(['electron']);
  expect((await asked('dist/device-host/main.js')).filter((name) => !isThere(name))).toEqual([]);
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

test('beside the program lies what installs and supervises it and the commands, which ask for nothing but Node’s own', async () => {
  const bundles = (await readdir(join(packed, 'dist/host'))).filter((name) => name.endsWith('.js'));
  const commands = ['staff', 'outbox', 'hub', 'station-key', 'enrol', 'configuration'];
  const ofRoot = ['update', 'out-of-service', 'hold-screen', 'kiosk'];
  expect(bundles).toEqual(expect.arrayContaining([...commands, ...ofRoot].map((name) => `${name}.js`)));
  for (const bundle of bundles) {
    const asked = importedBy(await readFile(join(packed, 'dist/host', bundle), 'utf8'));
    expect([bundle, asked.filter((name) => !isBuiltin(name))]).toEqual([bundle, []]);
  }
  const { version, store }: { version: string; store: unknown } = JSON.parse(
    await readFile(join(packed, 'package.json'), 'utf8'),
  );
  // The one that Electron's own archive says.
  const archived: { version: string } = JSON.parse(await readFile(join(app, 'package.json'), 'utf8'));
  expect([version, store]).toEqual([
    archived.version,
    { schema: NEWEST_SCHEMA, readableFrom: readableFrom(ownSchema, NEWEST_SCHEMA) },
  ]);
});

test('what a configuration begins with lies beside the program, and is right', async () => {
  const folder = join(packed, 'resources/configuration');
  expect((await readdir(folder, { recursive: true })).filter((name) => /\./.test(name)).sort()).toEqual([
    'configuration.schema.json',
    'example/station.yaml',
    'example/terminal-01.yaml',
    'example/terminal-02.yaml',
    'profiles/upright-21.yaml',
  ]);
  for (const name of ['terminal-01.yaml', 'terminal-02.yaml']) {
    expect(loadConfig(join(folder, 'example', name))).toMatchObject({ ok: true });
  }
});

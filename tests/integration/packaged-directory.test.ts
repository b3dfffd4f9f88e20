import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { arch, FUSE_SENTINEL, FUSES, packElectron, unpackApp } from '../support/packed-electron.ts';

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

/** The tarball of the plain-Node host: what is in it, that it is made alike each time, installed whole or not at all, and runs. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { versionsOf } from '#host/update/versions.ts';
import { madeMs } from '#terminal/health/trusted-time.ts';
import { packHost } from '../../scripts/package/pack-host.ts';

const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

let work: string;
let tarball: string;
let names: readonly string[];
let config: string;

const MADE_S = Date.UTC(2026, 5, 1) / 1000;
const pack = (out: string): Promise<string> =>
  packHost({
    renderer: join(work, 'renderer'),
    glyphs: join(work, 'glyphs'),
    arch,
    version: '1.2.3',
    madeS: MADE_S,
    out: join(work, out),
    key: privateKey,
  });

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'yizhan-tarball-'));
  // Screens and glyphs are copied as they are: what they are like is tested elsewhere.
  for (const folder of ['renderer', 'glyphs']) mkdirSync(join(work, folder));
  for (const page of ['index', 'staff', 'technician', 'board', 'provision'])
    writeFileSync(join(work, `renderer/${page}.html`), `<title>${page}</title>`);
  writeFileSync(join(work, 'renderer/index.js.map'), '{}');
  writeFileSync(join(work, 'glyphs/rare-24.glyphs'), '');
  config = join(work, 'terminal.yaml');
  // Ports 9 and 10 of the loopback: nobody listens there.
  writeFileSync(
    config,
    demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' }),
  );
  writeFileSync(join(work, 'release.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  tarball = await pack('first');
  names = listing().map((line) => line.split(/\s+/).slice(5).join(' '));
});
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

/** `-rw-r--r-- 0/0 SIZE DAY TIME NAME`, a line a file. */
function listing(): readonly string[] {
  const { stdout } = spawnSync('tar', ['--list', '--verbose', '--numeric-owner', '-f', tarball], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
  return stdout.trim().split('\n');
}

function install(root: string, from: string, ...more: readonly string[]) {
  const args = [join(work, 'first/install.sh'), from, '--root', join(work, root), ...more];
  return spawnSync('sh', args, {
    encoding: 'utf8',
    env: { ...process.env, YIZHAN_NODE: process.execPath, YIZHAN_CONFIG: config },
  });
}
const withKey = (): readonly string[] => ['--key', join(work, 'release.pub')];

test('the same sources give the same bytes', async () => {
  expect(readFileSync(await pack('second')).equals(readFileSync(tarball))).toBe(true);
});

test('all of it is root’s, nobody else may write it, and its one time is that of the sources', () => {
  const odd = listing().filter(
    (line) => !/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) 0\/0 +\d+ 2026-06-01 00:00 /.test(line),
  );
  expect(odd).toEqual([]);
});

test('it holds the programs, the units and a configuration to begin with, and nothing of sources or tests', () => {
  const inside = names.map((name) => name.replace(/^yizhan-1\.2\.3\//, ''));
  expect(inside).toEqual(
    expect.arrayContaining([
      ...['main', 'kiosk', 'out-of-service', 'self-test', 'update', 'enrol', 'staff'].map(
        (name) => `dist/host/${name}.js`,
      ),
      'dist/host/pages/index.html',
      'dist/device-host/main.js',
      'dist/renderer/index.html',
      'packaging/systemd/yizhan-terminal.service',
      'packaging/chromium-policy.json',
      'packaging/install.sh',
      'configuration/profiles/upright-21.yaml',
    ]),
  );
  expect(inside.filter((name) => /\.(ts|map|vue|md)$|\.test\./.test(name))).toEqual([]);
});

test('of node_modules it has what the bundles leave out, and one native file: this processor’s', () => {
  const packages = new Set(
    names.flatMap((name) =>
      name.endsWith('/') ? [] : (/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(name)?.[1] ?? []),
    ),
  );
  const known = ['serialport', 'ws', 'debug', 'ms', 'node-gyp-build'];
  expect([...packages].filter((name) => !name.startsWith('@serialport/') && !known.includes(name))).toEqual(
    [],
  );
  const native = names.filter((name) => name.endsWith('.node'));
  expect(native).toEqual([expect.stringMatching(new RegExp(`prebuilds/linux-${arch}/.*glibc\\.node$`))]);
});

test('the packages beside the bundles load from where they are laid', () => {
  const laid = join(work, 'laid');
  spawnSync('sh', ['-c', `mkdir ${laid} && tar -xzf ${tarball} -C ${laid} --strip-components=1`]);
  const script = "require('serialport'); require('ws')";
  const { status, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: laid, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('it is installed behind its self-test, and switched to in one step; the version before stays', async () => {
  expect(install('good', tarball, ...withKey())).toMatchObject({ status: 0, stderr: '' });
  // By which a board that forgot the time is known.
  expect(madeMs(join(work, 'good/opt/yizhan/current/dist/host/main.js'))).toBe(MADE_S * 1000);
  const place = join(work, 'good/opt/yizhan');
  expect(readlinkSync(join(place, 'current'))).toBe('1.2.3');
  const { ok, version, checks } = JSON.parse(readFileSync(join(place, 'current/self-test.json'), 'utf8'));
  expect({ ok, version }).toEqual({ ok: true, version: '1.2.3' });
  expect(checks.map(({ name }: { name: string }) => name)).toEqual(['renderer', 'device-host', 'terminal']);
  const policy = JSON.parse(
    readFileSync(join(work, 'good/etc/chromium/policies/managed/yizhan.json'), 'utf8'),
  );
  expect(policy.URLAllowlist).toEqual(['http://127.0.0.1:7404', 'file:///opt/yizhan/']);
  expect(install('good', tarball, ...withKey())).toMatchObject({ status: 1, stderr: /installed already/ });
});

test.each(['enrol', 'staff', 'outbox', 'hub', 'station-key', 'configuration'])(
  'the command %s of what is installed says how it is used',
  (name) => {
    const program = join(work, `good/opt/yizhan/current/dist/host/${name}.js`);
    const { stdout, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    expect(stdout + stderr).toMatch(/npm run [a-z-]+ -- /);
  },
);

test.each([
  [
    'changed on its way',
    () => appendFileSync(join(work, `bad/yizhan-host-1.2.3-linux-${arch}.tar.gz`), 'x'),
    /not what SHA256SUMS says/,
  ],
  [
    'with another sum',
    () => writeFileSync(join(work, 'bad/SHA256SUMS'), `${'0'.repeat(64)}  x\n`),
    /not signed/,
  ],
  [
    'without a signature',
    () => rmSync(join(work, 'bad/SHA256SUMS.sig')),
    /not signed: SHA256SUMS\.sig is not beside it/,
  ],
  ['without sums', () => rmSync(join(work, 'bad/SHA256SUMS')), /SHA256SUMS is not beside yizhan-/],
  ['not there itself', () => rmSync(tarball.replace('/first/', '/bad/')), /bad\/yizhan-.* is not there/],
])('one that is %s is refused, and nothing is laid out', (_what, spoil, sentence) => {
  rmSync(join(work, 'bad'), { recursive: true, force: true });
  cpSync(join(work, 'first'), join(work, 'bad'), { recursive: true });
  spoil();
  const refused = install('refused', tarball.replace('/first/', '/bad/'), ...withKey());
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(sentence);
  expect(spawnSync('ls', [join(work, 'refused/opt/yizhan/current')]).status).not.toBe(0);
});

test.each([
  [['--key', '/none.pub'], /\/none\.pub is no public Ed25519 key/],
  [['--key', '/etc/hostname'], /is no public Ed25519 key/],
  [['--key'], /--key of what\? usage: install\.sh TARBALL/],
  [['--kee', 'x'], /what is --kee\? usage: install\.sh TARBALL/],
])('%j is told by name, and nothing is laid out', (more, sentence) => {
  const refused = install('mistyped', tarball, ...more);
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringMatching(sentence)]);
  expect(existsSync(join(work, 'mistyped'))).toBe(false);
});

test('one whose self-test fails is taken away again, and what ran stays', () => {
  expect(install('kept', tarball, ...withKey()).status).toBe(0);
  const broken = join(work, 'broken');
  spawnSync('sh', ['-c', `mkdir ${broken} && tar -xzf ${tarball} -C ${broken}`]);
  const inside = join(broken, 'yizhan-1.2.3');
  rmSync(join(inside, 'dist/device-host/main.js'));
  writeFileSync(join(inside, 'package.json'), '{"name":"yizhan","version":"1.2.4","type":"module"}');
  const script = `tar -czf ${broken}/next.tar.gz -C ${broken} yizhan-1.2.3 && cd ${broken} && sha256sum next.tar.gz > SHA256SUMS`;
  expect(spawnSync('sh', ['-c', script]).status).toBe(0);
  const refused = install('kept', join(broken, 'next.tar.gz'));
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/self-test failed.*"device-host"/s);
  expect(readlinkSync(join(work, 'kept/opt/yizhan/current'))).toBe('1.2.3');
  expect(spawnSync('ls', ['-A', join(work, 'kept/opt/yizhan')], { encoding: 'utf8' }).stdout).toBe(
    '1.2.3\ncurrent\nupdater\n',
  );
});

test('root’s updater lays the next one beside it by the version that is kept, and switches to it and back', async () => {
  expect(install('updated', tarball, ...withKey()).status).toBe(0);
  const root = join(work, 'updated');
  const programs = join(root, 'opt/yizhan');
  // The same by another number.
  const next = join(work, 'next');
  const script = `mkdir ${next} && tar -xzf ${tarball} -C ${next} && sed -i 's/"version": "1.2.3"/"version": "1.2.4"/' ${next}/yizhan-1.2.3/package.json && tar -czf ${next}/next.tar.gz -C ${next} yizhan-1.2.3`;
  expect(spawnSync('sh', ['-c', script]).status).toBe(0);
  const sha256 = createHash('sha256')
    .update(readFileSync(join(next, 'next.tar.gz')))
    .digest('hex');
  const versions = versionsOf({
    root,
    programs,
    config,
    installer: join(programs, 'updater/packaging/install.sh'),
    node: process.execPath,
  });
  const laid = { tarball: join(next, 'next.tar.gz'), sha256, version: '1.2.4' };
  // A power cut may have come in between.
  mkdirSync(join(programs, '.new-1'));
  for (const wrong of [{ sha256: '0'.repeat(64) }, { version: '1.2.5' }])
    expect(await versions.layOut({ ...laid, ...wrong })).toMatchObject({
      ok: false,
      fault: { code: 'update.not-whole' },
    });
  for (const time of ['once', 'again behind a kill'])
    expect(await versions.layOut(laid), time).toEqual({ ok: true, value: null });
  const { version } = JSON.parse(readFileSync(join(programs, '1.2.4/self-test.json'), 'utf8'));
  expect([version, versions.current(), versions.canGoBack('1.2.4', '1.2.3')]).toEqual([
    '1.2.4',
    '1.2.3',
    true,
  ]);

  await versions.switchTo('1.2.4');
  expect([versions.current(), readlinkSync(join(programs, 'updater'))]).toEqual(['1.2.4', '1.2.3']);
  await versions.switchTo('1.2.3');
  await versions.switchTo('1.2.4');
  await versions.keep('1.2.4', '1.2.3');
  expect(spawnSync('ls', ['-A', programs], { encoding: 'utf8' }).stdout).toBe(
    '1.2.3\n1.2.4\ncurrent\nupdater\n',
  );
  expect(readlinkSync(join(programs, 'updater'))).toBe('1.2.4');
  await expect(versions.switchTo('1.2.9')).rejects.toThrow('1.2.9 is not there');
  expect(versions.current()).toBe('1.2.4');
});

test('what was installed runs where it cannot write, and ends as it is asked', async () => {
  expect(install('runs', tarball, ...withKey()).status).toBe(0);
  const program = join(work, 'runs/opt/yizhan/current/dist/host/main.js');
  spawnSync('chmod', ['-R', 'a-w', join(work, 'runs/opt')]);
  const child = spawn(process.execPath, [program, '--config', config, '--data', join(work, 'data')], {
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once('line', resolve),
  );
  const { ready } = JSON.parse(line);
  const page = await fetch(ready.resident, { redirect: 'manual' });
  expect(page.status).toBe(303);
  child.kill('SIGTERM');
  expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0);
});

/**
 * The deb of the terminal in Electron, as electron-builder makes it (but for fpm, which is a stand-in), and what this machine's own dpkg makes of it,
 * over a root folder of the test's own: the same chain as of the plain host's deb (host-deb.test.ts).
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { ARCHIVE_KEY, publishSuite } from '../../scripts/package/publish-suite.ts';
import {
  aptMachine,
  debianArch,
  newArchiveKey,
  ownKeyring,
  type AptMachine,
} from '../support/apt-machine.ts';
import { expectGivenToUpdater, overlaid, whyNotOverlaid } from '../support/overlaid-machine.ts';
import { ELECTRON_TREE, packVersions, type PackedVersions } from '../support/packed-versions.ts';
import { serveFolder } from '../support/static-server.ts';

const root = join(import.meta.dirname, '../..');
const SYSTEMD = 'usr/lib/systemd/system';
const ELECTRON_NEEDS = [
  ...['cage', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libxtst6', 'libatspi2.0-0'],
  ...['libuuid1', 'libsecret-1-0', 'xdg-utils', 'fonts-noto-cjk', 'fonts-noto-core'],
];
// dpkg gives files to root.
const missing = [
  ...['/usr/bin/apt-get', '/usr/bin/dpkg', '/usr/bin/gpg'].filter((tool) => !existsSync(tool)),
  ...(process.getuid?.() === 0 ? [] : ['root']),
];
if (missing.length > 0) console.log(`electron-deb.test.ts is skipped: there is no ${missing.join(', no ')}`);
const whyAlone = whyNotOverlaid();
if (whyAlone !== null) console.log(`electron-deb.test.ts: a terminal that runs is skipped: ${whyAlone}`);

// skipped where there is no Debian: nothing else would say what apt and dpkg make of a package.
describe.skipIf(missing.length > 0)('the deb of the terminal in Electron', () => {
  let work: string;
  let config: string;
  let packed: PackedVersions;
  let first: string;
  let second: string;
  let served: Awaited<ReturnType<typeof serveFolder>>;
  let key: string;
  let machine: AptMachine;
  let keyring: ReturnType<typeof ownKeyring>;
  const repository = (): string => join(work, 'district');

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'yizhan-electron-deb-'));
    config = join(work, 'terminal.yaml');
    // Ports 9 and 10 of the loopback: nobody listens there.
    writeFileSync(
      config,
      demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' }),
    );
    keyring = ownKeyring(join(work, 'gpg'));
    key = newArchiveKey('district');
    packed = await packVersions(work);
    first = packed.version('1.2.3', () => undefined);
    second = packed.version('1.2.4', () => undefined);
    publish(first);
    served = await serveFolder(repository());
    machine = newMachine('kiosk', ELECTRON_NEEDS);
  });
  afterAll(async () => {
    await served.close();
    keyring.close();
    rmSync(work, { recursive: true, force: true });
  });

  function publish(...debs: readonly string[]): void {
    const packages = mkdtempSync(join(work, 'suite-'));
    for (const [index, deb] of debs.entries()) copyFileSync(deb, join(packages, `${String(index)}.deb`));
    // apt looks at the machine's own clock.
    publishSuite({
      packages,
      out: repository(),
      suite: 'stable',
      key,
      nowMs: Date.now(),
      validDays: 14,
      phase: 50,
    });
  }

  function newMachine(name: string, also: readonly string[]): AptMachine {
    const { url } = served;
    const archiveKey = join(repository(), ARCHIVE_KEY);
    const { env } = packed;
    const made = aptMachine({
      root: join(work, 'machines', name),
      url,
      archiveKey,
      node: '24.21.0',
      also,
      env,
      config,
    });
    made.useSuite('stable');
    return made;
  }
  const current = (): string => readlinkSync(join(machine.root, 'opt/yizhan/current'));
  const laid = (): readonly string[] => readdirSync(join(machine.root, 'opt/yizhan')).sort();
  const inTree = (deb: string): string =>
    join(packed.unpack(deb, mkdtempSync(join(work, 'deb-'))), ELECTRON_TREE);

  test('as a file is root’s, needs Node and a compositor, and lies not beside the plain host’s', () => {
    const ask = (...args: readonly string[]): string =>
      spawnSync('dpkg-deb', args, { encoding: 'utf8' }).stdout;
    const plain = /^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) (root\/root|0\/0) /;
    const lines = ask('--contents', packed.deb).trim().split('\n');
    expect(lines.filter((line) => !plain.test(line))).toEqual([]);
    expect(ask('--field', packed.deb, 'Depends')).toMatch(
      /^nodejs \(>= 24\), systemd \(>= 241\), udev, cage, /,
    );
    expect(ask('--field', packed.deb, 'Conflicts')).toBe('yizhan-host\n');
    // Beside electron-builder's tree and its desktop entry dpkg has the units of apt's night.
    const elsewhere = lines
      .map((line) => line.slice(line.indexOf(' ./') + 3))
      .filter((name) => name !== '' && !name.endsWith('/') && !/^(opt\/Yizhan|usr\/share)\//.test(name));
    expect(elsewhere.sort()).toEqual(
      ['yizhan-apt-take.service', 'yizhan-apt.service', 'yizhan-apt.timer'].map(
        (name) => `${SYSTEMD}/${name}`,
      ),
    );
  });

  test('its scripts and units are the plain host’s but for names, and what is Electron’s own', () => {
    const packaging = join(inTree(packed.deb), 'packaging');
    const host = join(root, 'electron/host/packaging');
    const shell = join(root, 'electron/shell/packaging');
    const renamed = (text: string): string =>
      text
        .replaceAll('/usr/lib/yizhan-host', '/opt/Yizhan')
        .replaceAll('yizhan-host', 'yizhan')
        .replaceAll('yizhan-kiosk.service', 'yizhan-screen.service');
    const files = readdirSync(packaging, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(packaging.length + 1));
    const own = files.filter((name) => existsSync(join(shell, name)));
    expect(own.sort()).toEqual([
      'apparmor',
      'self-test.sh',
      'systemd/yizhan-screen.service',
      'systemd/yizhan-terminal.service',
    ]);
    const shared = files.filter((name) => !own.includes(name) && name !== 'chromium-policy.json');
    for (const name of shared)
      expect(readFileSync(join(packaging, name), 'utf8'), name).toBe(
        renamed(readFileSync(join(host, name), 'utf8')),
      );
    expect(shared).toEqual(
      expect.arrayContaining(['install.sh', 'deb/postinst', 'systemd/yizhan-update.service']),
    );
    expect(shared).not.toContain('systemd/yizhan-kiosk.service');
    for (const script of ['postinst', 'prerm', 'postrm'])
      expect(spawnSync('sh', ['-n', join(packaging, 'deb', script)]).status).toBe(0);
  });

  test('is installed behind its self-test, and dpkg’s own files are what is at work', async () => {
    expect(await machine.aptGet('update', '-o', 'APT::Update::Error-Mode=any')).toMatchObject({ status: 0 });
    const installed = await machine.aptGet('--yes', '--no-install-recommends', 'install', 'yizhan');
    expect(installed.status, installed.text).toBe(0);
    expect(laid()).toEqual(['1.2.3', 'current', 'updater']);
    expect(await machine.dpkg(['--verify', 'yizhan'])).toEqual({ status: 0, text: '' });
    const { ok, checks } = JSON.parse(
      readFileSync(join(machine.root, 'opt/yizhan/current/self-test.json'), 'utf8'),
    );
    expect([ok, checks.map(({ name }: { name: string }) => name)]).toEqual([
      true,
      ['renderer', 'device-host', 'terminal'],
    ]);
    const archive = 'resources/app.asar';
    expect(statSync(join(machine.root, 'opt/yizhan/1.2.3', archive)).ino).toBe(
      statSync(join(machine.root, ELECTRON_TREE, archive)).ino,
    );
    expect(readlinkSync(join(machine.root, 'usr/bin/yizhan'))).toBe('/opt/yizhan/current/yizhan');
    const units = readdirSync(join(machine.root, SYSTEMD));
    expect(units).toEqual(expect.arrayContaining(['yizhan-terminal.service', 'yizhan-screen.service']));
    expect(units).not.toContain('yizhan-kiosk.service');
  });

  test('brings the commands beside a terminal, which plain Node runs', () => {
    const run = (name: string, ...args: readonly string[]) =>
      spawnSync(process.execPath, [join(machine.root, `opt/yizhan/current/dist/host/${name}.js`), ...args], {
        encoding: 'utf8',
      });
    expect(run('configuration', 'check', config)).toMatchObject({ status: 0, stderr: '' });
    const data = join(work, 'data');
    mkdirSync(data);
    for (const [name, ...args] of [
      ['staff', 'list', '--data', data],
      ['outbox'],
      ['hub'],
      ['station-key'],
      ['enrol'],
      ['update', '--nothing'],
      ['kiosk'],
      ['hold-screen'],
    ] as const) {
      const { status, stderr, stdout } = run(name, ...args);
      // Each says how it is used, or that no terminal runs there: it was loaded as a whole.
      expect([name, status], stderr + stdout).toEqual([name, name === 'staff' ? 3 : 2]);
    }
  });

  test('whoever holds its screen lets the terminal’s user in under one name, and shows nothing while that serves', async () => {
    const folder = mkdtempSync(join(work, 'session-'));
    const [socket, serves] = [join(folder, 'terminal'), join(folder, 'serves')];
    writeFileSync(serves, '');
    const session = createServer().listen(join(folder, 'wayland-1'));
    await once(session, 'listening');
    const program = join(machine.root, 'opt/yizhan/current/dist/host/hold-screen.js');
    const words = ['--socket', socket, '--serves', serves, '--profile', folder, '--browser', '/bin/false'];
    const env = { ...process.env, XDG_RUNTIME_DIR: folder, WAYLAND_DISPLAY: 'wayland-1' };
    const held = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    held.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const ended = once(held, 'exit');
    try {
      await expect.poll(() => existsSync(socket), { timeout: 30_000 }).toBe(true);
      expect(statSync(socket).mode & 0o777).toBe(0o660);
      const window = connect(socket);
      await once(window, 'connect');
      window.destroy();
    } finally {
      held.kill('SIGTERM');
      await ended;
      session.close();
    }
    expect(said).toBe('');
  });

  test('at night a newer one is fetched, in steps; taken it is laid beside, and the one before stays', async () => {
    publish(first, second);
    const list = readFileSync(
      join(repository(), 'dists/stable/main', `binary-${debianArch}`, 'Packages'),
      'utf8',
    );
    const phased = list.split('\n\n').filter((stanza) => stanza.includes('Phased-Update-Percentage: 50'));
    expect(phased.map((stanza) => /^Version: (.*)$/m.exec(stanza)?.[1])).toEqual(['1.2.4']);
    const unit = (name: string): string => join(machine.root, SYSTEMD, `${name}.service`);
    // Of six machines some take it at half.
    const fetched: boolean[] = [];
    for (const digit of ['0', '1', '2', '3', '4', '5']) {
      machine.setMachineId(digit.repeat(32));
      expect(await machine.runUnit(unit('yizhan-apt'))).toMatchObject({ status: 0 });
      const took = readdirSync(join(machine.root, 'var/cache/apt/archives')).some((name) =>
        name.includes('1.2.4'),
      );
      fetched.push(took);
      if (took) break;
    }
    expect(fetched.at(-1)).toBe(true);
    expect(current()).toBe('1.2.3');
    expect(await machine.runUnit(unit('yizhan-apt-take'))).toMatchObject({ status: 0 });
    expect(laid()).toEqual(['1.2.3', '1.2.4', 'current', 'updater']);
    expect(current()).toBe('1.2.4');
    const before = spawnSync('diff', ['-r', inTree(first), join(machine.root, 'opt/yizhan/1.2.3')], {
      encoding: 'utf8',
    });
    expect(before.stdout).toMatch(/^Only in .*1\.2\.3: self-test\.json\n$/);
  });

  test('one whose archive was cut is not switched to, dpkg says so, and the next one mends it', async () => {
    const cut = packed.version('1.2.5', (tree) => {
      const archive = join(tree, 'resources/app.asar');
      truncateSync(archive, Math.floor(statSync(archive).size / 2));
    });
    const refused = await machine.dpkg(['--install', cut]);
    expect(refused.status).toBe(1);
    expect(refused.text).toMatch(/its self-test failed/);
    expect([current(), laid()]).toEqual(['1.2.4', ['1.2.3', '1.2.4', 'current', 'updater']]);
    expect(await machine.dpkg(['--install', packed.version('1.2.6', () => undefined)])).toMatchObject({
      status: 0,
    });
    expect(current()).toBe('1.2.6');
  });

  test('taken away it leaves what residents handed in; purged too, unless somebody says so', async () => {
    const outbox = join(machine.root, 'var/lib/yizhan/terminal.db');
    mkdirSync(join(machine.root, 'var/lib/yizhan'), { recursive: true });
    writeFileSync(outbox, 'nobody has received it');
    expect(await machine.dpkg(['--remove', 'yizhan'])).toMatchObject({ status: 0 });
    const left = spawnSync('find', ['usr', 'opt', 'etc/chromium', '-iname', '*yizhan*'], {
      cwd: machine.root,
      encoding: 'utf8',
    });
    expect(left.stdout).toBe('');
    const purged = await machine.dpkg(['--purge', 'yizhan']);
    expect(purged).toMatchObject({ status: 0 });
    expect(purged.text).toMatch(/var\/lib\/yizhan stays: it may hold applications/);
    expect(existsSync(outbox)).toBe(true);
  });

  test('is not installed beside the plain host', async () => {
    const plain = newMachine('plain', [...ELECTRON_NEEDS, 'yizhan-host']);
    const refused = await plain.dpkg(['--install', first]);
    expect(refused).toMatchObject({
      status: 1,
      text: expect.stringMatching(/yizhan conflicts with yizhan-host/),
    });
    expect(existsSync(join(plain.root, 'opt/yizhan'))).toBe(false);
  });

  // skipped where this machine's folders cannot be overlaid: dpkg would write into them.
  test.skipIf(whyAlone !== null)(
    'where a terminal runs, a newer one is laid beside and given to root’s updater, and nothing is ended',
    () => {
      const folder = join(work, 'overlaid');
      mkdirSync(folder);
      const dpkg = `dpkg --admindir=${folder}/dpkg --log=${folder}/log --force-depends`;
      const said = overlaid(
        folder,
        `
        mkdir -p ${folder}/dpkg/info ${folder}/dpkg/updates ${folder}/dpkg/triggers && : > ${folder}/dpkg/status
        rm -rf /opt/yizhan /opt/Yizhan /var/lib/yizhan-update
        look() { echo "$1: $(readlink /opt/yizhan/current) $(readlink /opt/yizhan/updater) $(echo $(ls /opt/yizhan))"; }
        ${dpkg} -i ${first} >&2; look first
        mkdir -p /run/systemd/system; : > ${folder}/calls
        ${dpkg} -i ${second} >&2; look newer
        grep '^systemctl ' ${folder}/calls; cat /var/lib/yizhan-update/journal.json
        `,
        { ...packed.env, YIZHAN_CONFIG: config, ACTIVE: 'activating' },
      );
      expectGivenToUpdater(said.stdout.trim().split('\n'), said.stderr);
    },
  );
});

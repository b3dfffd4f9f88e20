/**
 * The deb of the plain host, and the apt repository that brings it: what is in it, and what this machine's own apt and dpkg make of
 * both, over a root folder of the test's own.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { packDeb } from '../../scripts/package/pack-deb.ts';
import { packHost } from '../../scripts/package/pack-host.ts';
import { packTar } from '../../scripts/package/pack-tar.ts';
import { ARCHIVE_KEY, publishSuite } from '../../scripts/package/publish-suite.ts';
import {
  aptCallsOf,
  aptMachine,
  debianArch,
  newArchiveKey,
  ownKeyring,
  type AptMachine,
} from '../support/apt-machine.ts';
import { expectGivenToUpdater, overlaid, whyNotOverlaid } from '../support/overlaid-machine.ts';
import { serveFolder } from '../support/static-server.ts';

const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
const packaging = join(import.meta.dirname, '../../electron/host/packaging');
const TREE = 'usr/lib/yizhan-host';
const SYSTEMD = 'usr/lib/systemd/system';
const NODE_24 = '24.21.0-1nodesource1';
const tools = ['/usr/bin/apt-get', '/usr/bin/dpkg', '/usr/bin/gpg'];
// dpkg gives files to root.
const missing = [...tools.filter((tool) => !existsSync(tool)), ...(process.getuid?.() === 0 ? [] : ['root'])];
const whyAlone = whyNotOverlaid();
if (whyAlone !== null) console.log(`host-deb.test.ts: a terminal that runs is skipped: ${whyAlone}`);
if (missing.length > 0) console.log(`host-deb.test.ts is skipped: there is no ${missing.join(', no ')}`);

const MADE_S = Date.UTC(2026, 5, 1) / 1000;

// skipped where there is no Debian: nothing else would say what apt makes of a repository.
describe.skipIf(missing.length > 0)('the deb of the plain host', () => {
  let work: string;
  let config: string;
  let tarball: string;
  let served: Awaited<ReturnType<typeof serveFolder>>;
  let key: string;
  let keyring: ReturnType<typeof ownKeyring>;
  const at = (...path: readonly string[]): string => join(work, ...path);
  const repository = (): string => at('district');

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'yizhan-deb-'));
    // Screens and glyphs are copied as they are: what they are like is tested elsewhere.
    for (const folder of ['renderer', 'glyphs', 'district', 'trees']) mkdirSync(at(folder), { mode: 0o700 });
    for (const page of ['index', 'staff', 'technician', 'board', 'provision'])
      writeFileSync(at(`renderer/${page}.html`), `<title>${page}</title>`);
    writeFileSync(at('renderer/index.js.map'), '{}');
    writeFileSync(at('glyphs/rare-24.glyphs'), '');
    config = at('terminal.yaml');
    // Ports 9 and 10 of the loopback: nobody listens there.
    writeFileSync(
      config,
      demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' }),
    );
    keyring = ownKeyring(at('gpg'));
    key = newArchiveKey('district');
    tarball = await packHost({
      ...{ renderer: at('renderer'), glyphs: at('glyphs') },
      ...{ arch, version: '1.2.3', madeS: MADE_S, out: at('tarball'), key: null },
    } as const);
    packDeb({ tarball, arch, out: at('debs/1.2.3') });
    packVersion('1.2.4', () => undefined);
    served = await serveFolder(repository());
  });
  afterAll(async () => {
    await served.close();
    keyring.close();
    rmSync(work, { recursive: true, force: true });
  });

  /** The same program by another number, without what no test of it starts, and with what is done to its tree. */
  function packVersion(version: string, change: (tree: string) => void): void {
    const name = `yizhan-${version}`;
    const tree = at('trees', name);
    mkdirSync(tree);
    const unpacked = spawnSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', tree]);
    expect(unpacked.status).toBe(0);
    const manifest: object = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8'));
    writeFileSync(join(tree, 'package.json'), JSON.stringify({ ...manifest, version }));
    for (const program of ['enrol', 'staff', 'configuration', 'kiosk', 'update', 'out-of-service'])
      rmSync(join(tree, `dist/host/${program}.js`));
    change(tree);
    writeFileSync(at(`${name}.tar.gz`), packTar(at('trees'), name, MADE_S));
    packDeb({ tarball: at(`${name}.tar.gz`), arch, out: at('debs', version) });
  }

  function publish(
    suite: string,
    versions: readonly string[],
    how: {
      readonly out?: string;
      readonly phase?: number;
      readonly nowMs?: number;
      readonly key?: string;
    } = {},
  ): readonly string[] {
    const packages = mkdtempSync(at('suite-'));
    for (const version of versions) cpSync(at('debs', version), packages, { recursive: true });
    return publishSuite({
      ...{ packages, suite, out: how.out ?? repository(), key: how.key ?? key },
      // apt looks at the machine's own clock.
      ...{ nowMs: how.nowMs ?? Date.now(), validDays: 14, phase: how.phase ?? null },
    });
  }

  function newMachine(name: string, url: string = served.url, node: string = NODE_24): AptMachine {
    const archiveKey = join(repository(), ARCHIVE_KEY);
    return aptMachine({ root: at('machines', name), url, archiveKey, node, config });
  }

  const unitFile = (name: string): string => join(packaging, 'apt', `${name}.service`);
  const fetchAtNight = (machine: AptMachine) => machine.runUnit(unitFile('yizhan-apt'));
  const takeFetched = (machine: AptMachine) => machine.runUnit(unitFile('yizhan-apt-take'));
  const current = (machine: AptMachine): string => readlinkSync(join(machine.root, 'opt/yizhan/current'));
  const laid = (machine: AptMachine): readonly string[] =>
    readdirSync(join(machine.root, 'opt/yizhan')).sort();
  const deb = (version: string): string => at(`debs/${version}/yizhan-host_${version}_${debianArch}.deb`);
  const dpkgDeb = (...args: readonly string[]): string => {
    const { stdout } = spawnSync('dpkg-deb', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } });
    return stdout;
  };

  describe('as a file', () => {
    test('is the same bytes each time', () => {
      const again = packDeb({ tarball, arch, out: at('again') });
      expect(readFileSync(again).equals(readFileSync(deb('1.2.3')))).toBe(true);
    });

    test('is root’s, nobody else may write it, nothing in it is more than a file, and its one time is the tarball’s', () => {
      const lines = dpkgDeb('--contents', deb('1.2.3')).trim().split('\n');
      expect(lines.length).toBeGreaterThan(100);
      const plain = /^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) (root\/root|0\/0) +\d+ 2026-06-01 00:00 \.\//;
      expect(lines.filter((line) => !plain.test(line))).toEqual([]);
    });

    test('holds what the tarball holds, the nightly units, and no sources, maps or foreign binaries', () => {
      const inside = dpkgDeb('--contents', deb('1.2.3'))
        .trim()
        .split('\n')
        .map((line) => line.slice(line.indexOf(' ./') + 3))
        .filter((name) => !name.endsWith('/') && name !== '');
      const tree = inside
        .filter((name) => name.startsWith(`${TREE}/`))
        .map((name) => name.slice(TREE.length + 1));
      const tarred = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n')
        .filter((name) => !name.endsWith('/'))
        .map((name) => name.replace(/^yizhan-1\.2\.3\//, ''));
      expect(tree.sort()).toEqual(tarred.sort());
      expect(inside.filter((name) => !name.startsWith(`${TREE}/`)).sort()).toEqual(
        [
          ...readdirSync(join(packaging, 'apt')).map((unit) => `${SYSTEMD}/${unit}`),
          'usr/share/doc/yizhan-host/changelog.gz',
          'usr/share/doc/yizhan-host/copyright',
        ].sort(),
      );
      expect(inside.filter((name) => /\.(ts|map|vue|md)$|\.test\./.test(name))).toEqual([]);
    });

    test('has one binary, this processor’s, and no key, no path of whoever built it', () => {
      const unpacked = at('unpacked');
      dpkgDeb('--raw-extract', deb('1.2.3'), unpacked);
      const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const magic = (file: string): string => readFileSync(file).subarray(0, 4).toString('latin1');
      const binaries = files.filter((file) =>
        /^(\x7fELF|MZ|\xcf\xfa\xed\xfe|\xca\xfe\xba\xbe)/.test(magic(file)),
      );
      expect(binaries).toEqual([
        expect.stringMatching(new RegExp(`prebuilds/linux-${arch}/.*glibc\\.node$`)),
      ]);
      // e_machine of the ELF header: EM_X86_64, EM_AARCH64.
      expect(readFileSync(binaries[0] ?? '').readUInt16LE(18)).toBe(arch === 'x64' ? 62 : 183);
      const repositoryFolder = join(import.meta.dirname, '../..');
      const told = files.filter((file) => {
        const text = readFileSync(file, 'latin1');
        return (
          /-----BEGIN (\w+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/]{32}/.test(text) ||
          text.includes(repositoryFolder) ||
          text.includes(work)
        );
      });
      expect(told).toEqual([]);
    });

    test('says what it needs, and what every file is', () => {
      const control = dpkgDeb('--field', deb('1.2.3'));
      expect(control).toMatch(
        new RegExp(`^Package: yizhan-host\nVersion: 1\\.2\\.3\nArchitecture: ${debianArch}\n`),
      );
      expect(control).toMatch(/^Depends: nodejs \(>= 24\), /m);
      expect(control).toMatch(/^Installed-Size: [1-9]\d{2,}$/m);
      const unpacked = at('unpacked');
      const sums = spawnSync('md5sum', ['--check', '--quiet', '--strict', 'DEBIAN/md5sums'], {
        cwd: unpacked,
      });
      expect(sums.status).toBe(0);
      for (const script of ['postinst', 'prerm', 'postrm']) {
        expect(spawnSync('sh', ['-n', join(unpacked, 'DEBIAN', script)]).status).toBe(0);
        expect(statSync(join(unpacked, 'DEBIAN', script)).mode & 0o777).toBe(0o755);
      }
    });

    test('of a version that is not three numbers is not made', () => {
      mkdirSync(at('trees/candidate'));
      writeFileSync(at('trees/candidate/package.json'), '{"version":"1.3.0-rc.1"}');
      writeFileSync(at('candidate.tar.gz'), packTar(at('trees'), 'candidate', MADE_S));
      const candidate = { tarball: at('candidate.tar.gz'), arch, out: at('again') };
      expect(() => packDeb(candidate)).toThrow('the version 1.3.0-rc.1 is not three numbers');
    });
  });

  describe('from a repository', () => {
    let machine: AptMachine;
    beforeAll(() => {
      publish('stable', ['1.2.3']);
      publish('canary', ['1.2.3', '1.2.4']);
      machine = newMachine('kiosk');
    });

    test('is installed behind its self-test, and dpkg’s own files are what is at work', async () => {
      machine.useSuite('stable');
      expect(await machine.aptGet('update', '-o', 'APT::Update::Error-Mode=any')).toMatchObject({
        status: 0,
      });
      expect(
        await machine.aptGet('--yes', '--no-install-recommends', 'install', 'yizhan-host'),
      ).toMatchObject({
        status: 0,
      });
      expect(laid(machine)).toEqual(['1.2.3', 'current', 'updater']);
      expect(current(machine)).toBe('1.2.3');
      const { ok } = JSON.parse(
        readFileSync(join(machine.root, 'opt/yizhan/current/self-test.json'), 'utf8'),
      );
      expect(ok).toBe(true);
      expect(await machine.dpkg(['--verify', 'yizhan-host'])).toEqual({ status: 0, text: '' });
      const main = 'dist/host/main.js';
      expect(statSync(join(machine.root, 'opt/yizhan/1.2.3', main)).ino).toBe(
        statSync(join(machine.root, TREE, main)).ino,
      );
      const unit = readFileSync(join(machine.root, SYSTEMD, 'yizhan-terminal.service'), 'utf8');
      expect(unit).toContain('/opt/yizhan/current/dist/host/main.js');
    });

    test('at night a newer one is fetched, and nothing else happens', async () => {
      machine.useSuite('canary');
      expect(await fetchAtNight(machine)).toMatchObject({ status: 0 });
      expect(readdirSync(join(machine.root, 'var/cache/apt/archives'))).toContain(
        `yizhan-host_1.2.4_${debianArch}.deb`,
      );
      expect(laid(machine)).toEqual(['1.2.3', 'current', 'updater']);
    });

    test('what was fetched is laid beside without the line; the version before stays whole, for going back', async () => {
      const asked = served.asked.length;
      expect(await takeFetched(machine)).toMatchObject({ status: 0 });
      expect(served.asked.length).toBe(asked);
      expect(laid(machine)).toEqual(['1.2.3', '1.2.4', 'current', 'updater']);
      expect(current(machine)).toBe('1.2.4');
      const before = at('before');
      mkdirSync(before);
      spawnSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', before]);
      const { stdout } = spawnSync('diff', ['-r', before, join(machine.root, 'opt/yizhan/1.2.3')], {
        encoding: 'utf8',
      });
      expect(stdout).toMatch(/^Only in .*1\.2\.3: self-test\.json\n$/);
    });

    test('one whose self-test fails is not switched to, apt says so, and the next one mends it', async () => {
      packVersion('1.2.5', (tree) => {
        rmSync(join(tree, 'dist/renderer/index.html'));
      });
      packVersion('1.2.6', () => undefined);
      publish('canary', ['1.2.4', '1.2.5']);
      expect(await fetchAtNight(machine)).toMatchObject({ status: 0 });
      const refused = await takeFetched(machine);
      expect(refused.status).toBe(100);
      expect(refused.text).toMatch(/self-test failed.*"renderer"/s);
      expect(laid(machine)).toEqual(['1.2.3', '1.2.4', 'current', 'updater']);
      expect(current(machine)).toBe('1.2.4');
      publish('canary', ['1.2.4', '1.2.6']);
      expect(await fetchAtNight(machine)).toMatchObject({ status: 0 });
      expect(await takeFetched(machine)).toMatchObject({ status: 0 });
      expect(current(machine)).toBe('1.2.6');
    });

    test('dpkg that was cut off before the switch makes it when it is called again', async () => {
      const link = join(machine.root, 'opt/yizhan/current');
      rmSync(link);
      expect(spawnSync('ln', ['-s', '1.2.4', link]).status).toBe(0);
      expect(
        await machine.aptGet('--yes', '--reinstall', '--no-install-recommends', 'install', 'yizhan-host'),
      ).toMatchObject({ status: 0 });
      expect(current(machine)).toBe('1.2.6');
      expect(laid(machine)).toEqual(['1.2.3', '1.2.4', '1.2.6', 'current', 'updater']);
    });

    test('taken away it leaves what residents handed in; purged too, unless somebody says so', async () => {
      const outbox = join(machine.root, 'var/lib/yizhan/terminal.db');
      mkdirSync(join(machine.root, 'var/lib/yizhan'), { recursive: true });
      writeFileSync(outbox, 'nobody has received it');
      expect(await machine.dpkg(['--remove', 'yizhan-host'])).toMatchObject({ status: 0 });
      expect(existsSync(join(machine.root, 'opt/yizhan'))).toBe(false);
      expect(existsSync(join(machine.root, TREE))).toBe(false);
      const left = spawnSync(
        'find',
        ['usr', 'etc/chromium', '-name', '*yizhan*', '-not', '-path', '*/doc/*'],
        {
          cwd: machine.root,
          encoding: 'utf8',
        },
      );
      expect(left.stdout).toBe('');
      const purged = await machine.dpkg(['--purge', 'yizhan-host']);
      expect(purged).toMatchObject({ status: 0 });
      expect(purged.text).toMatch(/var\/lib\/yizhan stays: it may hold applications/);
      expect(existsSync(outbox)).toBe(true);
      expect(
        await machine.aptGet('--yes', '--no-install-recommends', 'install', 'yizhan-host'),
      ).toMatchObject({ status: 0 });
      const told = await machine.dpkg(['--purge', 'yizhan-host'], { YIZHAN_PURGE_DATA: 'yes' });
      expect(told).toMatchObject({ status: 0 });
      expect(existsSync(outbox)).toBe(false);
    });

    test('is not installed where Node is too old', async () => {
      const old = newMachine('old-node', served.url, '20.20.2-1nodesource1');
      old.useSuite('stable');
      expect(await old.aptGet('update')).toMatchObject({ status: 0 });
      const refused = await old.aptGet('--yes', 'install', 'yizhan-host');
      expect(refused.status).toBe(100);
      expect(refused.text).toMatch(/yizhan-host : Depends: nodejs \(>= 24\)/);
    });
  });

  // skipped where this machine's folders cannot be overlaid: dpkg would write into them.
  test.skipIf(whyAlone !== null)(
    'where a terminal runs, a newer one is laid beside and given to the updater; nothing is ended, and nothing is begun twice',
    () => {
      const folder = at('overlaid');
      mkdirSync(folder);
      const dpkg = `dpkg --admindir=${folder}/dpkg --log=${folder}/log --force-depends`;
      const said = overlaid(
        folder,
        `
        mkdir -p ${folder}/dpkg/info ${folder}/dpkg/updates ${folder}/dpkg/triggers && : > ${folder}/dpkg/status
        rm -rf /opt/yizhan /var/lib/yizhan-update
        look() { echo "$1: $(readlink /opt/yizhan/current) $(readlink /opt/yizhan/updater) $(echo $(ls /opt/yizhan))"; }
        ${dpkg} -i ${deb('1.2.3')} >&2; look first
        mkdir -p /run/systemd/system; : > ${folder}/calls
        ${dpkg} -i ${deb('1.2.4')} >&2; look newer
        grep '^systemctl ' ${folder}/calls; cat /var/lib/yizhan-update/journal.json
        ${dpkg} -i ${deb('1.2.4')} >&2 || echo 'under way'
        ACTIVE=inactive; rm /var/lib/yizhan-update/journal.json
        ${dpkg} --configure yizhan-host >&2; look stopped
        rm -r /opt/yizhan /usr/lib/systemd/system/yizhan*
        ${dpkg} --remove yizhan-host >&2; echo "removed: $?"
        `,
        { YIZHAN_NODE: process.execPath, YIZHAN_CONFIG: config, ACTIVE: 'activating' },
      );
      const lines = said.stdout.trim().split('\n');
      expectGivenToUpdater(lines.slice(0, 5), said.stderr);
      const [again, stopped, removed] = lines.slice(5);
      expect(again).toBe('under way');
      // Where none runs there is nobody to wait for.
      expect(stopped).toBe('stopped: 1.2.4 1.2.4 1.2.3 1.2.4 current updater');
      // As behind a first installation that failed, of which there are no units.
      expect(removed, said.stderr).toBe('removed: 0');
    },
  );

  describe('a repository that somebody changed', () => {
    const lists = (folder: string): string => join(folder, `dists/stable/main/binary-${debianArch}`);
    const flip = (file: string): void => {
      const bytes = readFileSync(file);
      const middle = Math.floor(bytes.length / 2);
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
      writeFileSync(file, bytes);
    };

    test.each([
      [
        'in a package',
        /Hash Sum mismatch|unexpected size/i,
        (folder: string) => {
          flip(join(folder, `pool/main/y/yizhan-host/yizhan-host_1.2.3_${debianArch}.deb`));
        },
      ],
      [
        'in the list of packages',
        /Hash Sum mismatch|unexpected size/i,
        (folder: string) => {
          const all = readdirSync(lists(folder), { recursive: true, withFileTypes: true });
          for (const entry of all) if (entry.isFile()) flip(join(entry.parentPath, entry.name));
        },
      ],
      [
        'in what is signed',
        /BADSIG|bad signature|not signed|invalid/i,
        (folder: string) => {
          const file = join(folder, 'dists/stable/InRelease');
          writeFileSync(file, readFileSync(file, 'utf8').replace('Origin: Yizhan', 'Origin: Yizhen'));
        },
      ],
      [
        'with the key of somebody else',
        /NO_PUBKEY|public key|Missing key/i,
        (folder: string) => {
          publish('stable', ['1.2.3'], { out: folder, key: newArchiveKey('somebody else') });
        },
      ],
      [
        'who gives out an old state of it',
        /expired/i,
        (folder: string) => {
          publish('stable', ['1.2.3'], { out: folder, nowMs: Date.UTC(2020, 0, 1) });
        },
      ],
    ])('%s is refused by apt, and nothing is installed', async (what, sentence, change) => {
      publish('stable', ['1.2.3']);
      const folder = at(`changed-${createHash('sha256').update(what).digest('hex').slice(0, 8)}`);
      cpSync(repository(), folder, { recursive: true });
      change(folder);
      const server = await serveFolder(folder);
      try {
        const machine = newMachine(what.replaceAll(/\W/g, '-'), server.url);
        machine.useSuite('stable');
        const updated = await machine.aptGet('update', '-o', 'APT::Update::Error-Mode=any');
        const got = await machine.aptGet('--yes', '--no-install-recommends', 'install', 'yizhan-host');
        expect(updated.text + got.text).toMatch(sentence);
        expect(got.status).toBe(100);
        expect(existsSync(join(machine.root, 'opt/yizhan'))).toBe(false);
      } finally {
        await server.close();
      }
    });

    test('a version is published once: other bytes by the same number are refused, and the suite stays as it was', () => {
      const release = readFileSync(join(repository(), 'dists/stable/InRelease'));
      const other = at('other');
      mkdirSync(other);
      cpSync(deb('1.2.4'), join(other, 'a.deb'));
      const control = dpkgDeb('--field', deb('1.2.4'));
      expect(control).toMatch(/^Version: 1\.2\.4$/m);
      flip(join(other, 'a.deb'));
      const suite = { packages: other, out: repository(), suite: 'stable', key, validDays: 14, phase: null };
      expect(() => publishSuite({ ...suite, nowMs: Date.now() })).toThrow(
        /published already, with other bytes/,
      );
      expect(readFileSync(join(repository(), 'dists/stable/InRelease')).equals(release)).toBe(true);
    });
  });

  test('of a version in steps each machine takes it or not by its own number, and a larger step holds the smaller one', async () => {
    const machines = ['0', '1', '2', '3', '4', '5'].map((digit) => digit.repeat(32));
    const machine = newMachine('phased');
    machine.useSuite('stable');
    publish('stable', ['1.2.3']);
    expect(await machine.aptGet('update')).toMatchObject({ status: 0 });
    expect(await machine.aptGet('--yes', '--no-install-recommends', 'install', 'yizhan-host')).toMatchObject({
      status: 0,
    });
    const taking = (aptCallsOf(unitFile('yizhan-apt-take'))[0] ?? []).filter(
      (word) => word !== '--no-download',
    );
    const takers = async (phase?: number): Promise<readonly string[]> => {
      publish('stable', ['1.2.3', '1.2.4'], phase === undefined ? {} : { phase });
      expect(await machine.aptGet('update')).toMatchObject({ status: 0 });
      const taken: string[] = [];
      for (const id of machines) {
        machine.setMachineId(id);
        const { text } = await machine.aptGet('--simulate', ...taking);
        if (text.includes('Inst yizhan-host [1.2.3] (1.2.4')) taken.push(id);
      }
      return taken;
    };
    const [few, more, all] = [await takers(25), await takers(75), await takers()];
    expect(all).toEqual(machines);
    expect(few.length).toBeGreaterThan(0);
    expect(more.length).toBeGreaterThan(few.length);
    expect(more.length).toBeLessThan(machines.length);
    expect(more).toEqual(expect.arrayContaining([...few]));
  });
});

/** The updater over a machine that loses its power, or its updater, at every moment. Files are real; systemd is a model of what its units do. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { updateOutcomeSchema, type Manifest, type UpdateRequest } from '#contract/parcel.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok } from '#contract/result.ts';
import { fault } from '#contract/fault.ts';
import { askForUpdate, putRequest } from '../../../tests/support/update-request.ts';
import { journalIn, type Step } from './journal.ts';
import { placesUnder, type UpdatePlaces } from './places.ts';
import type { Seen, Services } from './services.ts';
import { createUpdater, type UpdaterPorts } from './updater.ts';
import type { Versions } from './versions.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const delays = {
  lookEveryMs: 2000,
  askEveryMs: 300,
  screenHoldsMs: 10_000,
  readyWithinMs: 300_000,
  probationMs: 900_000,
};
const commandId = '01900000-0000-4000-8000-000000000001';

/** What a version does once it is started. `restarts`: it is ordered to begin anew, once. */
type Behaviour = 'good' | 'crashes' | 'never-ready' | 'restarts' | 'crashes-late' | 'breaks-the-screen';

class Killed extends Error {}

let root: string;
let places: UpdatePlaces;
let nowMs: number;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yizhan-update-'));
  places = placesUnder(root);
  nowMs = Date.parse('2026-11-23T08:00:00Z');
  for (const folder of [join(places.data, 'update'), join(places.data, 'parcels'), places.programs])
    mkdirSync(folder, { recursive: true });
  mkdirSync(join(places.releaseKey, '..'), { recursive: true });
  writeFileSync(places.releaseKey, publicKey.export({ type: 'spki', format: 'pem' }));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Time passes when somebody waits for it. */
const clock: Clock = {
  now: () => nowMs,
  monotonicMs: () => nowMs,
  after: (delayMs, callback) => {
    let isCancelled = false;
    queueMicrotask(() => {
      if (isCancelled) return;
      nowMs += delayMs;
      callback();
    });
    return () => {
      isCancelled = true;
    };
  },
};

/** A machine with its systemd. Its terminal is up or not, its programs are folders, and `current` is a link as it is there. */
function machine(behaves: Readonly<Record<string, Behaviour>>, earlierScreenRestarts = 0) {
  let running: string | null = '1.0.0';
  let life = 1;
  let startedMs = nowMs;
  let isFailed = false;
  let isMarked = false;
  let hasRestarted = false;
  /** Of a visit: until then the terminal does not end by itself. */
  let visitUntilMs = 0;
  let isAsked = false;
  const cutShort: string[] = [];
  /** The version of what Electron's window stands on. */
  let heldBy = '1.0.0';
  const link = (name: string): string => join(places.programs, name);
  const pointTo = (name: string, version: string): void => {
    symlinkSync(version, link('.fresh'));
    renameSync(link('.fresh'), link(name));
  };
  const current = (): string => readlinkSync(link('current'));
  function begin(): void {
    running = current();
    life += 1;
    startedMs = nowMs;
    isAsked = false;
  }
  for (const name of ['1.0.0']) mkdirSync(link(name));
  pointTo('current', '1.0.0');
  pointTo('updater', '1.0.0');

  const services: Services = {
    reload: async () => {},
    look: async () => {
      const behaviour = running === null ? 'good' : (behaves[running] ?? 'good');
      const upMs = nowMs - startedMs;
      if (running !== null && isAsked && nowMs >= visitUntilMs) {
        // The end that it was asked for; systemd starts it again.
        begin();
        return seen('starting');
      }
      if (running === null) return seen(isFailed ? 'failed' : 'over');
      if (upMs < 1500) return seen('starting');
      if (behaviour === 'crashes' || (behaviour === 'crashes-late' && upMs > 600_000)) {
        isMarked = true;
        begin();
        return seen('starting');
      }
      if (behaviour === 'restarts' && upMs > 60_000 && !hasRestarted) {
        hasRestarted = true;
        begin();
      }
      return seen(behaviour === 'never-ready' || nowMs - startedMs < 1500 ? 'starting' : 'running');
    },
    askToEnd: async () => {
      isAsked = true;
    },
    stop: async () => {
      if (running !== null && nowMs < visitUntilMs) cutShort.push(running);
      running = null;
    },
    forget: async () => {
      [isFailed, isMarked] = [false, false];
    },
    start: async () => {
      if (running === null) begin();
    },
    restartScreen: async () => {},
    renewHeldScreen: async () => {
      if (running !== null) cutShort.push(running);
      heldBy = current();
    },
  };
  const seen = (terminal: Seen['terminal']): Seen => ({
    terminal,
    life: String(life),
    crashed: isMarked,
    screenRestarts:
      earlierScreenRestarts +
      (running !== null && behaves[running] === 'breaks-the-screen'
        ? Math.floor((nowMs - startedMs) / 2000)
        : 0),
  });
  const versions: Versions = {
    current,
    layOut: async ({ version, tarball, sha256 }) => {
      const bytes = readFileSync(tarball);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256)
        return err(fault('update.not-whole', 'not what was verified'));
      mkdirSync(link(version), { recursive: true });
      return ok(null);
    },
    canGoBack: (version) => !version.startsWith('9.'),
    switchTo: async (version) => {
      pointTo('current', version);
    },
    keep: async (version) => {
      pointTo('updater', version);
    },
  };
  return {
    services,
    versions,
    cutShort,
    current,
    running: () => running,
    heldBy: () => heldBy,
    beginVisit: (forMs: number) => {
      visitUntilMs = nowMs + forMs;
    },
    /** The machine starts again, with `--settle` before the terminal. */
    powerCut: () => {
      [running, isFailed, isMarked, isAsked] = [null, false, false, false];
    },
    startTerminal: () => {
      heldBy = current();
      begin();
    },
  };
}
type Machine = ReturnType<typeof machine>;

function updater(on: Machine, bootId: string, look: Services['look'] = on.services.look) {
  const ports: UpdaterPorts = {
    places,
    services: { ...on.services, look },
    versions: on.versions,
    journal: journalIn(places.state, () => undefined),
    clock,
    delays,
    log: () => undefined,
    bootId,
  };
  return createUpdater(ports);
}

/** The terminal's part. */
function ask(version: string, spoil: Partial<Manifest> = {}, key = privateKey): UpdateRequest {
  const file = join(root, `yizhan-${version}.tar.gz`);
  writeFileSync(file, `program ${version}`);
  const madeAt = `2026-11-2${version.slice(0, 1)}T00:00:00.000Z`;
  return askForUpdate({ data: places.data, file, version, madeAt, commandId, key, spoil });
}
const requestFile = (): string => join(places.data, 'update/request.json');
const put = (request: object): void => {
  putRequest(places.data, request);
};

function told() {
  const file = join(places.data, 'update/outcome.json');
  if (!existsSync(file)) return null;
  const { outcome, fault: why, version } = updateOutcomeSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  return [version, outcome, why];
}

function expectQuiet(on: Machine, version: string): void {
  expect({
    current: on.current(),
    running: on.running(),
    heldBy: on.heldBy(),
    cutShort: on.cutShort,
    journal: existsSync(join(places.state, 'journal.json')),
    request: existsSync(requestFile()),
    copies: existsSync(join(places.state, 'incoming')),
  }).toEqual({
    ...{ current: version, running: version, heldBy: version, cutShort: [] },
    ...{ journal: false, request: false, copies: false },
  });
}

describe('a version that holds is kept', () => {
  test.each<Behaviour>(['good', 'restarts'])('%s', async (behaviour) => {
    const on = machine({ '2.0.0': behaviour });
    ask('2.0.0');
    await updater(on, 'one').run();
    expectQuiet(on, '2.0.0');
    expect(told()).toEqual(['2.0.0', 'taken', null]);
  });
});

test('a screen that did not hold before is no reason to go back', async () => {
  const on = machine({ '1.0.0': 'breaks-the-screen', '2.0.0': 'breaks-the-screen' });
  ask('2.0.0');
  await updater(on, 'one').run();
  expectQuiet(on, '2.0.0');
});

test.each<[Behaviour, string]>([
  ['good', '2.0.0'],
  ['breaks-the-screen', '1.0.0'],
])(
  'the restarts of a screen in the weeks before are not those of a version that is %s',
  async (how, version) => {
    const on = machine({ '2.0.0': how }, 5);
    ask('2.0.0');
    await updater(on, 'one').run();
    expectQuiet(on, version);
  },
);

describe('a version that does not hold is gone back from', () => {
  test.each<[Behaviour, string]>([
    ['crashes', 'update.crashed'],
    ['crashes-late', 'update.crashed'],
    ['never-ready', 'parcel.not-ready'],
    ['breaks-the-screen', 'update.crashed'],
  ])('%s', async (behaviour, code) => {
    const on = machine({ '2.0.0': behaviour });
    ask('2.0.0');
    await updater(on, 'one').run();
    expectQuiet(on, '1.0.0');
    expect(told()).toEqual(['2.0.0', 'went-back', code]);
  });

  test('one that cannot be switched to', async () => {
    const on = machine({});
    ask('2.0.0');
    const { switchTo } = on.versions;
    const full = {
      ...on,
      versions: {
        ...on.versions,
        switchTo: (version: string) =>
          version === '2.0.0' ? Promise.reject(new Error('ENOSPC')) : switchTo(version),
      },
    };
    await updater(full, 'one').run();
    expectQuiet(on, '1.0.0');
    expect(told()).toEqual(['2.0.0', 'went-back', 'update.not-whole']);
  });

  test('one that takes the machine down each time', async () => {
    const on = machine({ '2.0.0': 'good' });
    ask('2.0.0');
    let looks = 0;
    const dies: Services['look'] = () => {
      looks += 1;
      return looks % 10 === 0 ? Promise.reject(new Killed()) : on.services.look();
    };
    for (const life of ['one', 'two', 'three']) {
      await updater(on, life).settle();
      if (on.running() === null) on.startTerminal();
      await expect(updater(on, life, dies).run()).rejects.toThrow(Killed);
      on.powerCut();
    }
    expect(on.current()).toBe('2.0.0');
    await updater(on, 'four').settle();
    on.startTerminal();
    await updater(on, 'four').run();
    expectQuiet(on, '1.0.0');
    expect(told()).toEqual(['2.0.0', 'went-back', 'update.crashed']);
  });
});

test('whoever stands there finishes before anything is stopped', async () => {
  const on = machine({});
  on.beginVisit(20 * 60_000);
  ask('2.0.0');
  await updater(on, 'one').run();
  expectQuiet(on, '2.0.0');
});

/** Throws at the n-th moment: before a call of any port, or behind it. The process is gone then. */
function killsAt(n: number) {
  let calls = 0;
  const wrap = <T extends object>(ports: T): T =>
    new Proxy(ports, {
      get: (target, name) => {
        const work: unknown = Reflect.get(target, name);
        if (typeof work !== 'function') return work;
        return (...given: readonly unknown[]) => {
          calls += 1;
          if (calls === n) throw new Killed();
          const answer: unknown = work.apply(target, given);
          calls += 1;
          if (calls === n) throw new Killed();
          return answer;
        };
      },
    });
  return wrap;
}

describe.each<[Behaviour, string]>([
  ['good', '2.0.0'],
  ['crashes', '1.0.0'],
])('broken off at any moment, an update to a version that is %s ends with', (behaviour, version) => {
  const short = { ...delays, readyWithinMs: 4000, probationMs: 4000 };
  test.each(['its updater', 'the machine'])(`${version}: %s is gone`, async (what) => {
    let kills = 0;
    for (let n = 1; ; n += 1) {
      rmSync(places.programs, { recursive: true });
      rmSync(places.state, { recursive: true, force: true });
      rmSync(join(places.data, 'update/outcome.json'), { force: true });
      mkdirSync(places.programs);
      const on = machine({ '2.0.0': behaviour });
      ask('2.0.0');
      const begun = createUpdater({
        places,
        clock,
        delays: short,
        log: () => undefined,
        bootId: 'one',
        ...killPorts(on, killsAt(n)),
      });
      const ended = await begun.run().then(
        () => true,
        (error: unknown) => {
          expect(error).toBeInstanceOf(Killed);
          return false;
        },
      );
      if (ended) break;
      kills += 1;
      if (what === 'the machine') {
        on.powerCut();
        await updater(on, 'two').settle();
        // As it stands at every start, it is one of the two and whole.
        expect(['1.0.0', '2.0.0']).toContain(on.current());
        on.startTerminal();
      }
      await updater(on, what === 'the machine' ? 'two' : 'one').run();
      expectQuiet(on, version);
      expect({ n, told: told()?.slice(0, 2) }).toEqual({
        n,
        told: ['2.0.0', version === '2.0.0' ? 'taken' : 'went-back'],
      });
    }
    expect(kills).toBeGreaterThan(20);
  });
});

function killPorts(on: Machine, wrap: <T extends object>(ports: T) => T) {
  return {
    services: wrap(on.services),
    versions: wrap(on.versions),
    journal: wrap(journalIn(places.state, () => undefined)),
  };
}

describe('nothing is believed of a request', () => {
  const refusals: readonly [string, string, () => void][] = [
    [
      'of another signer',
      'parcel.signature-wrong',
      () => ask('2.0.0', {}, generateKeyPairSync('ed25519').privateKey),
    ],
    ['of another kind', 'parcel.other-kind', () => ask('2.0.0', { kind: 'catalogue' })],
    [
      'of another version than it says',
      'parcel.other-version',
      () => put({ ...ask('2.0.0'), version: '2.0.1' }),
    ],
    ['that needs a newer program', 'parcel.needs-newer', () => ask('2.0.0', { needs: '1.5.0' })],
    [
      'whose file was changed',
      'parcel.damaged',
      () => {
        writeFileSync(ask('2.0.0').file, 'program 2.0.1');
      },
    ],
    [
      'whose file is longer',
      'update.request-wrong',
      () => {
        writeFileSync(ask('2.0.0').file, 'program 2.0.0 and more');
      },
    ],
    ['without a file', 'update.request-wrong', () => rmSync(ask('2.0.0').file)],
    [
      'whose file is a link',
      'update.request-wrong',
      () => {
        const { file } = ask('2.0.0');
        renameSync(file, join(root, 'elsewhere'));
        symlinkSync(join(root, 'elsewhere'), file);
      },
    ],
    [
      'whose file is a second name of another one',
      'update.request-wrong',
      () => {
        const { file } = ask('2.0.0');
        renameSync(file, join(root, 'elsewhere'));
        linkSync(join(root, 'elsewhere'), file);
      },
    ],
    [
      'whose file is a pipe',
      'update.request-wrong',
      () => {
        const { file } = ask('2.0.0');
        rmSync(file);
        spawnSync('mkfifo', [file]);
      },
    ],
    [
      'whose folder is a link',
      'update.request-wrong',
      () => {
        ask('2.0.0');
        renameSync(join(places.data, 'parcels'), join(root, 'parcels'));
        symlinkSync(join(root, 'parcels'), join(places.data, 'parcels'));
      },
    ],
    [
      'that leads out of its folder',
      'update.request-wrong',
      () => {
        const request = ask('2.0.0');
        renameSync(request.file, join(root, 'elsewhere'));
        put({ ...request, file: `${places.data}/parcels/../../../../elsewhere` });
      },
    ],
    ['that could not be gone back from', 'update.no-way-back', () => ask('9.0.0')],
  ];
  test.each(refusals)('%s', async (_what, code, spoil) => {
    const on = machine({});
    spoil();
    await updater(on, 'one').run();
    expectQuiet(on, '1.0.0');
    expect(told()?.slice(1)).toEqual(['refused', code]);
  });

  test('without a key of releases', async () => {
    const on = machine({});
    rmSync(places.releaseKey);
    ask('2.0.0');
    await updater(on, 'one').run();
    expectQuiet(on, '1.0.0');
    expect(told()?.slice(1)).toEqual(['refused', 'parcel.no-key']);
  });

  test.each<[string, () => void]>([
    ['no JSON', () => writeFileSync(requestFile(), '{')],
    ['more than a request has', () => put({ ...ask('2.0.0'), force: true })],
    ['too long', () => writeFileSync(requestFile(), 'x'.repeat(10_000))],
    ['a link', () => symlinkSync('/etc/hostname', requestFile())],
    ['a folder', () => mkdirSync(join(requestFile(), 'with/more'), { recursive: true })],
  ])('one that is %s is taken away, and nobody is told', async (_what, spoil) => {
    const on = machine({});
    spoil();
    await updater(on, 'one').run();
    expectQuiet(on, '1.0.0');
    expect(told()).toBeNull();
  });

  test('an outcome is written into no other folder, and over nothing else', async () => {
    const on = machine({});
    ask('2.0.0');
    writeFileSync(join(root, 'precious'), 'kept');
    symlinkSync(join(root, 'precious'), join(places.data, 'update/outcome.json'));
    mkdirSync(join(places.data, 'update/outcome.json.new'));
    symlinkSync(join(root, 'precious'), join(places.data, 'update/outcome.json.new/link'));
    await updater(on, 'one').run();
    expect(readFileSync(join(root, 'precious'), 'utf8')).toBe('kept');
    expect(told()).toEqual(['2.0.0', 'taken', null]);

    mkdirSync(join(root, 'other'));
    renameSync(join(places.data, 'update'), join(root, 'update'));
    symlinkSync(join(root, 'other'), join(places.data, 'update'));
    await updater(on, 'one').run();
    expect(readdirSync(join(root, 'other'))).toEqual([]);
  });

  test.each<[string, (path: string) => void]>([
    ['a link', (path) => symlinkSync(root, path)],
    ['a file', (path) => writeFileSync(path, '')],
  ])('%s in the place of its folder is taken away, and nothing else', async (_what, spoil) => {
    const on = machine({});
    const folder = join(places.data, 'update');
    rmSync(folder, { recursive: true });
    spoil(folder);
    const before = readdirSync(root);
    await updater(on, 'one').run();
    expect(existsSync(folder)).toBe(false);
    expect(readdirSync(root)).toEqual(before);
    ask('2.0.0');
    await updater(on, 'one').run();
    expect(told()).toEqual(['2.0.0', 'taken', null]);
  });

  test('a folder of the terminal that root has laid on another disk is looked into', async () => {
    const on = machine({});
    renameSync(places.data, join(root, 'disk'));
    symlinkSync(join(root, 'disk'), places.data);
    ask('2.0.0');
    await updater(on, 'one').run();
    expectQuiet(on, '2.0.0');
    expect(told()).toEqual(['2.0.0', 'taken', null]);
  });

  test('a version lower than one that dpkg or a hand installed is refused, also the one before', async () => {
    const on = machine({});
    ask('2.0.0');
    await updater(on, 'one').run();
    for (const version of ['10.0.0', '3.0.0']) mkdirSync(join(places.programs, version));
    for (const [current, version] of [
      ['3.0.0', '1.0.0'],
      ['3.0.0', '2.0.0'],
      ['10.0.0', '3.0.0'],
    ] as const) {
      await on.versions.switchTo(current);
      ask(version);
      await updater(on, 'one').run();
      expect([current, told()]).toEqual([current, [version, 'refused', 'update.older']]);
    }
    rmSync(join(places.state, 'taken.json'));
    ask('3.0.0');
    await updater(on, 'one').run();
    expect(told()).toEqual(['3.0.0', 'refused', 'update.older']);
  });

  test('an older version is refused, unless it is the one before', async () => {
    const on = machine({});
    for (const [version, told_] of [
      ['2.0.0', 'taken'],
      ['3.0.0', 'taken'],
      ['1.0.0', 'refused'],
      ['2.0.0', 'taken'],
      ['1.0.0', 'refused'],
      ['3.0.0', 'taken'],
    ] as const) {
      ask(version);
      await updater(on, 'one').run();
      expect(told()?.slice(0, 2)).toEqual([version, told_]);
    }
    expect(told()).toEqual(['3.0.0', 'taken', null]);
    expectQuiet(on, '3.0.0');
  });
});

test.each<[Step, string]>([
  ['waiting', '2.0.0'],
  ['switching', '2.0.0'],
  ['trying', '1.0.0'],
])('%s, and settled by nobody, nothing is changed under a terminal that runs', async (step, version) => {
  const on = machine({ '2.0.0': 'good' });
  mkdirSync(join(places.programs, '2.0.0'));
  const lives = step === 'trying' ? 3 : 0;
  if (step === 'trying') await on.versions.switchTo('2.0.0');
  on.startTerminal();
  if (step !== 'trying') on.beginVisit(120_000);
  journalIn(places.state, () => undefined).write({
    ...{ format: 'yizhan-update-journal-1', step, commandId, version: '2.0.0', before: '1.0.0' },
    ...{ madeAt: '2026-11-22T00:00:00.000Z', lives, bootId: 'one', fault: null },
  });
  await updater(on, 'two').run();
  expectQuiet(on, version);
  expect(told()?.slice(0, 2)).toEqual(['2.0.0', version === '2.0.0' ? 'taken' : 'went-back']);
});

test('a journal that nobody can read is put aside, and what runs goes on', async () => {
  const on = machine({});
  mkdirSync(places.state, { recursive: true });
  writeFileSync(join(places.state, 'journal.json'), '{"step":');
  await updater(on, 'one').settle();
  await updater(on, 'one').run();
  expectQuiet(on, '1.0.0');
  expect(existsSync(join(places.state, 'journal.json.damaged'))).toBe(true);
});

describe('what root has laid out himself, as a deb is', () => {
  const lay = (version: string): void => {
    mkdirSync(join(places.programs, version));
  };

  test('waits for whoever stands there, is watched, and gone back from, like any other', async () => {
    const on = machine({ '2.0.0': 'crashes-late' });
    lay('2.0.0');
    on.beginVisit(120_000);
    const taken = updater(on, 'one');
    expect(taken.takeLaid('2.0.0', commandId)).toEqual(ok(null));
    expect(on.current()).toBe('1.0.0');
    await taken.run();
    expectQuiet(on, '1.0.0');
    expect(told()).toEqual(['2.0.0', 'went-back', 'update.crashed']);
  });

  test('does not bar what a release was made of before dpkg brought it', async () => {
    const on = machine({});
    lay('2.0.0');
    expect(updater(on, 'one').takeLaid('2.0.0', commandId)).toEqual(ok(null));
    await updater(on, 'one').run();
    expectQuiet(on, '2.0.0');
    ask('3.0.0', { madeAt: '2020-01-01T00:00:00.000Z' });
    await updater(on, 'one').run();
    expectQuiet(on, '3.0.0');
  });

  test('goes on where the terminal asks at the same time: the one that was first in the journal is done', async () => {
    const on = machine({});
    lay('2.0.0');
    ask('3.0.0');
    const { layOut } = on.versions;
    const meanwhile: Versions = {
      ...on.versions,
      layOut: (laid) => {
        expect(updater(on, 'one').takeLaid('2.0.0', '01900000-0000-4000-8000-000000000002')).toEqual(
          ok(null),
        );
        return layOut(laid);
      },
    };
    await updater({ ...on, versions: meanwhile }, 'one').run();
    expectQuiet(on, '2.0.0');
  });

  test('is refused where it could not be gone back from, by a name that is none, and while another is under way', () => {
    const on = machine({});
    const refused = (version: string): unknown => {
      const taken = updater(on, 'one').takeLaid(version, commandId);
      return taken.ok ? null : taken.fault.code;
    };
    expect([refused('9.0.0'), refused('../2.0.0'), refused('1.0.0')]).toEqual([
      'update.no-way-back',
      'update.not-whole',
      null,
    ]);
    expect(existsSync(join(places.state, 'journal.json'))).toBe(false);
    expect([refused('2.0.0'), refused('3.0.0')]).toEqual([null, 'update.request-wrong']);
  });
});

import { mkdtempSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seeded } from '../../support/seeded.ts';
import { TerminalClock, Timeline } from './virtual-clock.ts';
import { kind, VirtualNetwork, VirtualPlatform, type Hostility } from './virtual-platform.ts';
import { VirtualTerminal, type PlantedBug } from './virtual-terminal.ts';

/** What one seed came to; `problems` is empty when the promise was kept. */
export interface Outcome {
  readonly seed: number;
  readonly problems: readonly string[];
  readonly confirmed: number;
  readonly cases: number;
  readonly crashes: number;
  /** How often the platform was asked about a row in doubt. */
  readonly asked: number;
  /** Everything that happened, for a seed that fails. */
  readonly story: readonly string[];
}

const EPOCH_MS = Date.UTC(2026, 10, 21);
const HOUR_MS = 3_600_000;
const ACTIONS = 40;
/** Longer than every backoff, lease, Retry-After and late packet together. */
const CALM_MS = 3 * HOUR_MS;
const MAX_TERMINALS = 3;

/**
 * A district for some days under one seed: residents submit, terminals lose their power, clocks jump, disks
 * fill, keys are rotated, the network does its worst; then it is calm. Afterwards everything that a resident
 * was told is received must be exactly one case.
 */
export async function simulate(seed: number, bug: PlantedBug): Promise<Outcome> {
  const random = seeded(seed);
  const folder = mkdtempSync(join(memoryFolder(), 'yizhan-simulation-'));
  const timeline = new Timeline();
  const platform = new VirtualPlatform();
  const network = new VirtualNetwork(timeline, random);
  const story: string[] = [];
  const terminals = Array.from({ length: 1 + Math.floor(random() * MAX_TERMINALS) }, (_, index) => {
    return new VirtualTerminal({
      folder: join(folder, String(index)),
      number: index + 1,
      clock: new TerminalClock(timeline, EPOCH_MS),
      random,
      clientFor: (isAlive) => network.clientFor(platform, isAlive),
      bug,
    });
  });
  let crashes = 0;
  const tell = (what: string) => story.push(`${(timeline.nowMs / 1000).toFixed(1)} s: ${what}`);

  try {
    network.hostility = drawHostility(random);
    for (let action = 0; action < ACTIONS; action += 1) {
      await timeline.runUntil(timeline.nowMs + random() * 20_000);
      const index = Math.floor(random() * terminals.length);
      const terminal = terminals[index];
      if (terminal === undefined) throw new Error('no terminal');
      const luck = random();
      if (luck < 0.5) {
        // Now and then several in one moment, who share a commit.
        const residents = luck < 0.1 ? 3 : 1;
        const answers = await Promise.all(Array.from({ length: residents }, () => terminal.submit()));
        for (const answer of answers) tell(`terminal ${index}: ${answer}`);
      } else if (luck < 0.62) {
        // Half of them strike while something is under way.
        if (random() < 0.5) tell(`terminal ${index}: ${await terminal.submit()}`);
        tell(`terminal ${index}: power cut`);
        crashes += 1;
        terminal.crash();
      } else if (luck < 0.68) {
        const byMs = (random() - 0.5) * 4 * 24 * HOUR_MS;
        tell(`terminal ${index}: its clock jumps by ${(byMs / HOUR_MS).toFixed(1)} h`);
        terminal.jumpClock(byMs);
      } else if (luck < 0.74) {
        tell(`terminal ${index}: disk full`);
        terminal.fillDisk();
        if (random() < 0.7) tell(`terminal ${index}: ${await terminal.submit()}`);
        await timeline.runUntil(timeline.nowMs + random() * 30_000);
        terminal.freeDisk();
      } else if (luck < 0.8) {
        tell(`terminal ${index}: key rotated`);
        terminal.rotateKey();
      } else if (luck < 0.85) terminal.erase();
      else if (luck < 0.87) {
        tell('the platform forgets uploads that nobody claimed');
        platform.forgetUploads(random);
      } else if (luck < 0.9) {
        network.isDown = !network.isDown;
        tell(network.isDown ? 'the platform is away' : 'the platform is back');
        if (network.isDown && random() < 0.3) await timeline.runUntil(timeline.nowMs + 24 * HOUR_MS);
        if (!network.isDown) for (const each of terminals) each.lineIsBack();
      } else {
        network.hostility = drawHostility(random);
        tell('the network changes its mood');
      }
    }
    network.isDown = false;
    network.hostility = kind;
    for (const terminal of terminals) terminal.lineIsBack();
    tell('calm');
    await timeline.runUntil(timeline.nowMs + CALM_MS);
    return {
      seed,
      problems: [...problemsOf(terminals, platform), ...blindResends(network)],
      confirmed: terminals.reduce((total, terminal) => total + terminal.confirmed.size, 0),
      cases: platform.cases.size,
      crashes,
      asked: network.asked,
      story,
    };
  } finally {
    for (const terminal of terminals) await terminal.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function problemsOf(terminals: readonly VirtualTerminal[], platform: VirtualPlatform): string[] {
  const problems: string[] = [];
  const receipts = new Set<string>();
  for (const [index, terminal] of terminals.entries()) {
    for (const [applicationId, receiptNo] of terminal.confirmed) {
      const stored = platform.cases.get(`${applicationId}/1`);
      if (stored === undefined)
        problems.push(`terminal ${index}: ${applicationId} was confirmed and is lost`);
      else if (stored.receiptNo !== receiptNo) problems.push(`${applicationId}: another receipt number`);
      for (const sha256 of terminal.pictures.get(applicationId) ?? []) {
        if (!platform.hasWhole(applicationId, sha256)) problems.push(`${applicationId}: its papers are lost`);
      }
      if (receipts.has(receiptNo)) problems.push(`receipt ${receiptNo} was given twice`);
      receipts.add(receiptNo);
    }
    const { waiting, parked } = terminal.counts();
    if (waiting > 0) problems.push(`terminal ${index}: ${waiting} rows still wait`);
    if (parked > 0) problems.push(`terminal ${index}: ${parked} rows are parked`);
    const rows = terminal.rowCounts();
    if ((rows['acknowledged'] ?? 0) !== Object.values(rows).reduce((total, n) => total + n, 0))
      problems.push(`terminal ${index}: the counters are not the rows: ${JSON.stringify(rows)}`);
  }
  const numbers = [...platform.cases.values()].map((stored) => stored.receiptNo);
  if (new Set(numbers).size !== numbers.length) problems.push('one receipt number has two cases');
  if (platform.torn > 0) problems.push('a torn payload reached the platform');
  return problems;
}

function blindResends({ resentBlindly }: VirtualNetwork): string[] {
  return resentBlindly === 0 ? [] : [`${resentBlindly} rows in doubt were sent again without asking`];
}

function drawHostility(random: () => number): Hostility {
  const part = () => (random() < 0.5 ? 0 : random() * 0.2);
  return {
    dropped: part(),
    answerLost: part(),
    duplicated: part(),
    late: part(),
    truncated: part(),
    refusedForNow: part() / 2,
    failing: part() / 2,
    slowMs: random() < 0.2 ? 8_000 : 200,
  };
}

/** A power cut is modelled by copies, so nothing here needs a disk that turns. */
function memoryFolder(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { lanSettingsSchema } from '#config/schema.ts';
import { freePort } from './cut-line.ts';
import { control } from './let-in.ts';
import { admitMember, booksOf, pause, startQueueStation, type StationTerminal } from './queue-station.ts';
import { TEST_PIN } from './signed-in.ts';
import { twoPeopleLines } from './two-people.ts';

const HUB_CLI = join(import.meta.dirname, '../../electron/host/hub-cli.ts');

/**
 * A hub that dies with a number that only it knows, a member made the hub by the technician's command, another one pointed
 * to it, and the old hub switched on again. Gives what is wrong; empty: nothing.
 */
export async function takeOverStation(): Promise<string[]> {
  const station = await startQueueStation({ members: 2, windows: 1 });
  try {
    const [heir, other] = station.members;
    if (!heir || !other) throw new Error('no members');
    const wrong: string[] = [];
    const holds = (is: boolean, what: string): void => {
      if (!is) wrong.push(what);
    };
    const given: string[] = [];
    for (const at of [heir, other, station.hub, heir, other]) given.push(await numberAt(at, /^A00/));
    await pause(500);
    heir.line?.set('refused');
    other.line?.set('refused');
    given.push(await numberAt(station.hub, /^A006$/));
    await station.hub.kill();
    given.push(await numberAt(other, /^A6/));

    const port = await freePort();
    await control(heir, { verb: 'add', staffId: 't01', role: 'technician', pin: TEST_PIN });
    await control(heir, { verb: 'add', staffId: 's01', role: 'staff', pin: TEST_PIN });
    heir.change({ lan: lanSettingsSchema.parse({ host: '127.0.0.1', port, names: ['127.0.0.1'] }) });
    await heir.stop();
    holds((await takeOver(heir, '03')).code === 1, 'a wrong number was taken for a right one');
    const alone = await takeOver(heir, '02', '');
    holds(alone.code === 2 && alone.said.includes('Nothing was done'), `nobody confirmed it: ${alone.said}`);
    const taken = await takeOver(heir, '02');
    holds(taken.code === 0, `the command ends with ${String(taken.code)}: ${taken.said}`);
    holds(taken.said.includes('5 tickets of today, 5 of them waiting'), `it says ${taken.said}`);
    await heir.start();
    given.push(await numberAt(heir, /^A59/));
    await other.stop();
    const authorityFile = heir.host()?.lan?.authorityFile ?? '';
    other.change({ hub: { host: '127.0.0.1', port, authorityFile } });
    await other.start();
    await admitMember(heir, other);
    // Until it has the new hub it counts in its own block, and those numbers are good too.
    for (let number = ''; !/^A59/.test(number);) {
      number = await numberAt(other, /^A(?:59|6)/);
      if (given.push(number) > 50) throw new Error('the other member does not find the new hub');
    }

    heir.line?.set('whole');
    await station.hub.start();
    // Until it is told it gives out numbers, and they are good.
    for (;;) {
      const number = await takeAt(station.hub);
      if (number === 'queue.hub-replaced') break;
      if (given.push(number) > 150) throw new Error('the old hub goes on as one');
      await pause(200);
    }
    await pause(4_000);
    given.push(await numberAt(other, /^A0/));
    for (const one of [station.hub, heir, other]) await one.stop();

    const [ours, theirs, old] = [booksOf(heir), booksOf(other), booksOf(station.hub)];
    holds(JSON.stringify(ours.events) === JSON.stringify(theirs.events), 'hub and member differ');
    const numbers = ours.events.flatMap((event) => (event.type === 'taken' ? [event.ticket.number] : []));
    holds(new Set(numbers).size === numbers.length, `a number twice: ${numbers.join(' ')}`);
    for (const number of given) holds(numbers.includes(number), `${number} was printed, and is lost`);
    holds(
      old.audit.some(({ event }) => event === 'queue.hub-replaced'),
      'the old hub’s audit does not say it',
    );
    holds(
      ours.audit.some(({ event }) => event === 'queue.hub-made'),
      'the new hub’s audit does not say it',
    );
    holds(
      ours.audit.some(
        ({ event, disposition }) => event === 'access.done-by-two' && disposition === 'with s01',
      ),
      'the new hub’s audit does not say who',
    );
    return wrong;
  } finally {
    await station.close();
  }
}

async function takeOver(
  { dataDir }: StationTerminal,
  typed: string,
  people = twoPeopleLines,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const config = join(dataDir, 'terminal.yaml');
  const child = spawn(process.execPath, [HUB_CLI, 'take-over', '--config', config, '--data', dataDir], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  child.stdin.end(`${typed}\n${people}`);
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await ended, said: said + errors };
}

/** Until the number is one of these: a terminal that was just started, or was just let in, waits for its hub. */
async function numberAt(at: StationTerminal, wanted: RegExp): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    const number = await takeAt(at);
    if (wanted.test(number)) return number;
    if (tries > 100 || !number.startsWith('queue.'))
      throw new Error(`terminal ${at.number} gives out ${number} instead of ${String(wanted)}`);
    await pause(200);
  }
}

async function takeAt(at: StationTerminal): Promise<string> {
  const { api } = await at.screen();
  const ticketId = crypto.randomUUID();
  const asked = { ticketId, line: 'A', slug: null, ticketClass: 'ordinary', language: 'zh' } as const;
  const taken = await api.queue.take(asked);
  if (!taken.ok) return taken.fault.code;
  for await (const ticket of await api.queue.watchTaken({ ticketId }))
    if (ticket !== null) return ticket.number;
  return 'none';
}

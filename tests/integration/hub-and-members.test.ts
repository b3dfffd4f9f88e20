import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEMBER_HALL_PATH } from '#contract/queue/hall-api.ts';
import { MAX_MEMBER_MESSAGE_BYTES, MEMBER_PATH } from '#contract/queue/member-api.ts';
import { lanSettingsSchema } from '#config/schema.ts';
import { doorCookies } from '#door/lan/cookies.ts';
import { stationCertificate } from '#door/lan/station-certificate.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { control } from '../support/let-in.ts';
import {
  admitMember,
  booksOf,
  startQueueStation,
  type QueueStation,
  type StationTerminal,
} from '../support/queue-station.ts';
import type { TerminalClient } from '../support/screen-client.ts';

/** A hub and a member as two processes, over TLS and a line that can be cut. */

/** A590 to A679, of terminal 02 (tests/support/queue-station.ts). */
const OWN_BLOCK = /^A(?:59|6[0-7])\d$/;

let station: QueueStation;
let hub: StationTerminal;
let member: StationTerminal;

beforeAll(async () => {
  station = await startQueueStation({ members: 1, windows: 12 });
  hub = station.hub;
  const [first] = station.members;
  if (!first) throw new Error('no member');
  member = first;
});
afterAll(() => station.close());

/** The number on the screen behind a touch, or the fault's code. */
async function take(at: StationTerminal): Promise<string> {
  const { api } = await at.screen();
  const ticketId = crypto.randomUUID();
  const taken = await api.queue.take({
    ticketId,
    line: 'A',
    slug: null,
    ticketClass: 'ordinary',
    language: 'zh',
  });
  if (!taken.ok) return taken.fault.code;
  for await (const ticket of await api.queue.watchTaken({ ticketId }))
    if (ticket !== null) return ticket.number;
  return 'none';
}

describe('at the door', () => {
  it('a member that was let in asks the hub for its numbers', async () => {
    await expect.poll(() => take(member), { timeout: 60_000 }).toBe('A001');
    expect([await take(hub), await take(member)]).toEqual(['A002', 'A003']);
  });

  it('a stranger, a window, a forged sender and what is no message are sent away, each by its name', async () => {
    const window = await station.browser('window-20');
    const token = window.cookies.get(doorCookies.browser) ?? '';
    const browser = await station.browser('terminal-09');
    const admission = browser.cookies.get(doorCookies.browser) ?? '';
    const asked = {
      terminal: '02',
      known: { term: 0, hub: '00' },
      agreed: '',
      place: { day: '2026-11-22', events: 0, digest: 'A'.repeat(22) },
      ask: { kind: 'follow', waitMs: 0 },
    };
    const post = (bearer: string, body: string, path: string = MEMBER_PATH) =>
      window.ask(path, {
        method: 'POST',
        headers: { authorization: `Bearer ${bearer}`, cookie: '' },
        body,
      });
    const statuses = [
      await post('x'.repeat(43), JSON.stringify(asked)),
      await post(token, JSON.stringify(asked)),
      await post(admission, JSON.stringify(asked)),
      await post(admission, '{"terminal":"09"}'),
      await post(admission, JSON.stringify({ ...asked, terminal: '09' })),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([401, 403, 403, 400, 200]);
    expect(statuses.slice(0, 4).map(({ body }) => body)).toEqual(['', '', '', '']);
    // Other lines or blocks than the hub's: nothing of its log is said either.
    expect(JSON.parse(statuses[4]?.body ?? '')).toMatchObject({
      done: { ok: false, fault: { code: 'queue.hub-refuses' } },
      log: { events: [] },
    });
    // Whoever calls for staff there is heard all the same.
    const attend = { kind: 'attend', terminal: '09', run: crypto.randomUUID(), turn: 1 };
    const calling = { ...attend, call: null, reply: null, heard: null };
    const heardThere = await post(admission, JSON.stringify(calling), MEMBER_HALL_PATH);
    expect(JSON.parse(heardThere.body)).toMatchObject({ is: 'attended', heard: { isHeard: false } });
    const large = await post(admission, 'x'.repeat(MAX_MEMBER_MESSAGE_BYTES + 1)).catch(() => null);
    expect(large?.status ?? 413).toBe(413);
    // A terminal is no browser: its admission opens no page and no API.
    expect(await browser.socket()).toBe(403);
    expect((await browser.ask('/')).status).toBe(403);
  });

  it('twelve people who press "next" at the same moment call twelve people', async () => {
    for (let person = 0; person < 15; person += 1) await take(member);
    const windows: { readonly window: string; readonly client: TerminalClient }[] = [];
    for (let number = 1; number <= 12; number += 1) {
      const window = String(number);
      const { client } = await (await station.browser(`window-${window}`)).api();
      const open = { verb: 'open-window' as const, window, lines: ['A'], person: 'x' };
      expect(await client.staff.queue.do(open)).toMatchObject({ ok: true });
      windows.push({ window, client });
    }
    const pressed = await Promise.all(
      windows.map(({ window, client }) => client.staff.queue.do({ verb: 'next', window })),
    );
    const called = pressed.flatMap((answer) =>
      answer.ok ? answer.value.flatMap((event) => (event.type === 'called' ? [event.ticketId] : [])) : [],
    );
    expect(called).toHaveLength(12);
    expect(new Set(called).size).toBe(12);
  });
});

describe('a member', () => {
  it('gives out its own block while the line is cut or the hub is killed, and tells it once', async () => {
    member.line?.set('cut');
    expect(await take(member)).toBe('A590');
    member.line?.set('whole');
    await expect.poll(() => take(member), { timeout: 60_000, interval: 500 }).toMatch(/^A0/);
    await hub.kill();
    expect(await take(member)).toMatch(OWN_BLOCK);
    await hub.start();
    await expect.poll(() => take(member), { timeout: 60_000, interval: 500 }).toMatch(/^A0/);
  });

  it('believes no hub that another authority vouches for, and is refused by name when it is shut out', async () => {
    await member.stop();
    await hub.stop();
    const [ours, theirs] = [booksOf(hub), booksOf(member)];
    expect(theirs.events).toEqual(ours.events);
    const merged = ours.audit.filter(({ event }) => event === 'queue.merged');
    expect(merged.map(({ detail }) => detail).join(' ')).toContain('A590');
    const refused = ours.audit.filter(({ event }) => event === 'access.refused');
    expect(new Set(refused.map(({ disposition }) => disposition))).toEqual(
      new Set(['no-admission', 'another-role', 'forged-sender', 'malformed', 'too-large', 'hub-refuses']),
    );

    await hub.start();
    const authorityFile = await otherAuthority(member.dataDir);
    const address = { host: '127.0.0.1', port: member.line?.port ?? 0 };
    member.change({ hub: { ...address, authorityFile } });
    await member.start();
    expect(await take(member)).toMatch(OWN_BLOCK);
    await member.stop();

    member.change({ hub: { ...address, authorityFile: hub.host()?.lan?.authorityFile ?? '' } });
    await control(hub, { verb: 'shut-out', browser: 'terminal-02' });
    await member.start();
    await expect.poll(() => take(member), { timeout: 60_000 }).toBe('queue.hub-refuses');
    await hub.stop();
    expect(booksOf(hub).audit.map(({ disposition, detail }) => `${disposition} ${detail}`)).toContain(
      `admission-revoked ${MEMBER_PATH}`,
    );
  });
});

/** The first thing that a stream says which is what is waited for. */
async function heard<T>(stream: Promise<AsyncIterable<T>>, isIt: (said: T) => boolean): Promise<T> {
  for await (const said of await stream) if (isIt(said)) return said;
  throw new Error('the stream ended');
}

describe('whoever calls for staff at a member', () => {
  it('is heard at the hub through cuts and kills, once, and hears there who comes', async () => {
    // The test before has left the member shut out.
    await hub.start();
    await admitMember(hub, member);
    const browser = await station.browser('window-21');
    const atWindow = async () => (await browser.api()).client.staff.help;
    let console = await atWindow();
    // Whoever watches is somebody who hears.
    const calls = (kiosk: string[]) =>
      heard(console.watch(), ({ calls: all }) => all.map((one) => one.kiosk).join() === kiosk.join());
    const listening = calls(['02']);
    const kiosk = async () => (await member.screen()).api.help;
    await heard((await kiosk()).watch(), ({ isHeard }) => isHeard);
    expect(await (await kiosk()).call({ page: 'question' })).toMatchObject({ ok: true });
    const [call] = (await listening).calls;
    expect(call).toMatchObject({ page: 'question', helper: null, isReachable: true });
    const callId = call?.callId ?? '';
    await heard((await kiosk()).watch(), (now) => now.call?.isTold === true);

    await member.kill();
    await heard(console.watch(), ({ calls: [one] }) => one?.isReachable === false);
    expect(await console.come({ callId })).toMatchObject({ ok: true });
    await member.start();
    const now = await heard((await kiosk()).watch(), ({ call: open }) => open?.helper !== null);
    expect(now.call?.helper).toEqual({ staffId: 's-window-21', window: '21' });
    const again = await heard(console.watch(), ({ calls: [one] }) => one?.isReachable === true);
    expect(again.calls).toHaveLength(1);

    await hub.kill();
    await heard((await kiosk()).watch(), ({ call: open }) => open?.isTold === false);
    await hub.start();
    console = await atWindow();
    const back = await heard(console.watch(), ({ calls: all }) => all.length > 0);
    expect(back.calls).toMatchObject([{ callId, kiosk: '02', helper: { window: '21' } }]);
    expect(await console.done({ callId })).toMatchObject({ ok: true });
    await heard((await kiosk()).watch(), ({ call: open }) => open === null);
    expect((await calls([])).calls).toEqual([]);

    await member.stop();
    await hub.stop();
    const rows = [hub, member].map((one) =>
      booksOf(one).audit.flatMap(({ event }) => (event.startsWith('help.') ? [event] : [])),
    );
    expect(rows).toEqual([['help.answered', 'help.done'], ['help.called']]);
  });
});

async function otherAuthority(folder: string): Promise<string> {
  const settings = lanSettingsSchema.parse({ names: ['127.0.0.1'] });
  const ports = { dataDir: folder, clock: systemClock, randomBytes };
  const made = await stationCertificate(settings, ports);
  if (!made.ok || made.value.authorityFile === null) throw new Error('no certificate was made');
  return made.value.authorityFile;
}

import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LogLine } from '../log.ts';
import { APPLICATION, openLoneOutbox, type LoneOutbox } from '../../../tests/support/lone-outbox.ts';
import { doubtAcknowledged } from './put-back.ts';

const LATER = '01995b00-0000-7000-8000-000000000002';

let under: LoneOutbox;
let logged: LogLine[];
beforeEach(() => {
  under = openLoneOutbox();
  logged = [];
});
afterEach(() => {
  under.close();
});

function putBack(lastRowThere: number): void {
  const { store, audit, clock } = under;
  const ports = { store, audit, log: (line: LogLine) => logged.push(line), nowMs: clock.now() };
  expect(
    store.transaction(() => {
      doubtAcknowledged(ports, lastRowThere);
    }),
  ).toMatchObject({ ok: true });
}

const lastRow = (): number =>
  Number(under.store.sql('SELECT max(sequence) AS last FROM audit').get()?.['last'] ?? 0);
const noted = () =>
  under.store
    .sql("SELECT subject, disposition, detail FROM audit WHERE event = 'outbox.platform-put-back'")
    .all()
    .map((row) => ({ ...row }));

/** Received and acknowledged. */
function sent(applicationId: string): void {
  under.receive(applicationId);
  under.acknowledge(under.claimed());
}

it('what was acknowledged behind the last row that is there is asked for before it is sent, and what came before is left alone', () => {
  sent(APPLICATION);
  const there = lastRow();
  sent(LATER);
  putBack(there);
  expect(under.claimed()).toMatchObject({ applicationId: LATER, doubtful: true });
  expect(under.claim()).toBeNull();
  expect(under.outbox.forwardingOf(APPLICATION)).toEqual({ state: 'acknowledged', caseNo: 'BJ1' });
  expect(noted()).toEqual([
    { subject: String(there), disposition: 'success', detail: '1 asked for again, 0 erased here' },
  ]);
  expect(logged.map(({ level, event }) => `${level} ${event}`)).toEqual(['error outbox.platform-put-back']);
});

it('its payload stays as long as the platform has not said again that it has it', () => {
  sent(APPLICATION);
  putBack(0);
  expect(under.outbox.erase()).toEqual({ ok: true, value: 0 });
  under.acknowledge(under.claimed());
  expect(under.outbox.erase()).toEqual({ ok: true, value: 1 });
});

it('one whose payload was erased is not counted when a later revision of it is asked for', () => {
  under.receive(APPLICATION);
  const first = under.claimed();
  under.acknowledge(first);
  under.outbox.erase();
  const { applicationId, submission } = first;
  under.store.transaction(() => {
    under.outbox.add({ applicationId, revision: 2, submission });
  });
  under.acknowledge(under.claimed());
  putBack(0);
  expect(under.claimed()).toMatchObject({ revision: 2, doubtful: true });
  expect(noted()).toMatchObject([{ disposition: 'success', detail: '1 asked for again, 0 erased here' }]);
});

it('one whose payload was erased is counted, and waits for nothing', () => {
  sent(APPLICATION);
  under.outbox.erase();
  putBack(0);
  expect(under.claim()).toBeNull();
  expect(noted()).toEqual([
    { subject: '0', disposition: 'erased-here', detail: '0 asked for again, 1 erased here' },
  ]);
});

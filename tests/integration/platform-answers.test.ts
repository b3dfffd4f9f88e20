import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  json,
  startScriptedPlatform,
  acknowledgementOf,
  type ScriptedPlatform,
} from '../support/scripted-platform.ts';
import {
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  submit,
  until,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

let platform: ScriptedPlatform;
let under: TerminalUnderTest;
let dataDir: string;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
});

afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

const faultLogged = (code: string) =>
  under.log.some((line) => line.event === 'outbox.not-sent' && line.code === code);

/** The row is safe, nothing is acknowledged, and the resident is told so. */
async function staysWaitingWith(code: string): Promise<void> {
  await submit(under);
  await until(under.terminal, () => faultLogged(code));
  expect(['waiting', 'sending']).toContain(received(under).forwarding.state);
  expect(under.terminal.kiosk.station.snapshot().outbox).toEqual({ waiting: 1, parked: 0 });
  platform.onSubmit = ({ key, body }, response) => {
    json(response, 200, acknowledgementOf(key, body));
  };
  await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
  expect(under.terminal.kiosk.station.snapshot().outbox).toEqual({ waiting: 0, parked: 0 });
}

async function isParkedWith(code: string): Promise<void> {
  await submit(under);
  await until(under.terminal, () => received(under).forwarding.state === 'parked');
  expect(faultLogged(code)).toBe(true);
  expect(under.terminal.kiosk.station.snapshot().outbox).toEqual({ waiting: 0, parked: 1 });
}

describe('a platform that', () => {
  it('acknowledges gives the resident a case number', async () => {
    await submit(under);
    const { forwarding } = await until(under.terminal, () =>
      received(under).forwarding.state === 'acknowledged' ? received(under) : null,
    );
    expect(forwarding).toMatchObject({
      state: 'acknowledged',
      caseNo: expect.stringMatching(/^BJ/) as string,
    });
  });

  it('answers 400 parks the row for staff', async () => {
    platform.onSubmit = (_request, response) => {
      json(response, 400, { code: 'BAD_REQUEST' });
    };
    await isParkedWith('platform.rejected');
  });

  it('answers that it erased what is so old parks the row, to be received anew', async () => {
    platform.onSubmit = (_request, response) => {
      json(response, 410, { code: 'APPLICATION_TOO_OLD' });
    };
    await isParkedWith('platform.too-old');
  });

  it('answers 409 with another payload parks the row as a conflict', async () => {
    platform.onSubmit = (_request, response) => {
      json(response, 409, { code: 'CONFLICT', data: { storedSha256: '0'.repeat(64) } });
    };
    await isParkedWith('platform.conflict');
  });

  it('answers 409 and holds this very payload has acknowledged it', async () => {
    platform.onSubmit = ({ key, body }, response) => {
      const kept = platform.acknowledged as Map<string, string>; // the script's own store
      kept.set(key, body);
      json(response, 409, {});
    };
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
  });

  it('answers 500 is tried again until it works', async () => {
    platform.onSubmit = (_request, response) => {
      json(response, 500, 'Internal error');
    };
    await staysWaitingWith('platform.failed');
  });

  it('answers 429 with Retry-After is left alone that long', async () => {
    platform.onSubmit = ({ key, body, tries }, response) => {
      if (tries === 1) json(response, 429, {}, { 'retry-after': '1' });
      else json(response, 200, acknowledgementOf(key, body));
    };
    const startedMs = performance.now();
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
    expect(performance.now() - startedMs).toBeGreaterThan(1000);
  });

  it.each([
    ['HTML', '<html>busy</html>'],
    [
      'the wrong application',
      JSON.stringify(
        acknowledgementOf(
          '018f0000-0000-7000-8000-000000000000|1',
          '{"payloadSha256":"' + 'a'.repeat(64) + '"}',
        ),
      ),
    ],
    ['an empty body', ''],
    ['null', 'null'],
  ])('answers 200 with %s has acknowledged nothing', async (_what, body) => {
    platform.onSubmit = (_request, response) => {
      json(response, 200, body);
    };
    await staysWaitingWith('platform.nonsense');
  });

  it('answers 200 for another payload holds a conflict', async () => {
    platform.onSubmit = ({ key }, response) => {
      json(response, 200, acknowledgementOf(key, JSON.stringify({ payloadSha256: 'b'.repeat(64) })));
    };
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'parked');
  });

  it('answers with ten megabytes is cut off', async () => {
    platform.onSubmit = (_request, response) => {
      json(response, 200, 'x'.repeat(10_000_000));
    };
    await staysWaitingWith('platform.too-large');
  });

  it('sends elsewhere is not followed', async () => {
    platform.onSubmit = (_request, response) => {
      json(response, 302, '', { location: 'http://192.0.2.1/' });
    };
    await staysWaitingWith('platform.redirected');
  });

  it('never answers is given up after the time limit', async () => {
    platform.onSubmit = () => undefined;
    await staysWaitingWith('platform.timeout');
  });

  it('hangs up in the middle of an answer is tried again', async () => {
    platform.onSubmit = (_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"appl');
      response.socket?.destroySoon();
    };
    await staysWaitingWith('platform.unreachable');
  });

  it.each<[string, number, string, string]>([
    ['does not know the terminal', 401, 'TERMINAL_UNKNOWN', 'platform.terminal-unknown'],
    ['has revoked the terminal', 403, 'TERMINAL_REVOKED', 'platform.terminal-revoked'],
    ['takes the request for a replay', 401, 'SIGNATURE_REPLAYED', 'platform.replayed'],
    ['does not recognise the signature', 401, 'SIGNATURE_INVALID', 'platform.signature-refused'],
    ['got another body than was signed', 401, 'DIGEST_MISMATCH', 'platform.signature-refused'],
    ['finds fault with the clock', 401, 'CLOCK_SKEW', 'platform.clock-skew'],
    ['says 401 and not why', 401, 'NO_SUCH_NAME', 'platform.not-authorised'],
  ])('%s keeps the rows waiting: that is not the residents’ doing', async (_what, status, code, expected) => {
    platform.onSubmit = (_request, response) => {
      json(response, status, { code });
    };
    await staysWaitingWith(expected);
  });

  it('refuses one row goes on to take the others', async () => {
    let first: string | null = null;
    platform.onSubmit = ({ key, body }, response) => {
      first ??= key;
      if (key === first) json(response, 400, {});
      else json(response, 200, acknowledgementOf(key, body));
    };
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'parked');
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
  });
});

describe('a line that is cut', () => {
  it('keeps twenty applications, tells the truth, and delivers each once when it is back', async () => {
    platform.down = true;
    const numbers = new Set<string>();
    for (let count = 0; count < 20; count += 1) {
      numbers.add(await submit(under));
      expect(received(under).forwarding.state).not.toBe('acknowledged');
      under.terminal.kiosk.visits.end('finished');
    }
    expect(numbers.size).toBe(20);
    await until(under.terminal, () => under.terminal.kiosk.station.snapshot().platform === 'offline');
    expect(under.terminal.kiosk.station.snapshot().outbox.waiting).toBe(20);
    platform.down = false;
    await until(under.terminal, () => under.terminal.kiosk.station.snapshot().outbox.waiting === 0);
    expect(platform.acknowledged.size).toBe(20);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  acknowledgementOf,
  json,
  startScriptedPlatform,
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
let lookUps: number;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  lookUps = 0;
  const find = platform.onFind;
  platform.onFind = (request, response) => {
    lookUps += 1;
    find(request, response);
  };
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
});

afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

const acknowledged = () => until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
const triesOf = (count: number) => expect([...platform.tries.values()]).toEqual([count]);

/** Stores it, and the answer never leaves. */
function losesItsAnswer(): void {
  const storesIt = platform.onSubmit;
  platform.onSubmit = ({ key, body, tries }, response) => {
    if (tries > 1) {
      storesIt({ key, body, tries }, response);
      return;
    }
    const kept = platform.acknowledged as Map<string, string>; // the script's own store
    kept.set(key, body);
    response.socket?.destroy();
  };
}

describe('before a resend', () => {
  it('nobody is asked when the first try is answered', async () => {
    await submit(under);
    await acknowledged();
    expect(lookUps).toBe(0);
  });

  it('nobody is asked after an answer that said no', async () => {
    platform.onSubmit = ({ key, body, tries }, response) => {
      if (tries === 1) json(response, 429, {});
      else json(response, 200, acknowledgementOf(key, body));
    };
    await submit(under);
    await acknowledged();
    expect(lookUps).toBe(0);
  });

  it('a platform that answered and died is asked, and what it holds is not sent again', async () => {
    losesItsAnswer();
    await submit(under);
    await acknowledged();
    triesOf(1);
    expect(lookUps).toBe(1);
  });

  it('a platform that does not hold it gets it after the question', async () => {
    platform.onSubmit = ({ key, body, tries }, response) => {
      if (tries === 1) response.socket?.destroy();
      else json(response, 200, acknowledgementOf(key, body));
    };
    await submit(under);
    await acknowledged();
    triesOf(2);
    expect(lookUps).toBe(1);
  });

  it('a platform that holds another payload under the key has a conflict with it', async () => {
    losesItsAnswer();
    platform.onFind = ({ key }, response) => {
      json(response, 200, acknowledgementOf(key, JSON.stringify({ payloadSha256: 'a'.repeat(64) })));
    };
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'parked');
    triesOf(1);
  });

  it.each([
    ['lacks the call', 404, 'not found'],
    ['knows the address by another method', 405, ''],
    ['fails at the question', 500, ''],
    ['answers nonsense to the question', 200, '<html>'],
  ])('a platform that %s gets it all the same', async (_what, status, body) => {
    losesItsAnswer();
    platform.onFind = (_request, response) => {
      json(response, status, body);
    };
    await submit(under);
    await acknowledged();
    triesOf(2);
  });

  it('a terminal that died while sending asks when it is back', async () => {
    platform.onSubmit = ({ key, body }) => {
      const kept = platform.acknowledged as Map<string, string>; // the script's own store
      kept.set(key, body);
      // Never answers.
    };
    await submit(under);
    await until(under.terminal, () => received(under).forwarding.state === 'sending');
    while (platform.tries.size === 0) await new Promise((resolve) => setImmediate(resolve));
    await under.close();
    under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
    await until(under.terminal, () => under.terminal.kiosk.station.snapshot().outbox.waiting === 0);
    triesOf(1);
    expect(lookUps).toBe(1);
  });
});

import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { openDevtoolsPipe, pipeDelays, type BrowserEvent } from './devtools-pipe.ts';

function opened() {
  const write = new PassThrough();
  const read = new PassThrough();
  const clock = new SimulatedClock();
  const pipe = openDevtoolsPipe(write, read, clock);
  const events: BrowserEvent[] = [];
  pipe.onEvent((event) => events.push(event));
  return { write, read, clock, pipe, events };
}

test('a call goes out as one message, and its answer comes back, in whatever pieces', async () => {
  const { write, read, pipe } = opened();
  const answer = pipe.call('Page.navigate', { url: 'http://127.0.0.1/' }, 's1');
  const sent = JSON.parse(String(write.read()).replace(/\0$/, ''));
  expect(sent).toEqual({
    id: 1,
    method: 'Page.navigate',
    params: { url: 'http://127.0.0.1/' },
    sessionId: 's1',
  });
  for (const byte of Buffer.from('{"id":1,"result":{"frameId":"帧"}}\0')) read.write(Buffer.from([byte]));
  expect(await answer).toEqual({ ok: true, value: { frameId: '帧' } });
});

test('answers and events that come together are told apart, and what is neither is passed over', async () => {
  const { read, pipe, events } = opened();
  const [first, second] = [pipe.call('A'), pipe.call('B')];
  const texts = [
    ...['no json', '{"id":"1"}', '[]', '{"id":9,"result":{}}'],
    ...['{"id":2,"error":{"message":"Not allowed"}}', '{"method":"X.happened","sessionId":"s1"}'],
    '{"id":1,"result":{}}',
  ];
  read.write(`${texts.join('\0')}\0`);
  expect(await first).toEqual({ ok: true, value: {} });
  expect(await second).toEqual({ ok: false, fault: { kind: 'refused', detail: 'Not allowed' } });
  expect(events).toEqual([{ method: 'X.happened', params: {}, sessionId: 's1' }]);
});

test('a browser that says nothing for ten seconds has said so', async () => {
  const { clock, pipe } = opened();
  const answer = pipe.call('Runtime.evaluate');
  await clock.advance(pipeDelays.answerWithinMs);
  expect(await answer).toEqual({ ok: false, fault: { kind: 'silent', detail: 'Runtime.evaluate' } });
  expect(clock.pendingTimers).toBe(0);
});

test('of one that ends, whoever waits is told at once, and whoever asks later too', async () => {
  const { read, clock, pipe } = opened();
  const answer = pipe.call('A');
  read.destroy();
  expect(await answer).toMatchObject({ ok: false, fault: { kind: 'gone' } });
  expect(await pipe.call('B')).toMatchObject({ ok: false, fault: { kind: 'gone' } });
  expect(clock.pendingTimers).toBe(0);
});

test('a message without an end is not kept: the pipe is given up', async () => {
  const { read, pipe } = opened();
  const answer = pipe.call('A');
  const piece = Buffer.alloc(1_048_576, 'x');
  for (let pieces = 0; pieces < 33; pieces += 1) read.write(piece);
  expect(await answer).toMatchObject({ ok: false, fault: { kind: 'gone' } });
});

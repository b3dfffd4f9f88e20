import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { IpcMain, MessagePortMain, WebContents } from 'electron';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import { os, type RouterClient } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import { PORT_MESSAGE, PORT_REQUEST } from '#contract/transport.ts';

import { judgeMessage } from '#terminal/api/message-guard.ts';
import { attachRpcBridge } from './rpc-bridge.ts';

/** A port of Node's with the events of Electron's MessagePortMain ({ data } instead of the value itself). */
function asMain(port: MessagePort): MessagePortMain {
  const main = Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => port.postMessage(message),
    start: vi.fn(() => port.on('message', (data: unknown) => void main.emit('message', { data }))),
    close: vi.fn(() => port.close()),
  });
  port.on('close', () => void main.emit('close'));
  // The part of MessagePortMain that the bridge uses.
  return main as unknown as MessagePortMain;
}

const streamEnded = vi.fn();
const router = {
  echo: os.input(z.object({ text: z.string() })).handler(({ input }) => input.text),
  watch: os.handler(async function* ({ signal }) {
    try {
      for (let revision = 0; !signal?.aborted; revision += 1) {
        yield revision;
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      streamEnded();
    }
  }),
};

function setUp() {
  const ipc = new EventEmitter();
  const refused = vi.fn();
  const ports: { readonly ours: MessagePortMain; readonly theirs: MessagePort }[] = [];
  const frame = { url: 'app://terminal/', parent: null, postMessage: vi.fn() };
  const contents = { mainFrame: frame };
  const handler = new RPCHandler(router);
  attachRpcBridge({
    // An emitter and a frame are all that is used of the two.
    ipc: ipc as unknown as IpcMain,
    contents: contents as unknown as WebContents,
    createChannel: () => {
      const { port1, port2 } = new MessageChannel();
      const pair = { ours: asMain(port1), theirs: port2 };
      ports.push(pair);
      // Electron's other end is a MessagePortMain as well; here the test itself is the page.
      return { port1: pair.ours, port2: port2 as unknown as MessagePortMain };
    },
    serve: (port) => handler.upgrade(port),
    refused,
  });
  const ask = (senderFrame: unknown = frame, sender: unknown = contents) =>
    ipc.emit(PORT_REQUEST, { senderFrame, sender });
  const page = (index: number) => {
    const port = ports[index]?.theirs;
    if (port === undefined) throw new Error('no such port');
    port.start();
    const client: RouterClient<typeof router> = createORPCClient(
      // Node's own port has the browser's events too; its types do not say so.
      new RPCLink({ port: port as unknown as ConstructorParameters<typeof RPCLink>[0]['port'] }),
    );
    return { port, client };
  };
  return { ipc, frame, contents, ports, refused, ask, page };
}

let bridge: ReturnType<typeof setUp>;
beforeEach(() => {
  streamEnded.mockClear();
  bridge = setUp();
});
afterEach(() => {
  for (const { ours, theirs } of bridge.ports) {
    ours.close();
    theirs.close();
  }
});

describe('the hand-over', () => {
  test('gives the kiosk’s page a port over which the API answers', async () => {
    bridge.ask();
    expect(bridge.frame.postMessage).toHaveBeenCalledExactlyOnceWith(PORT_MESSAGE, null, [
      bridge.ports[0]?.theirs,
    ]);
    expect(await bridge.page(0).client.echo({ text: '张' })).toBe('张');
    expect(bridge.refused).not.toHaveBeenCalled();
  });

  test('a reload gets a new port, and what ran on the old one ends', async () => {
    bridge.ask();
    const stream = await bridge.page(0).client.watch();
    expect((await stream.next()).value).toBe(0);
    bridge.ask();
    await expect.poll(() => streamEnded).toHaveBeenCalledOnce();
    expect(await bridge.page(1).client.echo({ text: 'again' })).toBe('again');
  });

  test.each([
    ['of another window', (b: typeof bridge) => b.ask({ ...b.frame }, { mainFrame: {} })],
    ['that is gone', (b: typeof bridge) => b.ask(null)],
    ['inside the page', (b: typeof bridge) => b.ask({ ...b.frame, parent: b.frame })],
    ['of the kiosk, by another contents', (b: typeof bridge) => b.ask(b.frame, {})],
  ])('a frame %s gets none', (_what, ask) => {
    ask(bridge);
    expect(bridge.ports).toEqual([]);
    expect(bridge.refused).toHaveBeenCalledExactlyOnceWith('api.forbidden');
  });

  test('the kiosk’s own frame gets none while it shows another address', () => {
    for (const url of ['app://out-of-service/', 'https://terminal/', 'about:blank', '']) {
      bridge.frame.url = url;
      bridge.ask();
    }
    expect(bridge.ports).toEqual([]);
    expect(bridge.refused).toHaveBeenCalledTimes(4);
  });
});

describe('a message that is not ours closes the port, and the process lives', () => {
  const long = JSON.stringify({ i: 1, p: { u: '/echo', b: { json: { text: '张'.repeat(100_000) } } } });
  test.each([
    ['not JSON', 'nonsense', 'api.malformed'],
    ['JSON of another form', '{"i":1}', 'api.malformed'],
    ['an address with a host', '{"i":1,"p":{"u":"http://evil/echo"}}', 'api.malformed'],
    ['an address that climbs', '{"i":1,"p":{"u":"/../echo"}}', 'api.malformed'],
    ['an object', { i: 1, p: { u: '/echo' } }, 'api.malformed'],
    ['bytes', new Uint8Array([123]), 'api.malformed'],
    ['nothing', null, 'api.malformed'],
    ['too many bytes, in few characters', long, 'api.too-large'],
  ])('%s', async (_what, message, code) => {
    bridge.ask();
    bridge.page(0).port.postMessage(message);
    await expect.poll(() => bridge.refused).toHaveBeenCalledExactlyOnceWith(code);
    expect(bridge.ports[0]?.ours.close).toHaveBeenCalledOnce();
    bridge.ask();
    expect(await bridge.page(1).client.echo({ text: 'still here' })).toBe('still here');
  });

  test('the limit is the contract’s, counted in bytes', () => {
    const envelope = (text: string) => JSON.stringify({ i: 1, p: { u: '/echo', b: text } });
    const room = MAX_API_MESSAGE_BYTES - envelope('').length;
    expect(judgeMessage(envelope('x'.repeat(room)))).toMatchObject({ ok: true });
    expect(judgeMessage(envelope('x'.repeat(room + 1)))).toEqual({ ok: false, code: 'api.too-large' });
    expect(judgeMessage(envelope('张'.repeat(room / 2)))).toEqual({ ok: false, code: 'api.too-large' });
  });
});

test('a call with a wrong input is answered, and the port stays', async () => {
  bridge.ask();
  const { client } = bridge.page(0);
  // @ts-expect-error a number where the contract has a text
  await expect(client.echo({ text: 7 })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  expect(await client.echo({ text: 'on' })).toBe('on');
});

import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLine, type Line } from './line.ts';

let echo: Server;
let line: Line;

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  line = await startLine({ host: '127.0.0.1', port: 0, target: { host: '127.0.0.1', port: address.port } });
});

afterEach(async () => {
  await line.close();
  echo.close();
});

test('a joined line carries bytes both ways', async () => {
  expect(await echoed('一站')).toBe('一站');
});

test('a half-closed connection still gets its answer', async () => {
  const socket = call();
  socket.end('last words');
  const [bytes] = await once(socket, 'data');
  expect(String(bytes)).toBe('last words');
  await once(socket, 'close');
});

test('cutting the line resets the connections on it', async () => {
  const socket = call();
  socket.write('x');
  await once(socket, 'data');
  const reset = once(socket, 'error');
  await line.cut('refuse');
  const [error] = await reset;
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('a refused call fails at once, and the same port works after the line is joined', async () => {
  await line.cut('refuse');
  const socket = call();
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  await line.join();
  expect(await echoed('again')).toBe('again');
});

test('a black hole takes the call and never answers, and lets go when the line is joined', async () => {
  await line.cut('blackhole');
  const socket = call();
  const heard: string[] = [];
  socket.on('data', (bytes) => heard.push(String(bytes)));
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write('hello?', resolve));
  const reset = once(socket, 'error');
  await line.join();
  await reset;
  expect(heard).toEqual([]);
  expect(await echoed('again')).toBe('again');
});

test('a cut can change from black hole to refusing and back', async () => {
  await line.cut('blackhole');
  await line.cut('refuse');
  const [error] = await once(call(), 'error');
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  await line.cut('blackhole');
  const socket = call();
  await once(socket, 'connect');
  expect(line.state()).toEqual({ state: 'cut', mode: 'blackhole' });
  socket.destroy();
});

function call(): Socket {
  const socket = createConnection({ host: '127.0.0.1', port: line.port });
  socket.on('error', () => undefined);
  return socket;
}

async function echoed(text: string): Promise<string> {
  const socket = call();
  socket.write(text);
  const [bytes] = await once(socket, 'data');
  socket.destroy();
  return String(bytes);
}

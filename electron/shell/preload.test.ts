import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PORT_MESSAGE, PORT_REQUEST } from '#contract/transport.ts';

const electron = vi.hoisted(() => ({ ipcRenderer: { send: vi.fn(), on: vi.fn() } }));
vi.mock('electron', () => electron);

const page = new EventEmitter();
const posted = vi.fn();
const say = (event: { source?: unknown; origin?: string; data: unknown }) =>
  page.emit('message', { source: globalThis, origin: 'app://terminal', ...event });

beforeEach(async () => {
  vi.resetModules();
  vi.clearAllMocks();
  vi.stubGlobal('location', { origin: 'app://terminal' });
  vi.stubGlobal('addEventListener', page.on.bind(page));
  vi.stubGlobal('postMessage', posted);
  await import('./preload.ts');
});
afterEach(() => {
  page.removeAllListeners();
  vi.unstubAllGlobals();
});

test('the page’s request goes to the main process', () => {
  say({ data: PORT_REQUEST });
  expect(electron.ipcRenderer.send).toHaveBeenCalledExactlyOnceWith(PORT_REQUEST);
});

test('nothing else does: no other text, no other window, no other origin', () => {
  say({ data: 'yizhan:anything' });
  say({ data: { type: PORT_REQUEST } });
  say({ data: PORT_REQUEST, source: {} });
  say({ data: PORT_REQUEST, origin: 'https://example.org' });
  expect(electron.ipcRenderer.send).not.toHaveBeenCalled();
});

test('the port goes to the page of this origin, and only the port', () => {
  expect(electron.ipcRenderer.on).toHaveBeenCalledExactlyOnceWith(PORT_MESSAGE, expect.any(Function));
  const port = {};
  electron.ipcRenderer.on.mock.calls[0]?.[1]({ ports: [port], sender: 'ipcRenderer' });
  expect(posted).toHaveBeenCalledExactlyOnceWith(PORT_MESSAGE, 'app://terminal', [port]);
});

test('electron’s contextBridge is not even there to be used', () => {
  expect(Object.keys(electron)).toEqual(['ipcRenderer']);
});

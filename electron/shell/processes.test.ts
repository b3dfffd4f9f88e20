import { EventEmitter } from 'node:events';
import type { App, UtilityProcess } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { forkDeviceHost } from './device-host-process.ts';
import { holdSingleInstance } from './single-instance.ts';
import { defaultConfigPath, parseStartArguments } from './start-arguments.ts';
import { shellPaths } from './paths.ts';

describe('the device host', () => {
  function forked(env: Record<string, string | undefined>) {
    const child = Object.assign(new EventEmitter(), { postMessage: vi.fn(), kill: vi.fn(() => true) });
    // The members that are used of UtilityProcess.
    const fork = vi.fn(() => child as unknown as UtilityProcess);
    return { child, fork, host: forkDeviceHost(fork, '/dist/device-host/main.js', env) };
  }

  test('is forked with its name, without arguments, and without the terminal’s secrets', () => {
    const { fork } = forked({
      PATH: '/bin',
      TZ: 'Asia/Shanghai',
      LANG: undefined,
      CREDENTIALS_DIRECTORY: '/run/x',
    });
    expect(fork).toHaveBeenCalledExactlyOnceWith('/dist/device-host/main.js', [], {
      serviceName: 'yizhan-device-host',
      stdio: ['ignore', 'inherit', 'inherit'],
      execArgv: [],
      env: { PATH: '/bin', TZ: 'Asia/Shanghai' },
    });
  });

  test('is spoken to, heard, and seen to end', () => {
    const { child, host } = forked({});
    const heard = vi.fn();
    const ended = vi.fn();
    host.onMessage(heard);
    host.onExit(ended);
    host.send({ type: 'stop' });
    child.emit('message', { type: 'hello' });
    child.emit('exit', 139);
    host.kill();
    expect(child.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'stop' });
    expect(heard.mock.calls[0]?.[0]).toEqual({ type: 'hello' });
    expect(ended).toHaveBeenCalledExactlyOnceWith(139);
    expect(child.kill).toHaveBeenCalledOnce();
  });
});

describe('a second start', () => {
  const appWith = (lock: boolean) =>
    Object.assign(new EventEmitter(), { requestSingleInstanceLock: vi.fn(() => lock) });

  test('ends', () => {
    // An emitter with the lock is all of App that is used here.
    expect(holdSingleInstance(appWith(false) as unknown as App, () => null)).toBe(false);
  });

  test('brings the first one’s window to the front, if there is one yet', () => {
    const app = appWith(true);
    const window = { show: vi.fn(), focus: vi.fn() };
    let present: typeof window | null = null;
    expect(holdSingleInstance(app as unknown as App, () => present)).toBe(true);
    app.emit('second-instance');
    present = window;
    app.emit('second-instance');
    expect(window.show).toHaveBeenCalledOnce();
    expect(window.focus).toHaveBeenCalledOnce();
  });
});

describe('the start command', () => {
  test('without arguments takes what is installed', () => {
    expect(parseStartArguments([], defaultConfigPath('linux', {}))).toEqual({
      configPath: '/etc/yizhan/terminal.yaml',
      dataDir: null,
      selfTest: null,
      command: null,
      windowed: false,
      supervised: false,
    });
    expect(defaultConfigPath('win32', { ProgramData: 'D:\\Data' })).toBe('D:\\Data\\Yizhan\\terminal.yaml');
  });

  test('lets Chromium’s switches pass among ours', () => {
    const argv = [
      '--ozone-platform=wayland',
      '--config',
      '/c.yaml',
      '--data=/d',
      '--windowed',
      '--supervised',
      '--disable-gpu',
    ];
    expect(parseStartArguments(argv, 'x')).toEqual({
      configPath: '/c.yaml',
      dataDir: '/d',
      selfTest: null,
      command: null,
      windowed: true,
      supervised: true,
    });
  });

  test('leaves what follows --configuration to that command, whatever it looks like', () => {
    const { command, configPath } = parseStartArguments(
      ['--configuration', 'check', '--staff', '--config', 'y'],
      'x',
    );
    expect(command).toEqual({ name: 'configuration', argv: ['check', '--staff', '--config', 'y'] });
    expect(configPath).toBe('x');
  });

  test('leaves what follows --staff to the technician’s command', () => {
    const argv = ['--ozone-platform=wayland', '--staff', 'admit', '123456', '--as', 'board', '--data', '/d'];
    expect(parseStartArguments(argv, 'x')).toMatchObject({
      command: { name: 'staff', argv: ['admit', '123456', '--as', 'board', '--data', '/d'] },
      dataDir: null,
    });
  });

  test('says where the self-test’s report goes', () => {
    expect(parseStartArguments(['--self-test'], 'x').selfTest).toBe('-');
    expect(parseStartArguments(['--self-test', '--report', '/r.json'], 'x').selfTest).toBe('/r.json');
    expect(parseStartArguments(['--report', '/r.json'], 'x').selfTest).toBeNull();
  });
});

test('everything lies beside the bundled main', () => {
  expect(shellPaths('/app/dist/shell')).toEqual({
    preload: '/app/dist/shell/preload.cjs',
    outOfService: '/app/dist/shell/out-of-service',
    renderer: '/app/dist/renderer',
    deviceHost: '/app/dist/device-host/main.js',
  });
});

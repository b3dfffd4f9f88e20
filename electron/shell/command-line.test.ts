import { expect, test, vi } from 'vitest';
import { switches } from '#terminal/lock-down/chromium-switches.ts';
import { applySwitches, findRefusedSwitches, refusedSwitches } from './command-line.ts';

test('every switch goes to Chromium, with its value where it has one', () => {
  const appendSwitch = vi.fn();
  applySwitches({ appendSwitch, hasSwitch: () => false });
  expect(appendSwitch.mock.calls).toEqual([
    [
      'disable-features',
      'AutofillServerCommunication,CertificateTransparencyComponentUpdater,GlobalMediaControls,' +
        'HardwareMediaKeyHandling,MediaRouter,OptimizationHints,OverscrollHistoryNavigation,' +
        'TouchpadOverscrollHistoryNavigation,Translate',
    ],
    ['disable-background-networking'],
    ['disable-component-update'],
    ['disable-domain-reliability'],
    ['disable-breakpad'],
    ['disable-sync'],
    ['disable-speech-api'],
    ['no-default-browser-check'],
    ['no-first-run'],
    ['no-pings'],
    ['disable-pinch'],
    ['overscroll-history-navigation', '0'],
    ['autoplay-policy', 'no-user-gesture-required'],
    ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
    ['no-proxy-server'],
    ['lang', 'zh-CN'],
  ]);
});

test('no switch that we give is one that we refuse', () => {
  expect(switches.filter(({ name }) => refusedSwitches.includes(name))).toEqual([]);
});

test('a debugging switch that was left in the start command is found', () => {
  const given = new Set(['no-sandbox', 'remote-debugging-port', 'lang']);
  const commandLine = { appendSwitch: vi.fn(), hasSwitch: (name: string) => given.has(name) };
  expect(findRefusedSwitches(commandLine)).toEqual(['no-sandbox', 'remote-debugging-port']);
});

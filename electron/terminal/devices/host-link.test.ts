import { expect, it } from 'vitest';
import type { FromDeviceHost } from '#contract/device-host.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { startHostLink } from './host-link.ts';

it('what a host says once it was asked to end reaches nobody: the store may be closed by then', () => {
  let say: (message: FromDeviceHost) => void = () => undefined;
  const heard: string[] = [];
  const link = startHostLink({
    spawn: () => ({
      send: () => undefined,
      onMessage: (listener) => {
        say = listener;
      },
      onExit: () => undefined,
      kill: () => undefined,
    }),
    clock: new SimulatedClock(),
    log: () => undefined,
    onMessage: ({ type }) => heard.push(type),
    onGone: () => undefined,
  });
  link.close();
  say({ type: 'hello' });
  expect(heard).toEqual([]);
});

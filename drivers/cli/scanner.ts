import { err, ok } from '#contract/result.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { Scanner } from '../scanner/driver.ts';
import { scannerProfile, scannerProfiles } from '../scanner/profiles.ts';
import { scannerMask } from '../scanner/trace-mask.ts';
import { isSettled, openFailed, sayFault, sayStatus, textOf, type DeviceCommands } from './command.ts';
import { openLine } from './open-line.ts';

const DEFAULT_PROFILE = 'generic';

export const scannerCommands: DeviceCommands = {
  device: 'scanner',
  actions: {
    status: 'whether the scanner answers (those without answers: whether its port opens)',
    read: 'wait for a code and say how long it is (its content with --show)',
  },
  options: { profile: { type: 'string' } },
  optionHelp: [
    `--profile   of a scanner: ${scannerProfiles.map((profile) => profile.id).join(', ')} (default ${DEFAULT_PROFILE})`,
  ],
  run: async (action, common, values) => {
    const profile = scannerProfile(textOf(values, 'profile') ?? DEFAULT_PROFILE);
    if (profile === null) return err('--profile: no scanner profile has this name');
    const open = openLine(common, { rtscts: false, mask: () => scannerMask(profile.engine) });
    if (!open.ok) return openFailed(open.fault);
    const { promise: settled, resolve: settle } = Promise.withResolvers<0 | 1>();
    const scanner = new Scanner({
      clock: systemClock,
      open: open.value,
      profile,
      onStatus: (status) => {
        sayStatus(status);
        if (action === 'status' && isSettled(status)) settle(status.state === 'ready' ? 0 : 1);
        if (action === 'read' && status.state === 'ready') scanner.watch(true);
      },
      onCode: (code) => {
        console.log(common.show ? code.reveal() : `a code of ${code.reveal().length} characters`);
        settle(0);
      },
      onCodeFault: sayFault,
    });
    const cancel = systemClock.after(common.limitMs, () => {
      console.error('nothing in the time given');
      settle(1);
    });
    scanner.start();
    const code = await settled;
    cancel();
    await scanner.close();
    return ok(code);
  },
};

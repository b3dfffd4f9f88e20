import type { IdentityDocument } from '#contract/identity.ts';
import { maskIdNumber, maskName } from '#contract/masks.ts';
import { err, ok } from '#contract/result.ts';
import { CardReader } from '../id-card-reader/driver.ts';
import { cardReaderProfile, cardReaderProfiles, SAM_V } from '../id-card-reader/profiles.ts';
import { cardReaderMask } from '../id-card-reader/trace-mask.ts';
import { systemClock } from '../runtime/system-clock.ts';
import { isSettled, openFailed, sayFault, sayStatus, textOf, type DeviceCommands } from './command.ts';
import { openLine } from './open-line.ts';

export const idCardCommands: DeviceCommands = {
  device: 'id-card',
  actions: {
    status: 'the reader’s state and its SAM id',
    read: 'wait for a card and show it (masked, unless --show)',
  },
  options: { profile: { type: 'string' } },
  optionHelp: [
    `--profile   of a card reader: ${cardReaderProfiles.map((profile) => profile.id).join(', ')} (default ${SAM_V.id})`,
  ],
  run: async (action, common, values) => {
    const profile = cardReaderProfile(textOf(values, 'profile') ?? SAM_V.id);
    if (profile === null) return err('--profile: no card reader profile has this name');
    const open = openLine(common, { rtscts: false, mask: cardReaderMask });
    if (!open.ok) return openFailed(open.fault);
    const { promise: settled, resolve: settle } = Promise.withResolvers<0 | 1>();
    const reader = new CardReader({
      clock: systemClock,
      open: open.value,
      profile,
      onStatus: (status) => {
        sayStatus(status);
        if (action === 'status' && isSettled(status)) settle(status.state === 'ready' ? 0 : 1);
      },
      onCard: (document) => {
        console.log(JSON.stringify(common.show ? document : masked(document), null, 2));
        settle(0);
      },
      onCardFault: sayFault,
    });
    const cancel = systemClock.after(common.limitMs, () => {
      console.error('nothing in the time given');
      settle(1);
    });
    reader.start();
    if (action === 'read') {
      console.error('waiting for a card');
      reader.watch(true);
    }
    const code = await settled;
    cancel();
    await reader.close();
    return ok(code);
  },
};

/** Enough to see that the card was read, and nothing that names its holder. */
function masked(document: IdentityDocument): Record<string, string | undefined> {
  return {
    kind: document.kind,
    name: maskName(document.name),
    number: maskIdNumber(document.number),
    validTo: document.validTo,
  };
}

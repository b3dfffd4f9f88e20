import { changeKey } from '../identity/enrol.ts';
import { keyIdOf } from '../identity/key-id.ts';
import { forTerminals } from './base.ts';

/** Both keys have signed: the one that goes, and the one that comes. */
export const changeTerminalKey = forTerminals.terminals.changeKey.handler(
  async ({ context, input, errors }) => {
    const { caller, pool, clock, terminalId } = context;
    if (caller.kind !== 'terminal' || caller.offeredKeyId !== keyIdOf(input.publicKey)) {
      throw errors.UNAUTHORIZED();
    }
    const outcome = await changeKey(pool, terminalId, input.publicKey, clock.now());
    if (outcome.kind === 'refused') throw errors.KEY_IN_USE();
    return outcome.enrolled;
  },
);

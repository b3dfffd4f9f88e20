import { enrolTerminal } from '../identity/enrol.ts';
import { keyIdOf } from '../identity/key-id.ts';
import { open } from './base.ts';

/** Whoever has a code and a key; that the key is his was verified before. */
export const enrol = open.terminals.enrol.handler(async ({ context, input, errors }) => {
  const { caller, pool, clock, node } = context;
  if (caller.kind !== 'newcomer' || caller.keyId !== keyIdOf(input.publicKey)) throw errors.UNAUTHORIZED();
  const outcome = await enrolTerminal(pool, input, clock.now());
  if (outcome.kind === 'refused') throw errors[outcome.refusal]();
  const { publicKey: fleetKey } = await node.fleetKey();
  return { ...outcome.enrolled, fleetKey };
});

import type { StaffRole } from '#contract/access.ts';
import { lanSettingsSchema, type TerminalConfig } from '#config/schema.ts';
import type { Access, Guest } from '#terminal/access/access.ts';
import type { StaffContext } from '#terminal/api/context.ts';
import type { Terminal } from '#terminal/terminal.ts';
import { expectValue } from './expect-value.ts';

/** Nobody's PIN but the tests'. */
export const TEST_PIN = '271828';

/** A terminal that browsers may come to, on any free port of this machine. */
export function withDoor(config: TerminalConfig): TerminalConfig {
  return { ...config, lan: lanSettingsSchema.parse({ host: '127.0.0.1', port: 0, names: ['127.0.0.1'] }) };
}

/** A browser of the station, let in as it is at a real one. */
export function admit(access: Access, name: string): string {
  const knock = access.browsers.knock(null, '192.168.1.23');
  expectValue(access.browsers.admit(knock.code, name, null));
  const token = access.browsers.collect(knock.token);
  if (token === null) throw new Error('an admitted browser collects its token');
  return token;
}

/** Somebody with a new account, signed in at window 1. */
export async function signIn(access: Access, staffId: string, role: StaffRole): Promise<Guest> {
  expectValue(await access.accounts.add({ staffId, role }, TEST_PIN));
  const browser = admit(access, 'window-1');
  const session = expectValue(
    await access.signIn(guestOf(access, browser, null), { staffId, pin: TEST_PIN }),
  );
  return guestOf(access, browser, session);
}

/** The context of somebody who is signed in at window 1, without a door: for what staff do, not for how they come in. */
export function asStaff(terminal: Terminal, staffId: string): StaffContext {
  const hash = Buffer.alloc(32);
  const browser = { name: 'window-1', kind: 'window', window: '1' } as const;
  const session = { hash, person: { staffId, role: 'staff' } } as const;
  const context = terminal.guest({ browser, browserHash: hash, session });
  if (!('account' in context)) throw new Error('who is signed in has an account');
  return { ...context, isStillIn: () => true };
}

export function guestOf(access: Access, browser: string, session: string | null): Guest {
  const arrival = access.arrive(browser, session);
  if (arrival.kind === 'refused') throw new Error(arrival.refusal);
  return arrival.guest;
}

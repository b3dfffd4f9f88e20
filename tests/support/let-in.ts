import { SIGN_IN_PATH } from '#contract/transport.ts';
import { askTerminal } from '#door/control/ask-terminal.ts';
import type { ControlState } from '#door/control/control-protocol.ts';
import { DoorBrowser } from './door-client.ts';
import { TEST_PIN } from './signed-in.ts';

/** A terminal that runs, by its folder and its door. */
export interface AtDoor {
  readonly dataDir: string;
  readonly url: string;
  /** PEM certificate of its authority. */
  readonly ca: string;
}

/** What the technician's command asks; throws where it is refused, or nobody answers. */
export async function control(
  { dataDir }: Pick<AtDoor, 'dataDir'>,
  request: Parameters<typeof askTerminal>[1],
): Promise<ControlState> {
  const answer = await askTerminal(dataDir, request);
  if (answer === null || !answer.ok)
    throw new Error(`${request.verb}: ${answer?.fault.code ?? 'nobody answers'}`);
  return answer.value;
}

/** A browser that knocks and is let in under a name, as at a real station; a window's is signed in. */
export async function letIn(at: AtDoor, name: string): Promise<DoorBrowser> {
  const one = new DoorBrowser(at.url, at.ca);
  const code = /(\d{3}) (\d{3})</.exec((await one.ask('/')).body);
  await control(at, { verb: 'admit', code: `${code?.[1] ?? ''}${code?.[2] ?? ''}`, as: name });
  await one.ask('/');
  if (!name.startsWith('window-')) return one;
  const staffId = `s-${name}`;
  await control(at, { verb: 'add', staffId, role: 'staff', pin: TEST_PIN });
  const signed = await one.post(SIGN_IN_PATH, { staffId, pin: TEST_PIN });
  if (signed.body !== '{"ok":true}') throw new Error(`${name} cannot sign in: ${signed.body}`);
  return one;
}

import { ok } from '#contract/result.ts';
import { forBrowser } from '../context.ts';

export const accessWho = forBrowser.who.handler(({ context: { who } }) => ok(who));

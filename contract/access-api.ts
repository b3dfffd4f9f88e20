import { oc } from '@orpc/contract';
import { whoSchema } from './access.ts';
import { resultOf } from './result-schema.ts';

/** What a browser that came through the LAN door asks first. To sign in and out are paths (transport.ts): they set a cookie. */
export const accessContract = {
  who: oc.output(resultOf(whoSchema)),
};

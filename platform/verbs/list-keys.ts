import { publishedKeys } from '../departments/platform-keys.ts';
import { open } from './base.ts';

/** For whoever verifies what the platform sends. */
export const listKeys = open.keys.list.handler(({ context }) => publishedKeys(context.pool));

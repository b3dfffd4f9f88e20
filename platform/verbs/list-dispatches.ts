import { dispatchesOfChain } from '../departments/dispatches.ts';
import { forDesk } from './base.ts';

export const listDispatches = forDesk.dispatches.list.handler(async ({ context, input }) => ({
  dispatches: await dispatchesOfChain(context.pool, input.chain),
}));

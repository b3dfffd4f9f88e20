import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

export const chainsList = api.chains.list.handler(({ context: { chains } }) => ok(chains.list()));

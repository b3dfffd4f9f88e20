import { api } from '../context.ts';

export const helpCall = api.help.call.handler(({ context: { help }, input }) => help.call(input.page));

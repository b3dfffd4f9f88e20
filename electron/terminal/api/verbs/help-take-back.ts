import { api } from '../context.ts';

export const helpTakeBack = api.help.takeBack.handler(({ context: { help } }) => help.takeBack());

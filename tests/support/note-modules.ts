/** Preloaded into a process (`--import`): the address of each module that it loads, a line of the file that the environment names. */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const file = process.env['YIZHAN_NOTED_MODULES'];
if (file === undefined) throw new Error('YIZHAN_NOTED_MODULES names no file');
registerHooks({
  load: (url, context, next) => {
    appendFileSync(file, `${url}\n`);
    return next(url, context);
  },
});

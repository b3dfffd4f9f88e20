/**
 * `node packed.ts PROGRAM …`: what the packed program would do, in plain Node: unpacks the archive that lies beside it, and is its shell over the stand-in
 * for Electron. One process, so that whoever started it has the terminal's own number and exit code. $YIZHAN_PAGES: the screens, which nobody
 * has built for this test.
 */
import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unpackApp } from '../packed-electron.ts';

const [node = '', , program = '', ...words] = process.argv;
const app = mkdtempSync(join(tmpdir(), 'yizhan-app-'));
process.once('exit', () => {
  rmSync(app, { recursive: true, force: true });
});
unpackApp(dirname(realpathSync(program)), app);
const pages = process.env['YIZHAN_PAGES'];
if (pages !== undefined) cpSync(pages, join(app, 'dist/renderer'), { recursive: true });
const main = join(app, 'dist/shell/main.js');
process.argv = [node, main, ...words];
await import('./preloaded.ts');
await import(pathToFileURL(main).href);

/** `npm run build -- beside-electron`: dist/beside-electron, which electron-builder.yml lays beside Electron in its packages for Linux. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layBesideElectron } from './lay-beside-electron.ts';

const root = join(import.meta.dirname, '../..');
const { version }: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
await layBesideElectron(join(root, 'dist/beside-electron'), version);

/** The master key of a stopped terminal is exchanged, recorded. Argument: the folder. */
import { exchangeKeyFile } from '#terminal/store/master-key-exchange.ts';
import { systemRandomBytes } from '#terminal/system-ports.ts';
import { openMarks } from './marks.ts';
import { dataDirOf } from './station.ts';

const [root = ''] = process.argv.slice(2);
const mark = openMarks();
mark(['chapter', 'exchange']);
const exchanged = exchangeKeyFile({ dataDir: dataDirOf(root), randomBytes: systemRandomBytes });
if (!exchanged.ok) process.exit(4);
mark(['chapter', 'exchanged']);

/** Starts on a damaged database, recorded: puts it aside, and begins a new one. Argument: the folder. */
import { openOrRecover } from '#terminal/store/recovery.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { openMarks } from './marks.ts';
import { backupDirOf, dataDirOf, today } from './station.ts';

const [root = ''] = process.argv.slice(2);
const mark = openMarks();
mark(['chapter', 'recovery']);
const opened = openOrRecover({
  dataDir: dataDirOf(root),
  backupDir: backupDirOf(root),
  clock: systemClock,
  today: today(),
});
if (!opened.ok || opened.value.recovery === null) process.exit(4);
mark(['chapter', 'recovered']);
opened.value.store.close();

import { join } from 'node:path';
import { localDate } from '#contract/form/local-date.ts';
import { systemClock } from '#terminal/system-ports.ts';

/** Where things lie below the recorded folder. Neither folder is there before the first start. */
export const dataDirOf = (root: string): string => join(root, 'var', 'yizhan');
export const backupDirOf = (root: string): string => join(root, 'second-disk');

/** The local date by which receipt numbers count. */
export const today = (): string => localDate(systemClock.now(), 'Asia/Shanghai');

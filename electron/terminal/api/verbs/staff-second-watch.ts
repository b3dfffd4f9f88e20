import { watch } from '../../changes.ts';
import { forSecond } from '../context.ts';

export const staffSecondWatch = forSecond.watch.handler(({ context: { second }, signal }) =>
  watch(second.changes, () => [...second.asked()], signal),
);

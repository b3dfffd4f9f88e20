import { watch } from '../../changes.ts';
import { forTechnician } from '../context.ts';

export const technicianWatch = forTechnician.watch.handler(({ context: { technician }, signal }) =>
  watch(technician.changes, () => technician.view(), signal),
);

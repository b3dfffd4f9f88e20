import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Store } from '../store/store.ts';
import type { PrintJobs } from './print-jobs.ts';

export interface ReprintPorts {
  readonly store: Store;
  readonly printJobs: Pick<PrintJobs, 'addCopy' | 'latest'>;
  readonly isVisitOpen: () => boolean;
  readonly onReprint: () => void;
}

/**
 * The receipt of an application again, for somebody who lost it. Its query code opens the case to whoever holds it: it does
 * not come out in front of another resident. Faults: `parked.unknown`, `print.no-job`, `print.kiosk-busy`.
 */
export function createReprintForStaff(ports: ReprintPorts) {
  return (receiptNo: string, account: string): Result<null, Fault> => {
    const row = ports.store.sql('SELECT application_id FROM application WHERE receipt_no = ?').get(receiptNo);
    if (row === undefined) return err(fault('parked.unknown'));
    if (ports.isVisitOpen()) return err(fault('print.kiosk-busy'));
    const applicationId = String(row['application_id']);
    // A second touch while it is on its way.
    const state = ports.printJobs.latest(applicationId)?.state.state;
    if (state === 'queued' || state === 'printing') return ok(null);
    const added = ports.printJobs.addCopy(applicationId, { actor: 'staff', account });
    if (added.ok) ports.onReprint();
    return added;
  };
}

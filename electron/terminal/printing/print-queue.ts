import type { PrintOutcome } from '#contract/device-host.ts';
import { isUsable } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Devices } from '../devices/devices.ts';
import type { Log } from '../log.ts';
import type { PrintJobs } from './print-jobs.ts';

/** Feeds the printer one job at a time. */
export interface PrintQueue {
  kick(): void;
}

export interface PrintQueuePorts {
  readonly jobs: PrintJobs;
  readonly devices: Devices;
  readonly log: Log;
  readonly onChange: () => void;
}

export function createPrintQueue(ports: PrintQueuePorts): PrintQueue {
  const { jobs, devices, log } = ports;
  let busy = false;

  function kick(): void {
    if (busy) return;
    const taken = jobs.takeNext();
    if (!taken.ok) {
      log({ level: 'error', event: 'print.take-failed', code: taken.fault.code });
      ports.onChange();
      return;
    }
    if (taken.value === null) return;
    busy = true;
    ports.onChange();
    const { jobId, document } = taken.value;
    void print(jobId, document).then((outcome) => {
      const ended = jobs.end(jobId, outcome);
      if (!ended.ok) log({ level: 'error', event: 'print.end-failed', code: ended.fault.code });
      busy = false;
      ports.onChange();
      kick();
    });
  }

  /** A printer that cannot work now fails the job at once: the resident is told, and can ask again. */
  async function print(jobId: string, document: Parameters<Devices['print']>[2]): Promise<PrintOutcome> {
    const printer = devices.ofKind('receipt-printer');
    if (!printer)
      return { end: 'failed', fault: fault('device.not-ready', 'no receipt printer is configured') };
    if (!isUsable(printer.status)) return { end: 'failed', fault: faultOf(printer.status) };
    return devices.print(printer.id, jobId, document);
  }

  return { kick };
}

/** Queued slips of a crash minutes ago are printed as soon as the printer is there. */
export function kickWhenReady(devices: Devices, queue: PrintQueue): void {
  const stop = devices.changes.subscribe(() => {
    const printer = devices.ofKind('receipt-printer');
    if (printer === undefined || !isUsable(printer.status)) return;
    stop();
    queue.kick();
  });
}

type PrinterStatus = NonNullable<ReturnType<Devices['ofKind']>>['status'];

function faultOf(status: PrinterStatus): Fault {
  switch (status.state) {
    case 'lost':
    case 'unidentified':
      return status.fault;
    case 'disabled':
      return fault('device.disabled');
    case 'attention':
      switch (status.needs[0]) {
        case 'paper-out':
          return fault('printer.paper-out');
        case 'cover-open':
          return fault('printer.cover-open');
        case 'cutter':
          return fault('printer.cutter');
        case 'hardware':
          return fault('printer.hardware');
        default:
          return fault('printer.offline');
      }
    default:
      return fault('device.not-ready');
  }
}

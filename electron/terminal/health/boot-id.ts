import { readFileSync } from 'node:fs';

/** Of the machine's present life (proc_sys_kernel(5)); empty on a system that does not say. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim().slice(0, 64);
  } catch {
    return '';
  }
}

import { isContractProcedure, type AnyContractProcedure } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import type { CallerRole } from '#contract/access.ts';
import { terminalContract } from '#contract/terminal-api.ts';
import { mayCall, permissions } from './permissions.ts';

function proceduresIn(node: object, path: readonly string[]): string[][] {
  return Object.entries(node).flatMap(([key, below]: [string, object | AnyContractProcedure]) =>
    isContractProcedure(below) ? [[...path, key]] : proceduresIn(below, [...path, key]),
  );
}
const procedures = proceduresIn(terminalContract, []);
const may = (role: CallerRole) =>
  procedures.filter((path) => mayCall(role, path)).map((path) => path.join('.'));

describe('the table of who may call what', () => {
  it('has a row for each procedure, and none besides', () => {
    expect(procedures.length).toBeGreaterThan(50);
    expect(procedures.map((path) => path.join('.')).sort()).toEqual(Object.keys(permissions).sort());
  });

  it('lets nobody call what is no procedure', () => {
    for (const path of [[], ['staff'], ['toString'], ['__proto__'], ['staff', 'parked', 'list', 'x']])
      expect(mayCall('technician', path)).toBe(false);
  });

  it('gives what stands on the kiosk’s screen to nobody else', () => {
    for (const role of ['window', 'board', 'staff', 'technician', 'auditor'] as const)
      expect(
        may(role).filter((path) => /^(visit|printing|progress|afterwards|queue|help)\./.test(path)),
      ).toEqual([]);
  });

  it('gives what is of staff to nobody who is not signed in', () => {
    for (const role of ['kiosk', 'window', 'board'] as const)
      expect(may(role).filter((path) => /^(staff|technician)\./.test(path))).toEqual([]);
  });

  it('gives what is of technicians to nobody who serves at a window', () => {
    expect(may('staff').filter((path) => path.startsWith('technician.'))).toEqual([]);
  });

  it('lets an auditor change nothing, and read no resident’s answers', () => {
    expect(may('auditor')).toEqual([
      'station.watch',
      'access.who',
      // A card of the auditor's own.
      'access.ownCard',
      'access.registerCard',
      'access.removeCard',
      'access.signOut',
      'access.stay',
      'staff.queue.watch',
      'staff.queue.figures',
      'staff.queue.find',
      'staff.terminal.watch',
      'staff.second.watch',
      'staff.parked.list',
      'technician.watch',
      'technician.device.history',
      'technician.log.watch',
      'technician.decommission.look',
    ]);
  });
});

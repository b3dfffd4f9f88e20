import { expect } from 'vitest';
import { err, ok, type Result } from '#contract/result.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import type { ScannedCode } from '#drivers/scanner/content.ts';
import { Scanner } from '#drivers/scanner/driver.ts';
import { scannerProfile, type ScannerProfile } from '#drivers/scanner/profiles.ts';
import { ScannerSimulator } from '#drivers/scanner/simulator.ts';
import { askHand, hardwareHarness, hardwareTarget, simulatorHarnesses, type Harness } from './bench.ts';
import { describeDeviceContract, DONE, expectLostWhileSilent, type Unit } from './device-contract.ts';
import { HeardSimulator } from './heard-simulator.ts';
import { Mail } from './status-log.ts';

/** What a hand does at a scanner. */
export interface ScannerHands {
  showCode(content: string): void;
  takeCode(): void;
  /** Simulators only; on hardware any code will do. */
  readonly simulator: ScannerSimulator | null;
}

interface ScannerUnit extends Unit {
  readonly driver: Scanner;
  readonly scans: Mail<Result<ScannedCode>>;
}

export function scannerHarnesses(profileId: string): Harness<ScannerHands>[] {
  return simulatorHarnesses<ScannerHands>(() => {
    const simulator = new ScannerSimulator({
      clock: systemClock,
      profile: scannerProfileOf(profileId),
      // At once: a machine that pauses for 300 ms in the middle of a code would tear it, rightly.
      baudRate: null,
    });
    return {
      simulator: new HeardSimulator(simulator),
      hands: {
        showCode: (content) => simulator.showCode(content),
        takeCode: () => simulator.takeCode(),
        simulator,
      },
    };
  });
}

/** `YIZHAN_HARDWARE_SCANNER=serial:/dev/ttyUSB2@9600/newland` adds the scanner that hangs there. */
export function scannerHardware(): { harness: Harness<ScannerHands>; profile: ScannerProfile }[] {
  const target = hardwareTarget('YIZHAN_HARDWARE_SCANNER', () => false);
  if (target === null) return [];
  const harness = hardwareHarness<ScannerHands>('scanner', target, {
    showCode: () => void askHand('scanner: show it a code that you have not shown just now'),
    takeCode: () => void askHand('scanner: take the code away'),
    simulator: null,
  });
  return [{ harness, profile: scannerProfileOf(target.profile) }];
}

export function describeScannerContract(harness: Harness<ScannerHands>, profile: ScannerProfile): void {
  const answers = profile.engine === 'newland' || profile.engine === 'register';
  describeDeviceContract<ScannerHands, ScannerUnit>(`scanner ${profile.id}`, harness, {
    identity: answers ? /^scanner \S+$/ : /not verified: it has no answers/,
    answers,
    isBusyAtWork: false,
    create: (open, onStatus, patienceMs) => {
      const scans = new Mail<Result<ScannedCode>>(patienceMs);
      const driver = new Scanner({
        clock: systemClock,
        open,
        profile,
        onStatus,
        onCode: (code) => scans.put(ok(code)),
        onCodeFault: (fault) => scans.put(err(fault)),
      });
      return { driver, scans };
    },
    work: async (unit, { hands }, turn) => {
      unit.driver.watch(true);
      const outcome = await scan(unit, hands, `测试码-${turn}`);
      unit.driver.watch(false);
      return outcome;
    },
    inTurn: {
      run: async (unit, { hands }) => {
        unit.driver.watch(true);
        const done = [await scan(unit, hands, '测试码-11'), await scan(unit, hands, '测试码-12')];
        unit.driver.watch(false);
        return done;
      },
      expected: [DONE, DONE],
    },
    // A code is either whole or torn; no command of a scanner lasts.
    longWork: null,
    honesty: answers
      ? [
          {
            title: 'is lost when it falls silent, and ready when it speaks again',
            needsSimulator: true,
            run: async (unit, { hands }, log) => {
              hands.simulator?.setFault('silent');
              // The trigger that gets no answer is followed at once by the question whether it is there.
              unit.driver.watch(true);
              await expectLostWhileSilent(log, (isSilent) =>
                hands.simulator?.setFault(isSilent ? 'silent' : null),
              );
            },
          },
        ]
      : [],
  });
}

/** `DONE` when exactly this code came; on hardware any code. */
async function scan(unit: ScannerUnit, hands: ScannerHands, content: string): Promise<string> {
  unit.scans.clear();
  hands.showCode(content);
  const result = await unit.scans.next('code');
  hands.takeCode();
  if (!result.ok) return result.fault.code;
  if (hands.simulator !== null) expect(result.value.reveal()).toBe(content);
  return DONE;
}

export function scannerProfileOf(id: string): ScannerProfile {
  const profile = scannerProfile(id);
  if (profile === null) throw new Error(`no scanner profile ${id}`);
  return profile;
}

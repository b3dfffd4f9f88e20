/**
 * `self-test --config FILE [--data FOLDER] [--report FILE]`: proves that what lies here can run on this machine; JSON, ends with 0 or 1.
 * With the terminal's folder it goes by the package of configuration that is in force there, and only reads it; it
 * writes into a folder of its own that is thrown away: a running terminal is not touched.
 */
import { parseArgs } from 'node:util';
import { describeConfigFault, loadConfig } from '#config/load.ts';
import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { assetsUnder } from '#terminal/api/asset-files.ts';
import { harmless, selfTestMode } from '#terminal/self-test/self-test-mode.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemAtEndOfTurn, systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { startTerminal } from '#terminal/terminal.ts';
import { configBeside } from './config-beside.ts';
import { forkDeviceHost } from './fork-device-host.ts';
import { deviceHostModule, programVersion, rendererFolder } from './places.ts';

const EXIT_USAGE = 2;

const text = { type: 'string' } as const;
const {
  config: file,
  data,
  report,
} = parseArgs({
  options: { config: text, data: text, report: text },
  strict: false,
}).values;
if (typeof file !== 'string') {
  process.stderr.write('usage: self-test --config FILE [--data FOLDER] [--report FILE]\n');
  process.exit(EXIT_USAGE);
}
const config = typeof data === 'string' ? configBeside({ file, dataDir: data }) : loadConfig(file);
const spawnDeviceHost = () => forkDeviceHost(deviceHostModule());
process.exit(
  await selfTestMode({
    version: programVersion(),
    clock: systemClock,
    reportTo: typeof report === 'string' ? report : '-',
    renderer: assetsUnder(rendererFolder()),
    spawnDeviceHost,
    start: (dataDir) => {
      if (!config.ok) {
        return err(
          fault(
            config.fault[0]?.code ?? 'config.unreadable',
            config.fault.map(describeConfigFault).join('\n'),
          ),
        );
      }
      const masterKey = openKeyFile(dataDir, systemRandomBytes);
      if (!masterKey.ok) return masterKey;
      return startTerminal({
        config: harmless(config.value),
        dataDir,
        masterKey: masterKey.value,
        clock: systemClock,
        atEndOfTurn: systemAtEndOfTurn,
        randomBytes: systemRandomBytes,
        random: systemRandom,
        spawnDeviceHost,
        log: () => undefined,
        program: programVersion(),
        programMadeMs: 0,
        leave: () => undefined,
        parcels: null,
        onStoreBroken: () => undefined,
      });
    },
    tryDoor:
      config.ok && config.value.lan !== null
        ? async (dataDir) => {
            const { tryDoor } = await import('#door/lan/try-door.ts');
            return tryDoor({ dataDir, clock: systemClock, randomBytes: systemRandomBytes });
          }
        : null,
  }),
);

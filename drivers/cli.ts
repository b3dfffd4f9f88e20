/**
 * Drives one device by hand, without terminal or platform:
 *   npm run device -- id-card read --channel tcp:127.0.0.1:7001
 *   npm run device -- printer status --channel serial:/dev/ttyUSB1 --baud 9600 --profile snbc-80
 * The commands of each kind of device are a file in `cli/`.
 */
import { parseArgs } from 'node:util';
import { baudRateSchema, channelAddressSchema } from '#contract/devices.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { burnInHelp, burnInOptions, runBurnIn } from './cli/burn-in.ts';
import type { CommonOptions, DeviceCommands, OptionValues } from './cli/command.ts';
import { displayCommands } from './cli/display.ts';
import { idCardCommands } from './cli/id-card.ts';
import { listPorts } from './cli/ports.ts';
import { printerCommands } from './cli/printer.ts';
import { scannerCommands } from './cli/scanner.ts';

const devices: readonly DeviceCommands[] = [
  idCardCommands,
  printerCommands,
  scannerCommands,
  displayCommands,
];

const DEFAULT_BAUD = '115200';
const DEFAULT_SECONDS = '30';

/** Exit codes: 0 done, 1 the device could not, 2 the command line is wrong. */
process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const [first, action, ...rest] = args;
  if (first === 'ports') return listPorts();
  if (first === 'burn-in') {
    const options = readOptions({ options: burnInOptions }, args.slice(1));
    if (!options.ok) return wrong(options.fault);
    const done = await runBurnIn(options.value.common, options.value.values);
    return done.ok ? done.value : wrong(done.fault);
  }
  const device = devices.find((commands) => commands.device === first);
  if (device === undefined || action === undefined || !Object.hasOwn(device.actions, action))
    return wrong('unknown command');
  const options = readOptions(device, rest);
  if (!options.ok) return wrong(options.fault);
  const done = await device.run(action, options.value.common, options.value.values);
  return done.ok ? done.value : wrong(done.fault);
}

function wrong(sentence: string): 2 {
  console.error(`${sentence}\n\n${usage()}`);
  return 2;
}

function readOptions(
  device: Pick<DeviceCommands, 'options'>,
  args: string[],
): Result<{ common: CommonOptions; values: OptionValues }, string> {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        ...device.options,
        channel: { type: 'string' },
        baud: { type: 'string' },
        seconds: { type: 'string' },
        show: { type: 'boolean' },
        trace: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  const channel = channelAddressSchema.safeParse(values.channel);
  if (!channel.success) return err('--channel: expected serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port');
  const baudRate = baudRateSchema.safeParse(Number(values.baud ?? DEFAULT_BAUD));
  if (!baudRate.success) return err('--baud: expected 9600, 19200, 38400, 57600 or 115200');
  const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  if (!(seconds > 0 && seconds <= 3600)) return err('--seconds: expected 1 to 3600');
  const common: CommonOptions = {
    channel: channel.data,
    baudRate: baudRate.data,
    limitMs: seconds * 1_000,
    show: values.show ?? false,
    trace: values.trace ?? false,
  };
  return ok({ common, values });
}

function usage(): string {
  const commands = devices.flatMap(({ device, actions }) =>
    Object.entries(actions).map(([action, does]) => `  ${`${device} ${action}`.padEnd(20)}${does}`),
  );
  commands.push(
    '  burn-in             work a device for minutes and say how it did',
    '  ports               the serial ports of this machine; opens none',
  );
  const optionHelp = devices.flatMap((device) => device.optionHelp.map((line) => `  ${line}`));
  return `Usage: npm run device -- <command> --channel <address> [options]

Commands
${commands.join('\n')}

Options
  --channel   serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port
  --baud      9600, 19200, 38400, 57600 or 115200 (default ${DEFAULT_BAUD})
  --seconds   how long to wait (default ${DEFAULT_SECONDS})
  --show      show personal data
  --trace     tell the line’s bytes; those of a person are only counted
${optionHelp.join('\n')}
${burnInHelp.map((line) => `  ${line}`).join('\n')}`;
}

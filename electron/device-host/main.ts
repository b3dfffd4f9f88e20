/**
 * The device host's process: forked by the Node host, or started as a utilityProcess by the Electron shell.
 * It ends with its parent, so that no port stays taken by an orphan.
 */
import { builtRareGlyphs } from '#drivers/receipt-printer/rare-glyph-file.ts';
import { systemSerialPorts } from '#drivers/channel/serial-ports.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { DeviceHost } from './device-host.ts';
import { die } from './die.ts';
import { findParent } from './parent.ts';

/** A native driver that hangs in close() must not keep the process alive. */
const STOP_LIMIT_MS = 2_000;

const parent = findParent();
if (parent === null) {
  console.error('The device host is started by the terminal; to drive a device by hand: npm run device');
  process.exit(2);
}

const host = new DeviceHost({
  clock: systemClock,
  rare: builtRareGlyphs(import.meta.dirname, (reason) =>
    console.error(`rare characters are printed as 〓: ${reason}`),
  ),
  serialPorts: systemSerialPorts(systemClock),
  send: (message) => parent.send(message),
  log: (line) => console.error(line),
  onStopped: () => process.exit(0),
  // The terminal starts another, and every other device is back in a moment.
  onHung: die,
});

function stop(): void {
  setTimeout(die, STOP_LIMIT_MS).unref();
  void host.stop();
}

parent.onMessage((raw) => host.receive(raw));
parent.onGone(stop);
process.on('SIGTERM', stop);
// Ctrl-C reaches the whole group: the terminal ends first and then tells us.
process.on('SIGINT', () => undefined);
host.hello();

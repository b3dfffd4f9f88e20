import { parseArgs } from 'node:util';
import { isTimeZone } from '#config/schema.ts';
import type { StationPorts } from './station.ts';

export interface StartArguments {
  readonly window: boolean;
  readonly dataDir: string | null;
  readonly json: boolean;
  readonly ports: StationPorts;
  readonly cutMode: 'refuse' | 'blackhole';
  /** Papers are photographed with this machine's own camera. */
  readonly camera: boolean;
  /** A folder of packages of recorded clips; null: the station has no voice. */
  readonly voice: string | null;
  /** IANA name of the station's zone; null: the demo's own. */
  readonly timeZone: string | null;
  /** Departments work on what is submitted. */
  readonly departments: boolean;
}

export const startUsage = `npm start -- [options]
  --no-window       opens nothing and prints the addresses
  --data FOLDER     where the station keeps its data (default: .demo-data)
  --json            prints the addresses as one line of JSON
  --port-base N     uses the ports N to N+8 instead of free ones
  --cut MODE        how a cut line looks: refuse (default) or blackhole
  --camera          papers are photographed with this machine's camera (always, where a window opens)
  --voice FOLDER    pages are read aloud with the recorded clips in it
  --time-zone ZONE  the station is in this IANA time zone (default: Asia/Shanghai)
  --no-departments  nobody works on what is submitted but whoever sits at the desk`;

const LAST_PORT = 65_535;
const PORTS_USED = 9;

/** Null when the command line is not understood; then the usage is printed. */
export function parseStartArguments(argv: readonly string[]): StartArguments | null {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        'no-window': { type: 'boolean' },
        data: { type: 'string' },
        json: { type: 'boolean' },
        'port-base': { type: 'string' },
        cut: { type: 'string' },
        camera: { type: 'boolean' },
        voice: { type: 'string' },
        'time-zone': { type: 'string' },
        'no-departments': { type: 'boolean' },
      },
      strict: true,
    });
    const base = Number(values['port-base'] ?? '0');
    if (!Number.isInteger(base) || base < 0 || base + PORTS_USED - 1 > LAST_PORT) return null;
    const timeZone = values['time-zone'] ?? null;
    if (timeZone !== null && !isTimeZone(timeZone)) return null;
    const cutMode = values.cut ?? 'refuse';
    if (cutMode !== 'refuse' && cutMode !== 'blackhole') return null;
    return {
      window: values['no-window'] !== true,
      dataDir: values.data ?? null,
      json: values.json === true,
      ports: portsFrom(base),
      cutMode,
      camera: values['no-window'] !== true || values.camera === true,
      voice: values.voice ?? null,
      timeZone,
      departments: values['no-departments'] !== true,
    };
  } catch {
    return null;
  }
}

function portsFrom(base: number): StationPorts {
  const port = (offset: number) => (base === 0 ? 0 : base + offset);
  return {
    cardReader: port(0),
    printer: port(1),
    line: port(2),
    platform: port(3),
    terminal: port(4),
    bench: port(5),
    displays: port(6),
    scanner: port(7),
    departments: port(8),
  };
}

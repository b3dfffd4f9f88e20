import { stringify } from 'yaml';
import type { CameraSettings } from '#contract/paper.ts';
import type { OnbonSettings } from '#contract/queue-display.ts';
import type { LanSettings, TerminalConfig } from '../schema.ts';
import { demoQueue } from './demo-queue.ts';

export interface DemoParts {
  readonly cardReaderPort: number;
  readonly printerPort: number;
  /** The line of the displays over the windows; without it there are none. */
  readonly displayPort?: number;
  /** Absent: a station without a scanner. */
  readonly scannerPort?: number;
  readonly platformUrl: string;
  /** Absent: somebody types the code. */
  readonly enrolmentCodeFile?: string;
  /** Overrides for tests: shorter waits, another idle time. */
  readonly overrides?: Partial<
    Pick<
      TerminalConfig,
      | 'timeZone'
      | 'idle'
      | 'forwarding'
      | 'screen'
      | 'camera'
      | 'speech'
      | 'queue'
      | 'lan'
      | 'hub'
      | 'telemetry'
    >
  >;
  readonly checkSeconds?: number;
  readonly heartbeatSeconds?: number;
}

/** Whichever camera the machine has; A4 at full HD has some 5 pixels a millimetre. */
export const demoCamera: CameraSettings = { label: null, facing: null, widthPx: 1920, heightPx: 1080 };

/** For browsers of this machine only. */
export const demoLan: LanSettings = {
  host: '127.0.0.1',
  port: 0,
  names: ['127.0.0.1', 'localhost'],
  certificate: null,
  idleMinutes: 60,
  longestHours: 12,
};

/** Over windows 1 to 4, screens 1 to 4 on one line: panels of two lines of twelve Chinese characters. */
export const demoDisplays: readonly { readonly window: string; readonly settings: OnbonSettings }[] = [
  1, 2, 3, 4,
].map((screen) => ({
  window: String(screen),
  settings: {
    screen,
    profile: 'bx-6k-yy',
    widthPx: 192,
    heightPx: 32,
    panel: 'red-green',
    answersCarryScreen: true,
    volume: 7,
    speechSpeed: 5,
    speechRepeats: 0,
  },
}));

/** The demo station's file: an invented district (region code 999901 does not exist) and simulated devices. */
export function demoConfig(parts: DemoParts): string {
  const config: TerminalConfig = {
    terminal: { id: 'demo-01', region: '999901', station: '001', number: '01' },
    station: {
      name: {
        zh: '示例街道和平社区便民服务站',
        en: 'Heping Neighbourhood Service Station, Shili Sub-district',
      },
      address: { zh: '示例区示例街道和平路 1 号', en: '1 Heping Road, Shili Sub-district, Shili District' },
      phone: '12345',
      hours: { zh: '周一至周五 8:30–12:00，13:30–17:30', en: 'Monday to Friday 8:30–12:00, 13:30–17:30' },
      helpDesk: { zh: '1 号窗口', en: 'Window 1' },
      area: {
        region: '示例区',
        street: '示例街道',
        communities: ['和平社区', '幸福社区', '新华社区', '光明社区'],
      },
    },
    timeZone: 'Asia/Shanghai',
    languages: ['zh', 'en', 'ug'],
    speech: { clipsDir: null },
    // A 21.5-inch panel, portrait: 268 × 476 mm.
    screen: { widthMm: 268, heightMm: 476 },
    idle: { warnAfterSeconds: 90, graceSeconds: 30 },
    access: { card: 'with-pin' },
    platform: {
      url: parts.platformUrl,
      ...(parts.enrolmentCodeFile === undefined ? {} : { enrolmentCodeFile: parts.enrolmentCodeFile }),
      timeoutSeconds: 10,
      checkSeconds: parts.checkSeconds ?? 3,
      heartbeatSeconds: parts.heartbeatSeconds ?? 10,
    },
    parcels: null,
    forwarding: { concurrency: 4, backoffBaseSeconds: 1, backoffCapSeconds: 60 },
    sealing: { suite: 'aes-256-gcm', rotateDays: 90 },
    storage: { backupDir: null, reserveMb: 200 },
    retention: { payloadDays: 7 },
    lan: null,
    camera: null,
    queue: demoQueue,
    hub: null,
    telemetry: null,
    devices: [
      {
        id: 'card-reader',
        kind: 'id-card-reader',
        channel: `tcp:127.0.0.1:${parts.cardReaderPort}`,
        baudRate: 115200,
        profile: 'sam-v',
        identity: null,
        enabled: true,
      },
      {
        id: 'printer',
        kind: 'receipt-printer',
        channel: `tcp:127.0.0.1:${parts.printerPort}`,
        baudRate: 115200,
        profile: 'generic-80',
        identity: null,
        enabled: true,
      },
      ...displaysOn(parts.displayPort),
      ...scanner(parts.scannerPort),
    ],
    ...parts.overrides,
  };
  return stringify(config);
}

function displaysOn(port: number | undefined): TerminalConfig['devices'] {
  if (port === undefined) return [];
  return demoDisplays.map(({ window, settings }) => ({
    id: `display-${window}`,
    kind: 'queue-display',
    channel: `tcp:127.0.0.1:${port}`,
    baudRate: 9600,
    identity: null,
    enabled: true,
    window,
    display: { protocol: 'onbon', ...settings },
  }));
}

function scanner(port: number | undefined): TerminalConfig['devices'] {
  if (port === undefined) return [];
  return [
    {
      id: 'scanner',
      kind: 'scanner',
      channel: `tcp:127.0.0.1:${port}`,
      baudRate: 9600,
      profile: 'newland',
      identity: null,
      enabled: true,
    },
  ];
}

import { existsSync } from 'node:fs';
import { describeConfigFault } from '#config/load.ts';
import type { Fault } from '#contract/fault.ts';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import { ENTER_PATH, SESSION_COOKIE } from '#contract/transport.ts';
import { closedSoon } from '#door/end-connections.ts';
import { createProvisioningRpc } from '#door/rpc.ts';
import { assetsUnder } from '#terminal/api/asset-files.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import type { Supervisor } from '#terminal/health/sd-notify.ts';
import { madeMs } from '#terminal/health/trusted-time.ts';
import type { Log } from '#terminal/log.ts';
import { readBare, type ConfigPlaces } from '#terminal/provisioning/own-config.ts';
import { startProvisioning, type ProvisioningPorts } from '#terminal/provisioning/provisioning.ts';
import { followFile, readAnswers, saidOf } from '#terminal/provisioning/unattended.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { announce } from './announce.ts';
import type { HostArguments } from './arguments.ts';
import { startHostServer } from './http-server.ts';
import { createSessions, screenToken } from './sessions.ts';

/** A red line in the report of a terminal that a file has set up. */
const EXIT_NOT_READY = 6;
const EXIT_CONFIG = 3;

export interface FirstStart {
  readonly given: HostArguments;
  readonly masterKey: Uint8Array;
  readonly spawnDeviceHost: () => DeviceHostProcess;
  readonly supervisor: Supervisor;
  readonly log: Log;
  readonly stop: (sentence: string, exitCode: number) => never;
  /** Ends the program: another one listens there. */
  readonly portTaken: (port: number) => (error: unknown) => never;
}

/** Whether there is a terminal to be set up: somebody says so, or it has no configuration and its station has one. */
export function isFirstStart({ provision, config, bare }: HostArguments): boolean {
  return provision !== null || (!existsSync(config) && existsSync(bare));
}

/**
 * Sets the terminal up, and resolves with the port of the wizard's page when its configuration stands. Set up by a file, the process
 * ends: 0 when everything is green, 6 when something is not (and no configuration was written).
 */
export async function provisionFirst(first: FirstStart): Promise<number> {
  const { given, stop, log } = first;
  const places: ConfigPlaces = { own: given.config, bare: given.bare };
  const bare = readBare(places);
  if (!bare.ok) return stop(bare.fault.map(describeConfigFault).join('\n'), EXIT_CONFIG);
  const ports: Omit<ProvisioningPorts, 'by' | 'onFinished'> = {
    bare: bare.value,
    places,
    dataDir: given.dataDir,
    masterKey: first.masterKey,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    buildMs: madeMs(import.meta.filename),
    spawnDeviceHost: first.spawnDeviceHost,
    log,
  };
  return given.provision?.by === 'file'
    ? followedFile(given.provision.file, ports, stop)
    : askedAtScreen(first, ports);
}

async function askedAtScreen(
  { given, supervisor, log, portTaken }: FirstStart,
  ports: Omit<ProvisioningPorts, 'by' | 'onFinished'>,
): Promise<number> {
  let finished: () => void = () => undefined;
  const isFinished = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const provisioning = startProvisioning({ ...ports, by: 'technician', onFinished: finished });
  const serve = createProvisioningRpc(log);
  // That of the terminal itself: the cookie that the wizard sets opens the resident's page afterwards.
  const token = screenToken(given.dataDir, systemRandomBytes);
  const refused = (reason: string): void => {
    log({ level: 'warn', event: 'host.refused', code: 'api.forbidden', detail: reason });
  };
  const server = await startHostServer({
    host: '127.0.0.1',
    port: given.port,
    sessions: createSessions(SESSION_COOKIE, token, systemRandomBytes),
    readAsset: assetsUnder(given.renderer),
    startPage: '/provision.html',
    maxMessageBytes: MAX_API_MESSAGE_BYTES,
    serveRpc: (socket) => {
      serve(socket, { provisioning }, refused);
    },
    // The kiosk's session tells of crashes; whoever sets the terminal up sees them.
    onNews: () => undefined,
    refused,
    clock: systemClock,
  }).catch(portTaken(given.port));
  const end = (): void => {
    void supervisor.stopping();
    provisioning.close();
    process.exit(0);
  };
  const signals = ['SIGTERM', 'SIGINT', 'disconnect'] as const;
  for (const signal of signals) process.on(signal, end);
  const screen = `${server.url}${ENTER_PATH}?token=${token}`;
  announce(given.readyFile, { url: server.url, resident: screen });
  console.log(JSON.stringify({ provisioning: { url: server.url, screen } }));
  // A technician may come in an hour: waiting for him is no start that takes too long.
  await supervisor.ready(server.answers, 'first start: waits for a technician at the screen');
  await isFinished;
  await supervisor.changing();
  for (const signal of signals) process.off(signal, end);
  provisioning.close();
  await closedSoon(systemClock, server.close());
  return Number(new URL(server.url).port);
}

async function followedFile(
  file: string,
  ports: Omit<ProvisioningPorts, 'by' | 'onFinished'>,
  stop: FirstStart['stop'],
): Promise<never> {
  const answers = readAnswers(file);
  if (!answers.ok) return stop(sentenceOf(answers.fault), EXIT_CONFIG);
  const provisioning = startProvisioning({ ...ports, by: 'file', onFinished: () => undefined });
  const followed = await followFile(provisioning, answers.value);
  if (!followed.ok) return stop(sentenceOf(followed.fault), EXIT_CONFIG);
  for (const said of saidOf(provisioning.snapshot())) console.log(said);
  provisioning.close();
  process.exit(followed.value ? 0 : EXIT_NOT_READY);
}

function sentenceOf({ code, detail }: Fault): string {
  return `${code}: ${detail ?? ''}`;
}

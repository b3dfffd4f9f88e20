import { BlockList, isIP } from 'node:net';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { TerminalConfig } from './schema.ts';
import type { ConfigPath } from './tree.ts';

export interface StationProblem {
  readonly path: ConfigPath;
  readonly expected: string;
}

/** What the queue's parts, hub and members, and what is told to whom, need of each other, and no single key can say. */
export function checkStation(config: TerminalConfig): StationProblem[] {
  return [...checkWindows(config.queue), ...checkHub(config), ...checkTelemetry(config)];
}

/** Private and local addresses: RFC 1918, RFC 1122 §3.2.1.3, RFC 3927, RFC 4193, RFC 4291 §2.5. */
const ownNetworks = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  ownNetworks.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const)
  ownNetworks.addSubnet(network, prefix, 'ipv6');

/** A terminal talks to its platform and its station, and to nobody else. A name that is not the platform's may lead anywhere tomorrow. */
function checkTelemetry({ telemetry, platform }: TerminalConfig): StationProblem[] {
  if (telemetry === null) return [];
  const host = new URL(telemetry.endpoint).hostname;
  if (host === new URL(platform.url).hostname || isOwnNetwork(host.replace(/^\[|\]$/g, ''))) return [];
  return [
    {
      path: ['telemetry', 'endpoint'],
      expected: 'expected the host of platform.url, or an IP address of the station’s own network',
    },
  ];
}

function isOwnNetwork(host: string): boolean {
  switch (isIP(host)) {
    case 4:
      return ownNetworks.check(host, 'ipv4');
    case 6:
      return ownNetworks.check(host, 'ipv6');
    default:
      return false;
  }
}

function checkWindows(queue: QueueSettings | null): StationProblem[] {
  const letters = new Set(queue?.lines.map(({ letter }) => letter));
  return (queue?.windows ?? []).flatMap(({ lines }, window) =>
    lines.flatMap((letter, line) =>
      letters.has(letter)
        ? []
        : [
            {
              path: ['queue', 'windows', window, 'lines', line],
              expected: 'expected the letter of one of queue.lines',
            },
          ],
    ),
  );
}

function checkHub({ hub, lan, queue, terminal }: TerminalConfig): StationProblem[] {
  const blocks = queue?.blocks ?? [];
  if (hub !== null) {
    if (queue === null)
      return [
        { path: ['queue'], expected: 'expected the queue of the hub, of which this terminal is a member' },
      ];
    if (!blocks.some((block) => block.terminal === terminal.number)) {
      const expected = `expected a block of terminal ${terminal.number}: it gives out its numbers while the hub is lost`;
      return [{ path: ['queue', 'blocks'], expected }];
    }
    const isItself = lan !== null && lan.port === hub.port && lan.names.includes(hub.host);
    return isItself ? [{ path: ['hub'], expected: 'expected another terminal: this is its own door' }] : [];
  }
  const members = blocks.filter((block) => block.terminal !== terminal.number);
  if (members.length === 0) return [];
  if (lan !== null) {
    // A member whose `hub` was forgotten would be a second hub; where it has no block either, it is told here.
    if (members.length < blocks.length) return [];
    const expected = `expected a block of terminal ${terminal.number} as well: a hub has one like each member; or hub, when this is a member`;
    return [{ path: ['queue', 'blocks'], expected }];
  }
  const who = members.map((block) => block.terminal).join(', ');
  return [
    {
      path: ['queue', 'blocks'],
      expected: `expected lan, the door through which terminal ${who} reaches this hub; or hub, when this is a member`,
    },
  ];
}

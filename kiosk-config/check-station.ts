import type { QueueSettings } from '#contract/queue/settings.ts';
import type { TerminalConfig } from './schema.ts';
import type { ConfigPath } from './tree.ts';

export interface StationProblem {
  readonly path: ConfigPath;
  readonly expected: string;
}

/** What the queue's parts, and hub and members, need of each other, and no single key can say. */
export function checkStation(config: TerminalConfig): StationProblem[] {
  return [...checkWindows(config.queue), ...checkHub(config)];
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

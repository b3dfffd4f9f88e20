import type { TerminalConfig } from './schema.ts';

export interface StationProblem {
  readonly path: readonly string[];
  readonly expected: string;
}

/** What hub and members need of each other, and no single key can say. */
export function checkStation({ hub, lan, queue, terminal }: TerminalConfig): StationProblem[] {
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
  if (members.length === 0 || lan !== null) return [];
  const who = members.map((block) => block.terminal).join(', ');
  return [
    {
      path: ['queue', 'blocks'],
      expected: `expected lan, the door through which terminal ${who} reaches this hub; or hub, when this is a member`,
    },
  ];
}

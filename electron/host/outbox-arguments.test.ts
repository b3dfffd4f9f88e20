import { describe, expect, it } from 'vitest';
import { outboxArguments } from './outbox-arguments.ts';

const WHERE = ['--config', 'c.yaml', '--data', 'd'];
const where = { config: 'c.yaml', dataDir: 'd' };

describe('the command line of the outbox', () => {
  it.each([
    [['list'], { verb: 'list' }],
    [['export', 'f'], { verb: 'export', file: 'f', handOver: false, alone: null }],
    [['export', 'f', '--hand-over'], { verb: 'export', file: 'f', handOver: true, alone: null }],
    [['import', 'f'], { verb: 'import', file: 'f', code: null, alone: null }],
    [['import', 'f', '--code', 'AB'], { verb: 'import', file: 'f', code: 'AB', alone: null }],
    [
      ['export', 'f', '--alone', ' ticket 4711 '],
      { verb: 'export', file: 'f', handOver: false, alone: 'ticket 4711' },
    ],
    [['import', 'f', '--alone', '工单4711'], { verb: 'import', file: 'f', code: null, alone: '工单4711' }],
    [['retry', '999901 001 261122 01 0001 0'], { verb: 'retry', receiptNo: '9999010012611220100010' }],
  ])('understands %j', (argv, command) => {
    expect(outboxArguments([...argv, ...WHERE])).toEqual({ ...where, ...command });
  });

  it.each([
    [[]],
    [['explode']],
    [['list', 'x']],
    [['list', '--hand-over']],
    [['export']],
    [['export', 'f', 'g']],
    [['export', 'f', '--code', 'AB']],
    [['import', 'f', '--other-station']],
    [['retry']],
    [['list', '--alone', 'ticket 4711']],
    [['retry', '9999010012611220100010', '--alone', 'ticket 4711']],
    [['export', 'f', '--alone']],
    [['export', 'f', '--alone', '  x ']],
    [['export', 'f', '--alone', 'x'.repeat(201)]],
  ])('does not understand %j', (argv) => {
    expect(outboxArguments([...argv, ...WHERE])).toBeNull();
    expect(outboxArguments(argv)).toBeNull();
  });
});

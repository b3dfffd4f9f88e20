import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demoConfig } from './demo/demo-config.ts';
import { describeConfigFault, loadConfig, parseConfig } from './load.ts';

const demo = demoConfig({
  cardReaderPort: 7001,
  printerPort: 7002,
  platformUrl: 'http://127.0.0.1:7003',
});

const folder = mkdtempSync(join(tmpdir(), 'yizhan-config-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function problemsOf(text: string) {
  const parsed = parseConfig(text, 'terminal.yaml');
  return parsed.ok ? [] : parsed.fault;
}

const lineWith = (text: string, part: string) =>
  text.split('\n').findIndex((line) => line.includes(part)) + 1;

describe('the configuration', () => {
  it('of the demo station is accepted', () => {
    expect(problemsOf(demo)).toEqual([]);
  });

  it('with an unknown key is refused with its line', () => {
    const text = demo.replace('platform:', 'colour: red\nplatform:');
    expect(problemsOf(text)).toMatchObject([
      { code: 'config.unknown-key', key: 'colour', line: lineWith(text, 'colour'), file: 'terminal.yaml' },
    ]);
  });

  it('with an unknown key inside a device is refused by its path', () => {
    const text = demo.replace('    baudRate: 115200', '    speed: 9600\n    baudRate: 115200');
    expect(problemsOf(text)).toMatchObject([
      { code: 'config.unknown-key', key: 'devices.0.speed', line: lineWith(text, 'speed') },
    ]);
  });

  it('with a wrong type says what was expected', () => {
    const text = demo.replace('widthMm: 268', 'widthMm: wide');
    expect(problemsOf(text)).toMatchObject([
      {
        code: 'config.wrong-type',
        key: 'screen.widthMm',
        line: lineWith(text, 'wide'),
        expected: 'expected a number, 100 to 3000',
      },
    ]);
  });

  it('with a baud rate that no device speaks lists those that are', () => {
    const [problem] = problemsOf(demo.replace('baudRate: 115200', 'baudRate: 1234'));
    expect(problem).toMatchObject({ code: 'config.wrong-value', key: 'devices.0.baudRate' });
    expect(problem?.expected).toContain('9600');
  });

  it('with a channel of no known kind is refused', () => {
    expect(problemsOf(demo.replace('tcp:127.0.0.1:7001', 'usb:1'))).toMatchObject([
      { code: 'config.wrong-value', key: 'devices.0.channel' },
    ]);
  });

  it('with two devices on one channel is refused', () => {
    expect(problemsOf(demo.replace('127.0.0.1:7002', '127.0.0.1:7001'))).toMatchObject([
      { code: 'config.wrong-value', key: 'devices.1.channel' },
    ]);
  });

  describe('with several displays on one line', () => {
    const line = demoConfig({
      cardReaderPort: 7001,
      printerPort: 7002,
      displayPort: 7003,
      platformUrl: 'http://127.0.0.1:7004',
    });
    const last = line.lastIndexOf('- id: display-4');
    const spoilt = (from: string, to: string) => line.slice(0, last) + line.slice(last).replace(from, to);

    it('is taken', () => {
      expect(parseConfig(line, 'terminal.yaml').ok).toBe(true);
    });

    it.each([
      ['two of one address', 'screen: 4', 'screen: 1', 'devices.5.display'],
      ['two speeds', 'baudRate: 9600', 'baudRate: 19200', 'devices.5.baudRate'],
      ['a key that no display has', 'screen: 4', 'screen: 4\n      colour: red', 'devices.5.display.colour'],
    ])('is refused for %s', (_, from, to, key) => {
      expect(problemsOf(spoilt(from, to))).toMatchObject([{ key }]);
    });
  });

  it('without a key that must be there names it', () => {
    expect(problemsOf(demo.replace(/^ {2}url: .*\n/m, ''))).toMatchObject([
      { code: 'config.missing-key', key: 'platform.url' },
    ]);
  });

  it('with a key that stands twice, or that is no YAML, is refused with the line', () => {
    expect(problemsOf(`${demo}timeZone: Asia/Shanghai\n`)).toMatchObject([{ code: 'config.syntax' }]);
    expect(problemsOf('terminal: [')).toMatchObject([{ code: 'config.syntax', line: 1 }]);
  });

  it('that is empty, missing or too large is refused', () => {
    expect(problemsOf('')[0]?.code).toBe('config.missing-key');
    const missing = loadConfig(join(folder, 'none.yaml'));
    expect(missing).toMatchObject({ ok: false, fault: [{ code: 'config.unreadable' }] });
    const large = join(folder, 'large.yaml');
    writeFileSync(large, '#'.repeat(300_000));
    expect(loadConfig(large)).toMatchObject({ ok: false, fault: [{ code: 'config.unreadable' }] });
  });

  it('says each problem in one sentence', () => {
    const [problem] = problemsOf(demo.replace('widthMm: 268', 'widthMm: wide'));
    expect(problem && describeConfigFault(problem)).toMatch(
      /^terminal\.yaml:\d+: screen\.widthMm: expected a number, 100 to 3000 \(config\.wrong-type\)$/,
    );
  });
});

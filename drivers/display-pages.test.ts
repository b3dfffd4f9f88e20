import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { deviceSettingsSchema } from '#contract/devices.ts';
import { queueDisplaySettingsSchema } from '#contract/queue-display.ts';
import { dialectOf } from './display-dialects.ts';

const pages = new URL('../docs/devices/', import.meta.url);
const families = readdirSync(pages).filter((file) => /^(\w+-display|display-line)\.md$/.test(file));

/** Indented blocks of YAML. */
function blocksOf(file: string, begin: RegExp): unknown[] {
  const text = readFileSync(new URL(file, pages), 'utf8');
  return text
    .split(/\n(?! {4}|\n)/)
    .flatMap((part) => part.split(/\n\n(?= {4}\S)/))
    .map((part) => part.replaceAll(/^ {4}/gm, '').trim())
    .filter((part) => begin.test(part))
    .map((part) => parse(part.replace(/^[^]*?(?=^(devices:|- \{))/m, '')));
}

it('there is a page for each family of displays, and one for their line', () => {
  expect(families.toSorted()).toEqual([
    'display-line.md',
    'line-display.md',
    'modbus-display.md',
    'onbon-display.md',
    'template-display.md',
  ]);
});

it.each(families)('the settings in %s are ones that the terminal takes', (file) => {
  const blocks = blocksOf(file, /^devices:/m);
  expect(blocks.length).toBeGreaterThan(0);
  for (const block of blocks) {
    const { devices } = z.object({ devices: z.array(deviceSettingsSchema).min(1) }).parse(block);
    for (const device of devices) {
      if (device.kind !== 'queue-display') throw new Error(device.kind);
      expect(dialectOf(device.display).identity).not.toBe('');
    }
  }
});

it('so is the file with which one tries all displays of a line', () => {
  const [list] = blocksOf('display-line.md', /^- \{ protocol/m);
  expect(z.array(queueDisplaySettingsSchema).parse(list)).toHaveLength(2);
});

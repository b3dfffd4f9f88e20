/** What the documents name is there: pages, headings, exit codes, the log's events. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { provisioningProblems } from '#contract/provisioning.ts';

const root = join(import.meta.dirname, '../..');
const skipped = new Set(['node_modules', 'dist', 'release', 'data', 'test-results']);

function filesOf(folder: string, form: RegExp): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory())
      return skipped.has(entry.name) || entry.name.startsWith('.') ? [] : filesOf(path, form);
    return form.test(entry.name) ? [path] : [];
  });
}
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** Without what is code, which may look like a link. */
const prose = (page: string): string => read(page).replaceAll(/^```[\s\S]*?^```|`[^`\n]*`/gm, '');

/** As GitHub makes them of headings. */
function anchorsOf(page: string): Set<string> {
  const text = read(page).replaceAll(/^```[\s\S]*?^```/gm, '');
  return new Set(
    [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .trim()
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

const pages = filesOf('.', /\.md$/);

describe('links', () => {
  it('there are some', () => {
    expect(pages.length).toBeGreaterThan(50);
    expect(pages.flatMap((page) => linksOf(page)).length).toBeGreaterThan(100);
  });

  it.each(pages)('of %s lead to a file, and to a heading of it', (page) => {
    const dead = linksOf(page).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : relative(root, join(root, dirname(page), decodeURIComponent(path)));
      if (!existsSync(join(root, target))) return true;
      return (
        anchor !== undefined && target.endsWith('.md') && !anchorsOf(target).has(decodeURIComponent(anchor))
      );
    });
    expect(dead).toEqual([]);
  });

  function linksOf(page: string): string[] {
    return [...prose(page).matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/i.test(link));
  }
});

/** What a rung of the crash ladder is begun by (electron/terminal/health/crash-ladder.ts). */
const crashes = ['gone', 'unresponsive', 'load-failed'];
/** Of programs whose line is written in one place, with an event that is chosen there. */
const eventsOf: Readonly<Record<string, readonly string[]>> = {
  'electron/door/control/control-socket.ts': ['control.closed', 'control.trouble'],
  'electron/door/lan/keep-door.ts': ['lan.closed', 'lan.certificate-not-renewed'],
  'electron/host/kiosk/kiosk-session.ts': crashes.map((what) => `screen.${what}`),
  'electron/shell/open-kiosk.ts': crashes.map((what) => `shell.renderer-${what}`),
  'electron/terminal/catalogue/catalogue.ts': ['catalogue.item-broken', 'catalogue.item-refused'],
};

describe('docs/operations/faults.md', () => {
  const page = read('docs/operations/faults.md');
  const sources = filesOf('electron', /\.ts$/).filter((path) => !path.endsWith('.test.ts'));
  const firstCells = (heading: string): string[] => {
    const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
    return [...section.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell).slice(1);
  };

  it('says of each number with which a program of the terminal ends what it means', () => {
    const ends = sources.flatMap((path) =>
      [
        ...read(path).matchAll(
          /(?:EXIT_[A-Z_]+|[A-Z_]*EXIT_CODE) = (\d+)|^ {2}(?:restart\w+|decommissioned): (\d+),/gm,
        ),
      ].map(([, constant, named]) => constant ?? named),
    );
    const said = firstCells('A program ended').flatMap((cell) => cell.split(', '));
    const bySystem = ['0', '137', '143'];
    expect([...new Set(said)].toSorted()).toEqual([...new Set([...ends, ...bySystem])].toSorted());
  });

  it('says of each error of the log what it means, and of none that nobody writes', () => {
    const written = sources.flatMap((path) =>
      [...read(path).matchAll(/level: 'error',\s+event(?:: '([a-z.-]+)')?/g)].flatMap(([, event]) =>
        event === undefined
          ? (eventsOf[path] ?? [`${path} has one that is made there: say here which`])
          : [event],
      ),
    );
    const said = firstCells('The log says').flatMap((cell) => cell.replaceAll('`', '').split(', '));
    expect(new Set(said).size).toBe(said.length);
    expect(written.filter((event) => !said.includes(event))).toEqual([]);
    const all = sources.map(read).join('');
    expect(said.filter((event) => !written.includes(event) && !all.includes(`'${event}'`))).toEqual([]);
  });
});

it('docs/operations/provisioning.md says of each problem of a first start what to do', () => {
  const page = read('docs/operations/provisioning.md');
  expect(provisioningProblems.filter((problem) => !page.includes(`\`${problem}\``))).toEqual([]);
});

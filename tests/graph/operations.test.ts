/** What a technician is told to type, to look for and to touch in docs/operations exists: read from the pages as they stand. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { keyRows } from '#config/keys.ts';
import { answersSchema } from '#terminal/provisioning/unattended.ts';
import manifest from '../../package.json' with { type: 'json' };
import { buildTargets } from '../../scripts/build-targets.ts';

const root = join(import.meta.dirname, '../..');
const skipped = new Set(['node_modules', 'dist', 'release']);

function filesOf(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesOf(path);
    return [path];
  });
}
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const rooms = [
  'contract',
  'drivers',
  'kiosk-config',
  'electron',
  'renderer',
  'platform',
  'telemetry',
  'scripts',
];
const files = rooms.flatMap((room) => filesOf(room));
const sources = files
  .filter(
    (path) =>
      !path.includes('.test.') &&
      /\.(ts|vue|html|sh|yaml|json|conf|rules|service|timer|path|target)$|\/(pre|post)(inst|rm)$/.test(path),
  )
  .map((path) => ({ path, text: read(path) }));
const source = sources.map(({ text }) => text).join('\n');

/** Without the parts that are made from the program itself. */
const pages = filesOf('docs/operations').map((path) => {
  const text = read(path);
  const [byHand = ''] = text.split('<!-- Made from ');
  return { name: basename(path), text: byHand };
});

/** Each text in grey, in a line or a block, once. */
const greyOf = (text: string): readonly string[] => [...new Set(textsInGrey(text))];
const textsInGrey = (text: string): readonly string[] => [
  ...[...text.matchAll(/^ *```[a-z]*\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) => block.split('\n')),
  ...[...text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
];

it('there are pages, and they name much', () => {
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.flatMap(({ text }) => greyOf(text)).length).toBeGreaterThan(1000);
});

describe.each(pages)('$name', ({ name, text }) => {
  const grey = greyOf(text);

  it('names commands that there are, with verbs and options that they know', () => {
    expect(grey.flatMap((line) => commandsOf(line)).flatMap((command) => strangeIn(command))).toEqual([]);
  });

  it('names options that a program of ours, or one of others, takes', () => {
    const options = grey.flatMap((line) =>
      [...line.matchAll(/(?<![\w-])--([a-z][a-z-]*)/g)].map(([, word = '']) => word),
    );
    const known = (option: string): boolean =>
      source.includes(`'${option}'`) ||
      source.includes(`--${option}`) ||
      new RegExp(`^\\s*${option}: `, 'm').test(source);
    expect(options.filter((option) => !known(option) && !ofOthers.has(`--${option}`))).toEqual([]);
  });

  it('names settings of the environment that somebody reads', () => {
    const settings = [...text.matchAll(/\b(?:YIZHAN|OTEL)_[A-Z_]*[A-Z]\b/g)].map(([word]) => word);
    expect(settings.filter((word) => !source.includes(word))).toEqual([]);
  });

  it('names units that are delivered', () => {
    const units = [...text.matchAll(/\byizhan[a-z-]*\.(?:service|timer|path|target)\b/g)].map(
      ([unit]) => unit,
    );
    expect(units.filter((unit) => !files.some((path) => basename(path) === unit))).toEqual([]);
  });

  it('names files that are in the repository, or in what was installed', () => {
    const inside = [
      ...text.matchAll(/\/opt\/yizhan\/(?:current|updater)\/([a-zA-Z0-9/.-]*[a-zA-Z0-9])/g),
    ].map(([, path = '']) => path);
    expect(inside.filter((path) => !isInstalled(path))).toEqual([]);
    const named = grey.filter(
      (span) => /^[\w./-]+$/.test(span) && rooms.includes(span.split('/')[0] ?? '') && span.includes('/'),
    );
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names faults, events, and keys of the configuration that there are', () => {
    const dotted = grey.filter(
      (span) => /^[a-z][a-z-]*(\.[a-zA-Z][a-zA-Z-]*)+$/.test(span) && !isFile.test(span),
    );
    const known = (span: string): boolean =>
      new RegExp(`['"\`/]${span.replaceAll('.', '\\.')}(?![\\w-])`).test(source) ||
      keys.has(span) ||
      computed.has(span) ||
      ofOthers.has(span);
    expect(dotted.filter((span) => !known(span))).toEqual([]);
  });

  it('shows configurations whose keys there are', () => {
    const shown = [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```/gm)].map(([, indent = '', block = '']) =>
      block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    );
    for (const yaml of shown) {
      const said: unknown = parse(yaml);
      if (yaml.startsWith('# answers.yaml')) expect(answersSchema.safeParse(said).error).toBeUndefined();
      else expect(pathsOf(said).filter((path) => !keys.has(path) && path !== 'extends')).toEqual([]);
    }
  });

  it('quotes labels that stand on a screen', () => {
    const unseen = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '');
    // Of a page that is itself in two languages only what it quotes.
    const labels =
      name === 'daily-care.md'
        ? [...unseen.matchAll(/“([^”]*\p{Script=Han}[^”]*)”/gu)].map(([, label = '']) => label)
        : [...unseen.matchAll(/\p{Script=Han}[\p{Script=Han}·，、：]*/gu)].map(([label]) =>
            label.replace(/[，、：]$/, ''),
          );
    expect(labels.filter((label) => !screens.includes(label) && !noLabels.has(label))).toEqual([]);
  });
});

/** `npm run NAME -- …`, also as it is called on an installed terminal. */
interface Command {
  readonly script: string;
  readonly words: readonly string[];
}

function commandsOf(line: string): readonly Command[] {
  return [
    ...line.matchAll(
      /npm run (?:--silent )?([a-z-]+)(?: --((?: [^\s`|]+)*))?|dist\/host\/([a-z-]+)\.js((?: [^\s`]+)*)/g,
    ),
  ].map(([, script = '', words = '', program, more = '']) => ({
    script: program === undefined ? script : (scriptOf[program] ?? program),
    words: (program === undefined ? words : more).split(' ').filter((word) => word !== ''),
  }));
}
const scriptOf: Readonly<Record<string, string>> = { configuration: 'config' };

/** Programs that no script of package.json starts. */
const programs: ReadonlySet<string> = new Set(['main', 'kiosk', 'self-test', 'update']);

/** What of it does not exist; a word in capitals, or with a bracket, stands for whatever one fills in. */
function strangeIn({ script, words }: Command): readonly string[] {
  if (programs.has(script)) return [];
  if (!(script in manifest.scripts)) return script === 'NAME' ? [] : [`npm run ${script}`];
  const [verb, what] = words.filter((word) => !word.startsWith('-'));
  if (verb === undefined || !/^[a-z][a-z-]+$/.test(verb) || words[0]?.startsWith('-') === true) return [];
  if (script === 'build') return buildTargets.some((target) => target.name === verb) ? [] : [`build ${verb}`];
  if (script === 'bench' || script === 'prove')
    return source.includes(`'${verb}'`) || source.includes(`${verb}: `) ? [] : [`${script} ${verb}`];
  const usages = usagesOf(script);
  const ofVerb = usages.filter(([first = '']) => first.split('|').includes(verb));
  if (ofVerb.length === 0) return [`${script} ${verb}`];
  const seconds = ofVerb.map(([, second = '']) => second).filter((second) => /^[a-z][a-z|-]+$/.test(second));
  if (what === undefined || seconds.length < ofVerb.length || !/^[a-z][a-z-]+$/.test(what)) return [];
  return seconds.some((second) => second.split('|').includes(what)) ? [] : [`${script} ${verb} ${what}`];
}

/** As its usage says: the words behind the name of the script, of each of its commands. */
function usagesOf(script: string): readonly (readonly string[])[] {
  const said = new RegExp(`(?:npm run ${script} -- |\\$\\{program\\} |^ {2,4}'?)([a-z][^\\n\`']*)`, 'gm');
  const where = usageIn[script] ?? `${script}/`;
  return sources
    .filter(({ path }) => path.startsWith(where))
    .flatMap(({ text }) => [...text.matchAll(said)])
    .map(([, words = '']) => words.split(' '));
}
/** Looked for as files, or no file of ours. */
const isFile = /\.(service|timer|path|target|ts|js|exe)$/;

/** Where the usage of a script stands, if not in the room of its name. */
const usageIn: Readonly<Record<string, string>> = {
  config: 'kiosk-config/command.ts',
  device: 'drivers/cli',
  enrol: 'electron/host/enrol.ts',
  hub: 'electron/host/hub-cli.ts',
  outbox: 'electron/host/outbox-arguments.ts',
  parcel: 'scripts/parcel.ts',
  staff: 'electron/door/control/staff-arguments.ts',
  'station-key': 'electron/host/station-key.ts',
};

function isInstalled(path: string): boolean {
  const [folder = '', ...rest] = path.split('/');
  const below = rest.join('/');
  if (path.endsWith('/NAME.js')) return true;
  // Of Electron's packages.
  if (path === 'yizhan') return read('electron-builder.yml').includes('executableName: yizhan\n');
  if (folder === 'packaging')
    return ['host', 'shell'].some((shell) => files.includes(`electron/${shell}/packaging/${below}`));
  if (folder === 'configuration') return files.some((file) => file.startsWith(`kiosk-config/${below}`));
  return folder === 'dist' && read('scripts/package/pack-host.ts').includes(`'${below}'`);
}

/** Each key of a configuration with those above it; what is in a list has the list's. */
function pathsOf(said: unknown, above = ''): readonly string[] {
  if (Array.isArray(said)) return said.flatMap((each) => pathsOf(each, above));
  if (typeof said !== 'object' || said === null) return [];
  return Object.entries(said).flatMap(([key, value]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return [path, ...pathsOf(value, path)];
  });
}

const keys = new Set(
  keyRows().flatMap(({ key }) => {
    const parts = key.replaceAll('[]', '').split('.');
    return parts.map((_part, index) => parts.slice(0, index + 1).join('.'));
  }),
);

/** Events whose second half is what happened (host/kiosk/kiosk-session.ts, shell/open-kiosk.ts). */
const computed: ReadonlySet<string> = new Set(
  ['gone', 'unresponsive', 'load-failed'].flatMap((what) => [`screen.${what}`, `shell.renderer-${what}`]),
);

/** Of apt, gpg, npm, psql, setpriv: not ours to change. And a question of an item, for an example. */
const ofOthers: ReadonlySet<string> = new Set([
  '--allow-downgrades',
  '--build-from-source',
  '--dbname',
  '--exit-on-error',
  '--groups',
  '--no-owner',
  '--quick-generate-key',
  'children.childName',
]);

const screens = sources
  .filter(({ path }) =>
    /^(renderer|platform\/desk|contract|electron\/terminal\/(lock-down|printing))\//.test(path),
  )
  .map(({ text }) => text)
  .join('\n');

/** Chinese words for a thing, of an example, or of a law: nobody is asked to look for them. */
const noLabels: ReadonlySet<string> = new Set([
  'n 号窗口',
  '编码',
  '张建国',
  '高拍仪',
  '示例区民政局低保科',
  '个人信息保护法',
  '国家档案局令第',
]);

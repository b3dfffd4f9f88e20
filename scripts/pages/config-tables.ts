import { keyRows, type KeyRow } from '#config/keys.ts';
import { code, table, withMadePart } from './made-part.ts';

const BEGIN = '<!-- Made from kiosk-config/schema.ts by `node scripts/config-page.ts`. -->';

/** The part of docs/operations/configuration.md that is made from the schema of the configuration. */
export function withConfigTables(page: string): string {
  return withMadePart(page, BEGIN, tables());
}

function tables(): string {
  const parts = Map.groupBy(keyRows(), ({ key }) => key.split(/[.[ ]/)[0] ?? key);
  const single = [...parts.values()].filter((rows) => rows.length === 1).flat();
  const several = [...parts.entries()].filter(([, rows]) => rows.length > 1);
  return [
    '### Keys by themselves',
    tableOf(single),
    ...several.flatMap(([name, rows]) => [`### ${code(name)}`, tableOf(rows)]),
  ].join('\n\n');
}

function tableOf(rows: readonly KeyRow[]): string {
  return table(
    ['key', 'is', 'may be', 'without it'],
    rows.map(({ key, doc, form, default: byDefault, isNeeded }) => [
      keyCell(key),
      doc,
      form.startsWith('keys below it') ? 'keys' : form,
      isNeeded
        ? '**needed**'
        : byDefault === null
          ? ''
          : byDefault.startsWith('{')
            ? 'as below'
            : code(byDefault),
    ]),
  );
}

/** `devices[].display.screen` and which device and display has it. */
function keyCell(key: string): string {
  const [name = key, ...of] = key.split(' ');
  return of.length === 0 ? code(name) : `${code(name)} ${of.join(' ')}`;
}

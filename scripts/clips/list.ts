/**
 * `node scripts/clips/list.ts LANGUAGE [FOLDER]`: what is to be recorded for a station, a line `id,text` each, to be read into
 * a microphone; with the folder of its packages (`speech.clipsDir`), what is still lacking there. The sum goes to standard error.
 */
import { languageSchema } from '#contract/localized.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { openClipLibrary } from '#terminal/speech/clip-library.ts';
import { loadTexts } from '../../renderer/locale/locale-texts.ts';
import { callClips, chainClips, itemClips, pageClips } from './clip-texts.ts';

const EXIT_USAGE = 2;
const [wanted, folder] = process.argv.slice(2);
const language = languageSchema.safeParse(wanted);
if (!language.success) {
  console.error('usage: node scripts/clips/list.ts zh|en|ug [FOLDER]');
  process.exit(EXIT_USAGE);
}

const { items, chains } = loadCatalogue(catalogueDir);
const all = new Map([
  ...pageClips(language.data, await loadTexts(language.data)),
  ...callClips(language.data),
  ...chainClips(language.data, chains),
  ...[...items.values()].flatMap(({ item }) => [...itemClips(language.data, item)]),
]);
const library = openClipLibrary(folder ?? null, ({ event, detail }) => {
  console.error(`${event} ${detail ?? ''}`);
});
const recorded = new Set(library.ids(language.data));
const lacking = [...all].filter(([id]) => !recorded.has(id));
for (const [id, text] of lacking) console.log(`${id},"${text.replaceAll('"', '""')}"`);
console.error(`${String(lacking.length)} of ${String(all.size)} clips are to be recorded`);

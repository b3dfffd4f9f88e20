import vue from '@vitejs/plugin-vue';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rolldown } from 'vite';
import { ideographFaces } from './fonts/ideograph-faces.ts';
import { screenFont } from './fonts/make-screen-font.ts';

/** Limit of the script that the first screen loads, gzip, in kB (docs/architecture.md, budgets). */
const FIRST_SCREEN_LIMIT_KB = 150;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The pages that exist: the bench is left out of a package that has none. */
const pages = Object.fromEntries(
  ['index', 'bench', 'board', 'staff', 'technician', 'provision']
    .map((name) => [name, here(`./${name}.html`)] as const)
    .filter(([, file]) => existsSync(file)),
);

export default defineConfig({
  root: here('.'),
  // Relative: the same files are served from http://127.0.0.1:PORT/ and from app://terminal/.
  base: './',
  plugins: [
    vue(),
    screenFont(),
    withoutWoff(),
    onlyIdeographs(),
    keyboardLicences(),
    fontLicences(),
    firstScreenBudget(),
    compiledAhead(),
  ],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    // Ours is locale/compile-message.ts.
    __INTLIFY_DROP_MESSAGE_COMPILER__: 'true',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  worker: { format: 'es' },
  build: {
    outDir: here('../dist/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    // An inlined asset would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 400,
    rolldownOptions: { input: pages },
  },
});

/**
 * What the start page runs is compiled while it streams in, beside the page's thread and not function by function in
 * it (V8's explicit compile hints, Chromium 136 and later; others read a comment).
 */
function compiledAhead(): Plugin {
  return {
    name: 'compiled-ahead',
    apply: 'build',
    // Behind whoever else writes at the beginning of a file: only there is it read.
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const chunk of firstScreen(bundle)) chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
      },
    },
  };
}

/** Every browser that runs this page reads woff2; the woff twins would double the package. */
function withoutWoff(): Plugin {
  return {
    name: 'without-woff',
    enforce: 'pre',
    transform(code, id) {
      if (!id.includes('@fontsource') || !id.endsWith('.css')) return null;
      return code.replace(/,\s*url\([^)]*\.woff\)\s*format\(['"]woff['"]\)/g, '');
    },
  };
}

/** For the characters of names that the first font has not: a slice is loaded when one of its characters stands there. */
function onlyIdeographs(): Plugin {
  return {
    name: 'only-ideographs',
    enforce: 'pre',
    transform: (code, id) => (id.endsWith('hanamin/HanaMin.css') ? ideographFaces(code) : null),
  };
}

/** The fonts go with their licences. */
function fontLicences(): Plugin {
  return {
    name: 'font-licences',
    apply: 'build',
    generateBundle() {
      for (const [name, folder] of [
        ['LICENSE-NotoSansSC', '@fontsource/noto-sans-sc'],
        ['LICENSE-HanaMin', 'hanamin'],
      ] as const) {
        const source = readFileSync(here(`../node_modules/${folder}/LICENSE`));
        this.emitFile({ type: 'asset', fileName: `licences/fonts/${name}`, source });
      }
    },
  };
}

/** The Arphic Public License asks that its text go wherever the strokes go; the other sources' notices with it. */
function keyboardLicences(): Plugin {
  return {
    name: 'keyboard-licences',
    apply: 'build',
    generateBundle() {
      for (const file of ['ARPHICPL.TXT', 'README.md']) {
        const source = readFileSync(here(`./keyboard/data/${file}`));
        this.emitFile({ type: 'asset', fileName: `licences/keyboard/${file}`, source });
      }
    },
  };
}

/** Prints what the resident's first screen loads as script, and fails the build above the limit. */
function firstScreenBudget(): Plugin {
  return {
    name: 'first-screen-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const loaded = firstScreen(bundle);
      if (loaded.size === 0) return;
      const chunks = Object.values(bundle).filter((entry) => entry.type === 'chunk');
      // Schemas are the terminal's: a library for them costs each screen a third of its start.
      const withSchemas = chunks.find(({ moduleIds }) =>
        moduleIds.some((id) => id.includes('/node_modules/zod/')),
      );
      if (withSchemas)
        this.error(`${withSchemas.fileName} loads zod: a screen imports no schema from the contract`);
      const bytes = [...loaded].reduce((sum, chunk) => sum + gzipSync(chunk.code).byteLength, 0);
      const kB = bytes / 1000;
      console.log(`first screen: ${kB.toFixed(1)} kB of ${FIRST_SCREEN_LIMIT_KB} kB gzip script`);
      if (kB > FIRST_SCREEN_LIMIT_KB) this.error(`the first screen loads ${kB.toFixed(1)} kB of script`);
    },
  };
}

/** The chunks that the resident's start page loads. */
function firstScreen(bundle: Rolldown.OutputBundle): ReadonlySet<Rolldown.OutputChunk> {
  const chunks = Object.values(bundle).filter((entry) => entry.type === 'chunk');
  const loaded = new Set<Rolldown.OutputChunk>();
  const load = (chunk: Rolldown.OutputChunk | undefined): void => {
    if (!chunk || loaded.has(chunk)) return;
    loaded.add(chunk);
    for (const name of chunk.imports) load(chunks.find(({ fileName }) => fileName === name));
  };
  load(chunks.find((chunk) => chunk.isEntry && chunk.name === 'index'));
  return loaded;
}

/**
 * `npm run parcel -- …`: makes and signs packages of program, catalogue and configuration (docs/operations/parcels.md). It runs where the
 * private key lies, which is neither the platform nor a terminal.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { canonicalJson } from '#contract/canonical-json.ts';
import { parcelKindSchema } from '#contract/parcel.ts';
import { loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { requireNode } from './node-version.ts';
import { makeParcel } from './package/make-parcel.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const usage = `npm run parcel -- key FOLDER   a new pair: parcel-key.pem, which stays where it is, and parcel-key.pub
npm run parcel -- catalogue FOLDER FILE   writes the items and chains of a catalogue's folder as one file, to be made a package of
npm run parcel -- make program|catalogue|configuration --version V --file FILE --key PEM --out FOLDER [--needs N.N.N]`;

requireNode('npm run parcel');
const { values, positionals } = parse();
const [verb, first, second] = positionals;
try {
  if (verb === 'key' && first !== undefined) makeKey(first);
  else if (verb === 'catalogue' && first !== undefined && second !== undefined) writeCatalogue(first, second);
  else if (verb === 'make') make(first);
  else stop(usage, EXIT_USAGE);
} catch (error) {
  stop(
    error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : 'failed',
    EXIT_FAILED,
  );
}

function make(kind: string | undefined): void {
  const wanted = z
    .object({
      kind: parcelKindSchema,
      version: z.string(),
      file: z.string(),
      key: z.string(),
      out: z.string(),
      needs: z.string().nullable(),
    })
    .safeParse({ ...values, needs: values.needs ?? null, kind });
  if (!wanted.success) return stop(usage, EXIT_USAGE);
  const key = signingKey(wanted.data.key);
  const made = makeParcel({ ...wanted.data, key, madeAtMs: Date.now() });
  console.log(`${made.manifest}  ${made.manifestSha256}`);
}

function signingKey(file: string): KeyObject {
  const pem = readFileSync(file);
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Not a private key at all: the public one, mostly.
  }
  return stop(`${file} is no private Ed25519 key (PEM): the one of \`npm run parcel -- key\``, EXIT_FAILED);
}

/** Nobody's key is ever written over. */
function makeKey(folder: string): void {
  const file = join(folder, 'parcel-key.pem');
  if (existsSync(file)) return stop(`${file} is there already`, EXIT_FAILED);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
  writeFileSync(join(folder, 'parcel-key.pub'), publicKey.export({ format: 'pem', type: 'spki' }));
  console.log(`parcels: { verifyWith: ${String(publicKey.export({ format: 'jwk' }).x)} }`);
}

/** Broken items stop it: a package is whole, or is none. */
function writeCatalogue(folder: string, file: string): void {
  const { items, chains, refused } = loadCatalogue(resolve(folder));
  if (refused.length > 0) stop(refused.map((each) => `${each.file}: ${each.reason}`).join('\n'), EXIT_FAILED);
  const documents = [...items.values()].map(({ document }) => document);
  writeFileSync(file, canonicalJson({ format: 'yizhan-catalogue-1', items: documents, chains }));
  console.log(`${file}: ${String(documents.length)} items, ${String(chains.length)} chains`);
}

function parse() {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      options: { version: text, file: text, key: text, out: text, needs: text },
      allowPositionals: true,
    });
  } catch {
    return stop(usage, EXIT_USAGE);
  }
}

function stop(sentence: string, exitCode: number): never {
  console.error(sentence);
  process.exit(exitCode);
}

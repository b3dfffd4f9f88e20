import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { rooms, shellOnlyModules } from '../../scripts/import-rules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const skipped = new Set(['node_modules', 'dist', 'release', 'data']);

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : sourceFiles(path);
    // A test stands beside its code and brings in whatever it is tested with; a build's configuration
    // composes like a script.
    const isComposer = /\.test\.ts$|^for-tests\.ts$|\.config\.ts$/.test(entry.name);
    return /\.(ts|vue)$/.test(entry.name) && !isComposer ? [path] : [];
  });
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const code = file.endsWith('.vue')
    ? [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((m) => m[1]).join('\n')
    : text;
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({ from: file, to: target(file, node.moduleSpecifier.text), typesOnly: isTypesOnly(node) });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      found.push({ from: file, to: target(file, node.moduleSpecifier.text), typesOnly: node.isTypeOnly });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0];
      if (argument && ts.isStringLiteral(argument)) {
        found.push({ from: file, to: target(file, argument.text), typesOnly: false });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypesOnly(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    !clause.name &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((entry) => entry.isTypeOnly)
  );
}

/** A path below the repository, or the package's name. */
function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(root, resolve(join(root, dirname(file)), specifier));
  if (!specifier.startsWith('#')) return specifier;
  const alias = Object.entries(manifest.imports).find(([name]) => specifier.startsWith(name.slice(0, -1)));
  if (!alias) throw new Error(`${file} imports ${specifier}, which package.json does not map`);
  return alias[1].slice(2, -1) + specifier.slice(alias[0].length - 1);
}

const roomOf = (path: string) => rooms.find((room) => path.startsWith(`${room.path}/`));

const graph = rooms.flatMap((room) => sourceFiles(room.path)).flatMap(importsOf);

it('reads the graph at all', () => {
  expect(graph.length).toBeGreaterThan(200);
  expect(graph.some((edge) => edge.to.startsWith('contract/'))).toBe(true);
});

it.each(rooms.map((room) => [room.path, room] as const))('%s imports only what it may', (_path, room) => {
  const wrong = graph
    .filter((edge) => roomOf(edge.from) === room)
    .filter((edge) => {
      const to = roomOf(edge.to);
      if (to === room) return false;
      if (!to) return /^(scripts|tests|docs)\//.test(edge.to);
      const allowed = room.mayImport.find((entry) => entry.path === to.path);
      return !allowed || (allowed.typesOnly === true && !edge.typesOnly);
    });
  expect(wrong, room.because).toEqual([]);
});

it('only the Electron shell imports Electron', () => {
  const wrong = graph.filter(
    (edge) => shellOnlyModules.includes(edge.to) && !edge.from.startsWith('electron/shell/'),
  );
  expect(wrong).toEqual([]);
});

it('no two rooms import each other', () => {
  const order = rooms.map((room) => room.path);
  const arrows = new Set(
    graph.flatMap((edge) => {
      const [from, to] = [roomOf(edge.from), roomOf(edge.to)];
      return from && to && from !== to ? [`${from.path} → ${to.path}`] : [];
    }),
  );
  for (const from of order) {
    for (const to of order) {
      expect(arrows.has(`${from} → ${to}`) && arrows.has(`${to} → ${from}`), `${from} ⇄ ${to}`).toBe(false);
    }
  }
});

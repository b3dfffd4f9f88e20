import { join } from 'node:path';
import { connect } from '#platform/database/connect.ts';
import { freePort } from '#platform/database/embedded.ts';
import { plantTerminals, testTerminal } from '#platform/identity/for-tests.ts';
import { seeded } from '../seeded.ts';
import { startBalancer } from './balancer.ts';
import { openBooks, type Books } from './books.ts';
import { DESK_TOKEN } from '#platform/for-tests.ts';
import { startMortalDatabase, type DatabaseEnd, type MortalDatabase } from './database.ts';
import { itemsOf, plugInDepartments } from './departments.ts';
import { pause } from './insist.ts';
import { judgeNodes } from './judge.ts';
import { makeNewerRelease } from './newer-release.ts';
import { superviseNode, type SupervisedNode } from './node-process.ts';
import { readCases, workOn } from './office.ts';
import { workingTerminal } from './terminals.ts';

export interface NodesPlan {
  readonly seed: number;
  readonly terminals: number;
  /** Nodes killed, at seeded moments. */
  readonly kills: number;
  /** How often the database ends in each of its three ways. */
  readonly databaseEnds: number;
  /** The longest quiet time between two misfortunes, in milliseconds. */
  readonly quietMs: number;
}

export interface Played {
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly acts: number;
  readonly attachments: number;
  /** What departments took in, and how often that was something that they had already. */
  readonly entries: number;
  readonly repeats: number;
  readonly misfortunes: number;
  /** What is not as it must be; empty: nothing. */
  readonly wrong: readonly string[];
}

const NODES = 3;
const REPOSITORY = join(import.meta.dirname, '../../..');

type Misfortune =
  | { readonly kind: 'kill' | 'restart'; readonly node: number }
  | { readonly kind: 'database'; readonly how: DatabaseEnd };

/**
 * Three nodes over one PostgreSQL, started at once on an empty database, behind a plain balancer; terminals, the desk and two
 * departments work all the while. Nodes are killed, the database ends in each of its ways, and in the middle the nodes are brought to the next
 * release one by one. In the end every book is held against the others.
 */
export async function playNodes(plan: NodesPlan): Promise<Played> {
  const database = await startMortalDatabase();
  const newer = makeNewerRelease();
  const ports = await Promise.all(Array.from({ length: NODES }, freePort));
  const balancer = await startBalancer(ports);
  const nodes = ports.map((port) =>
    superviseNode(REPOSITORY, { databaseUrl: database.url, port, publicUrl: balancer.url }),
  );
  try {
    await Promise.all(nodes.map((node) => node.ready()));
    const books = await work(plan, balancer.url, database.url, () =>
      misfortunes(plan, nodes, database, newer.checkout),
    );
    await Promise.all(nodes.map((node) => node.ready()));
    const deaths = nodes.flatMap((node) => node.deaths).map((death) => `a node died by itself: ${death}`);
    const pool = connect(database.url);
    const heard = books.departments.flatMap((department) => department.heard);
    const wrong = [...deaths, ...(await judgeNodes(pool, books))];
    await pool.end();
    return {
      acknowledged: books.acknowledged.size,
      unanswered: books.unanswered,
      acts: [...books.acts.values()].flat().length,
      attachments: books.attachments.length,
      entries: heard.length,
      repeats: heard.length - new Set(heard.map(({ cursor }) => cursor)).size,
      misfortunes: plan.kills + 3 * plan.databaseEnds,
      wrong,
    };
  } finally {
    await Promise.all(nodes.map((node) => node.close()));
    await balancer.close();
    await database.close();
    newer.remove();
  }
}

async function work(
  plan: NodesPlan,
  url: string,
  databaseUrl: string,
  befall: () => Promise<void>,
): Promise<Books> {
  const terminals = Array.from({ length: plan.terminals }, (_, at) =>
    testTerminal(`T-${String(at + 1).padStart(2, '0')}`, '999901001'),
  );
  await plantTerminals(databaseUrl, terminals);
  const books = openBooks(2);
  const asked = terminals.map((): string[] => []);
  const working = terminals.map((terminal, index) =>
    workingTerminal({
      terminal,
      index,
      url,
      random: seeded(plan.seed * 1000 + index),
      books,
      asked: asked[index] ?? [],
    }),
  );
  const parts = { url, by: DESK_TOKEN, random: seeded(plan.seed * 1000 + 900), books };
  const departments = await plugInDepartments({ url, databaseUrl, seed: plan.seed * 1000 + 800, books });
  let isOver = false;
  const atWork = Promise.all(working.map((terminal) => terminal.work(() => isOver)));
  let isAllSent = false;
  const atDesk = [
    readCases(
      parts,
      books.read[0] ?? [],
      () => isAllSent,
      async (found) => {
        if (found.itemSlug === itemsOf.desk) await workOn(parts, found, (id) => askItsTerminal(asked, id));
      },
    ),
    readCases(
      { ...parts, random: seeded(plan.seed) },
      books.read[1] ?? [],
      () => isAllSent,
      () => Promise.resolve(),
    ),
  ];
  await befall();
  isOver = true;
  await atWork;
  isAllSent = true;
  await Promise.all(atDesk);
  for (const terminal of working) await terminal.answerCorrections();
  await departments.end();
  return books;
}

/** By its number: each terminal has a million of its own (terminals.ts). */
function askItsTerminal(asked: readonly string[][], applicationId: string): void {
  asked[Math.floor(Number(applicationId.slice(-12)) / 1_000_000)]?.push(applicationId);
}

async function misfortunes(
  plan: NodesPlan,
  nodes: readonly SupervisedNode[],
  database: MortalDatabase,
  newerCheckout: string,
): Promise<void> {
  const random = seeded(plan.seed);
  const all = inSomeOrder(plan, random);
  for (const [at, misfortune] of all.entries()) {
    await pause(plan.quietMs * random());
    await befall(misfortune, nodes, database);
    if (at === Math.floor(all.length / 3)) await upgradeFirst(nodes, newerCheckout);
    if (at === Math.floor((all.length * 2) / 3)) await upgradeRest(nodes, newerCheckout);
  }
  await pause(plan.quietMs);
}

async function befall(
  misfortune: Misfortune,
  nodes: readonly SupervisedNode[],
  database: MortalDatabase,
): Promise<void> {
  switch (misfortune.kind) {
    case 'kill':
      return nodes[misfortune.node]?.kill();
    case 'restart':
      return nodes[misfortune.node]?.restart();
    case 'database':
      return database.endAndStart(misfortune.how);
    default: {
      const never: never = misfortune;
      return never;
    }
  }
}

/** The last node migrates while the others serve; one of those is killed and comes up beside the newer schema. */
async function upgradeFirst(nodes: readonly SupervisedNode[], checkout: string): Promise<void> {
  nodes.at(-1)?.upgradeTo(checkout);
  await nodes.at(-1)?.restart();
  await nodes.at(-1)?.ready();
  await nodes[0]?.kill();
  await nodes[0]?.ready();
}

async function upgradeRest(nodes: readonly SupervisedNode[], checkout: string): Promise<void> {
  for (const node of nodes.slice(0, -1)) {
    node.upgradeTo(checkout);
    await node.restart();
    await node.ready();
  }
}

function inSomeOrder(plan: NodesPlan, random: () => number): Misfortune[] {
  const kills = Array.from({ length: plan.kills }, (): Misfortune => ({
    kind: random() < 0.8 ? 'kill' : 'restart',
    node: Math.floor(random() * NODES),
  }));
  const ends = (['fast', 'immediate', 'killed'] as const).flatMap((how) =>
    Array.from({ length: plan.databaseEnds }, (): Misfortune => ({ kind: 'database', how })),
  );
  return [...kills, ...ends]
    .map((misfortune) => ({ misfortune, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ misfortune }) => misfortune);
}

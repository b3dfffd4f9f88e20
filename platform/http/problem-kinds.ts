import { isContractProcedure, type ErrorMap } from '@orpc/contract';
import { platformContract } from '#contract/platform-api.ts';
import { PROBLEMS_PATH, problemType, transportProblems } from '#contract/problem.ts';
import { problemAdvice } from './problem-advice.ts';

type CodesOf<Node> = Node extends { '~orpc': { errorMap: infer Errors } }
  ? keyof Errors & string
  : { [Key in keyof Node]: CodesOf<Node[Key]> }[keyof Node];

/** Every code of the contract. */
export type ProblemCode = CodesOf<typeof platformContract> | keyof typeof transportProblems;

export interface ProblemKind {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
}

/** Every kind of problem by its code, read from the contract; the same code is the same problem in every call. */
export const problemKinds: ReadonlyMap<string, ProblemKind> = kindsOf();

function kindsOf(): Map<string, ProblemKind> {
  const kinds = new Map<string, ProblemKind>();
  const add = (code: string, status: number, title: string): void => {
    if (!isProblemCode(code)) throw new Error(`${code} is told nowhere (problem-advice.ts)`);
    const known = kinds.get(code);
    if (known !== undefined && (known.status !== status || known.title !== title))
      throw new Error(`${code} is two problems in the contract`);
    kinds.set(code, { type: problemType(code), title, status, code });
  };
  const visit = (node: unknown): void => {
    if (isContractProcedure(node)) {
      const errors: ErrorMap = node['~orpc'].errorMap;
      for (const [code, item] of Object.entries(errors)) {
        if (item?.status === undefined || item.message === undefined)
          throw new Error(`${code} has no status or no sentence in the contract`);
        add(code, item.status, item.message);
      }
    } else if (typeof node === 'object' && node !== null) Object.values(node).forEach(visit);
  };
  visit(platformContract);
  for (const [code, { status, message }] of Object.entries(transportProblems)) add(code, status, message);
  return kinds;
}

function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemAdvice, code);
}

/** What stands behind the `type` of each problem, and the list of all, by path. */
export function problemPages(): ReadonlyMap<string, string> {
  const told = [...problemKinds.values()].map((kind) => ({ ...kind, ...problemAdvice[kind.code] }));
  return new Map([
    [PROBLEMS_PATH, JSON.stringify({ problems: told })],
    ...told.map((kind): [string, string] => [kind.type, JSON.stringify(kind)]),
  ]);
}

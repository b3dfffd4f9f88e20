import type { LocalizedText } from '#contract/localized.ts';
import type { Problem as Refusal } from '#contract/problem.ts';
import type { Official } from '../../officials/accounts.ts';
import type { Role } from '../../officials/roles.ts';
import type { VerbContext } from '../../verbs/base.ts';
import type { CaseView } from '../cases/case-view.ts';
import type { Problem, Values } from '../form.ts';
import type { Piece } from '../html.ts';
import type { TextKey, Texts } from '../texts/texts.ts';

/** What an act sees of the page that it is done on. */
export interface Scene {
  readonly view: CaseView;
  readonly official: Official;
  /** The departments of the catalogue. */
  readonly units: readonly LocalizedText[];
  readonly texts: Texts;
  /** As they were typed; empty at first. */
  readonly values: Values;
}

/** What an official can do to a case: one entry of the table in acts.ts. */
export interface DeskAct {
  /** Part of the page's address, and of the audit's rows. */
  readonly id: string;
  readonly name: TextKey;
  /** What comes of it. */
  readonly about: TextKey;
  /** Of which roles, where not all that may open the case may do it. */
  readonly for?: readonly Role[];
  isOffered(view: CaseView): boolean;
  /** The fields, with what was typed and what is wrong with it. */
  fields(scene: Scene, problems: readonly Problem[]): Piece;
  read(scene: Scene): ReadAct;
  /** What the verb's refusal says of the fields; null, or no such function: only that it was refused. */
  refused?(scene: Scene, refusal: Refusal): readonly Problem[] | null;
}

export type ReadAct =
  | { readonly kind: 'wrong'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'ready';
      /** What is about to be done, for the page that asks once more. */
      readonly summary: readonly (readonly [string, Piece])[];
      /** Through the verb of the contract, as a machine would; rejects with the verb's refusal. */
      perform(context: VerbContext): Promise<unknown>;
    };

import { applicationContentSchema } from '#contract/application.ts';
import type { Answers } from '#contract/answers.ts';
import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import type { CheckedApplication, Intake, ReceivedApplication } from '../intake/intake.ts';
import { applicationsOf } from './chain-draft.ts';
import { correctionOf } from './correction.ts';
import type { Draft, FormStage, ReceivedOne } from './draft.ts';
import { papersFor } from './paper-page.ts';
import { keptPages, paperAttachments, paperRecords, signingOf } from './paper-moves.ts';

/** Gives the intake what was filled in: one application, or those of a chain, which are received as one. */
export async function handIn(
  draft: Draft,
  form: FormStage,
  answers: Answers,
  intake: Intake,
): Promise<Result<readonly ReceivedOne[], Fault>> {
  if (!draft.chain) {
    const application = applicationOf(draft, form, answers);
    const received = await intake.receive(application);
    return received.ok ? ok([receivedOne(application, received.value)]) : received;
  }
  const applications = applicationsOf(
    draft.chain,
    { ...draft, photos: papersFor(draft, form) },
    form,
    answers,
  );
  const chainName = draft.chain.form.chain.name;
  const received = await intake.receiveChain({ chainName, applications });
  if (!received.ok) return received;
  return ok(
    received.value.flatMap((one, index) => {
      const application = applications[index];
      return application ? [receivedOne(application, one)] : [];
    }),
  );
}

function applicationOf(draft: Draft, form: FormStage, answers: Answers): CheckedApplication {
  const { applicationId, item, language } = draft;
  const revised = draft.correction?.revised.get(applicationId);
  const papers = { choices: form.papers, photos: papersFor(draft, form) };
  const content = applicationContentSchema.parse({
    answers,
    consents: form.consents,
    identitySource: form.identity,
    ...(revised?.place ? { chain: revised.place } : {}),
  });
  return {
    applicationId,
    item,
    language,
    content,
    attachments: paperAttachments(item, answers, papers),
    papers: paperRecords(item, answers, papers),
    signing: signingOf(form.signed),
    ...(revised ? { correction: correctionOf(revised, keptPages(item, answers, papers)) } : {}),
  };
}

function receivedOne(
  { applicationId, item }: CheckedApplication,
  received: ReceivedApplication,
): ReceivedOne {
  return { applicationId, name: item.name, ...received };
}

import type { Role } from '../officials/roles.ts';
import type { Answer, SignedInVisit, Visit } from './answer.ts';
import {
  changePassword,
  showAccount,
  showPassword,
  signOutEverywhere,
  switchLanguage,
} from './pages/account.ts';
import { doAct, showAct } from './pages/act.ts';
import { showAlerts } from './pages/alerts.ts';
import { exportAudit, showAudit } from './pages/audit.ts';
import { doCall, showCall, showCallBack, showCallBacks } from './pages/call-backs.ts';
import { showCase, showPicture, showSignature, showWhole } from './pages/case.ts';
import { showFleet } from './pages/fleet.ts';
import { showGuides, showRatings } from './pages/guides-and-ratings.ts';
import { doStep, showCaseOfEntry, showEntry, showLedger, showStep } from './pages/ledger.ts';
import { showCases, showQuestions } from './pages/list.ts';
import { addAccount, closeAccount, givePassword, showOfficials } from './pages/officials.ts';
import { showTerminalAudit } from './pages/terminal-audit.ts';
import { doSignIn, showSignIn, signOut } from './pages/sign-in.ts';

type Method = 'GET' | 'POST';

/** Pages and forms for whoever comes. */
export interface OpenRoute {
  readonly at: `${Method} /desk${string}`;
  answer(visit: Visit): Promise<Answer>;
}

/** Those of officials: of which roles, or of all that are signed in. */
export interface Route {
  readonly at: `${Method} /desk${string}`;
  readonly for: readonly Role[] | 'signed-in';
  /** Also while a password has to be changed first. */
  readonly isBeforeAll?: true;
  /** What was typed into it is kept when the session has ended meanwhile. */
  readonly keepsWords?: true;
  answer(visit: SignedInVisit): Promise<Answer>;
}

export const openRoutes: readonly OpenRoute[] = [
  { at: 'GET /desk/sign-in', answer: showSignIn },
  { at: 'POST /desk/sign-in', answer: doSignIn },
];

const officers: readonly Role[] = ['clerk', 'supervisor'];
const supervisors: readonly Role[] = ['supervisor'];

/** Every page and form of the desk, and whose it is: the only place that says so. */
export const routes: readonly Route[] = [
  { at: 'POST /desk/sign-out', for: 'signed-in', isBeforeAll: true, answer: signOut },
  { at: 'POST /desk/language', for: 'signed-in', isBeforeAll: true, answer: switchLanguage },
  { at: 'GET /desk/password', for: 'signed-in', isBeforeAll: true, answer: showPassword },
  { at: 'POST /desk/password', for: 'signed-in', isBeforeAll: true, answer: changePassword },
  { at: 'GET /desk/account', for: 'signed-in', answer: showAccount },
  { at: 'POST /desk/account/everywhere', for: 'signed-in', answer: signOutEverywhere },
  { at: 'GET /desk', for: officers, answer: showCases },
  { at: 'GET /desk/questions', for: officers, answer: showQuestions },
  { at: 'GET /desk/cases/:caseNo', for: officers, answer: showCase },
  { at: 'POST /desk/cases/:caseNo/show', for: officers, answer: showWhole },
  { at: 'GET /desk/cases/:caseNo/images/:place', for: officers, answer: showPicture },
  { at: 'GET /desk/cases/:caseNo/signatures/:fieldId', for: officers, answer: showSignature },
  { at: 'GET /desk/cases/:caseNo/acts/:act', for: officers, answer: showAct },
  { at: 'POST /desk/cases/:caseNo/acts/:act', for: officers, keepsWords: true, answer: doAct },
  { at: 'GET /desk/alerts', for: supervisors, answer: showAlerts },
  { at: 'GET /desk/ledger', for: supervisors, answer: showLedger },
  { at: 'GET /desk/ledger/:entryNo', for: supervisors, answer: showEntry },
  { at: 'POST /desk/ledger/:entryNo/case', for: supervisors, answer: showCaseOfEntry },
  { at: 'GET /desk/ledger/:entryNo/acts/:act', for: supervisors, answer: showStep },
  { at: 'POST /desk/ledger/:entryNo/acts/:act', for: supervisors, keepsWords: true, answer: doStep },
  { at: 'GET /desk/call-backs', for: supervisors, answer: showCallBacks },
  { at: 'GET /desk/call-backs/:callBackNo', for: supervisors, answer: showCallBack },
  { at: 'GET /desk/call-backs/:callBackNo/call', for: supervisors, answer: showCall },
  { at: 'POST /desk/call-backs/:callBackNo/call', for: supervisors, keepsWords: true, answer: doCall },
  { at: 'GET /desk/fleet', for: supervisors, answer: showFleet },
  { at: 'GET /desk/guides', for: officers, answer: showGuides },
  { at: 'GET /desk/ratings', for: officers, answer: showRatings },
  { at: 'GET /desk/officials', for: ['administrator'], answer: showOfficials },
  { at: 'POST /desk/officials', for: ['administrator'], answer: addAccount },
  { at: 'POST /desk/officials/:officialId/password', for: ['administrator'], answer: givePassword },
  { at: 'POST /desk/officials/:officialId/close', for: ['administrator'], answer: closeAccount },
  { at: 'GET /desk/audit', for: ['auditor'], answer: showAudit },
  { at: 'GET /desk/terminal-audit', for: ['auditor'], answer: showTerminalAudit },
  { at: 'GET /desk/audit.csv', for: ['auditor'], answer: exportAudit },
];

export interface Matched<T> {
  readonly route: T;
  readonly named: Readonly<Record<string, string>>;
}

/** The route of a request, with what stands in the place of its `:names`; null: there is none. */
export function matchRoute<T extends { readonly at: string }>(
  among: readonly T[],
  method: string,
  pathname: string,
): Matched<T> | null {
  const given = pathname.split('/');
  for (const route of among) {
    const [wanted, path = ''] = route.at.split(' ');
    const named = wanted === method ? matchPath(path.split('/'), given) : null;
    if (named !== null) return { route, named };
  }
  return null;
}

function matchPath(wanted: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (wanted.length !== given.length) return null;
  const named: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const own = given[index] ?? '';
    if (segment.startsWith(':')) {
      // Numbers, ids and names of acts: what is escaped is none of them.
      if (!/^[\w.-]{1,60}$/.test(own)) return null;
      named[segment.slice(1)] = own;
    } else if (segment !== own) return null;
  }
  return named;
}

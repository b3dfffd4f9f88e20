import type pg from 'pg';
import { auditFindings, auditStates, isSilent } from './read-terminal-audit.ts';

const MOST_STATES = 200;
const MOST_FINDINGS = 200;

/** What the operator is told: how each terminal stands, or one of them (`terminalId` not empty), and what did not fit. */
export async function terminalAuditCommand(
  pool: pg.Pool,
  terminalId: string,
  nowMs: number,
): Promise<{ readonly done: boolean; readonly lines: readonly string[] }> {
  const found = await auditStates(pool, terminalId, MOST_STATES + 1);
  const states = found.slice(0, MOST_STATES);
  if (terminalId !== '' && states.length === 0)
    return { done: false, lines: [`${terminalId} is not enrolled`] };
  const findings = await auditFindings(pool, terminalId, MOST_FINDINGS);
  const isWell = findings.length === 0 && !states.some((state) => isSilent(state, nowMs));
  return {
    done: isWell,
    lines: [
      ...states.map((state) =>
        [
          state.terminalId,
          state.stationId,
          `${String(state.rows)} rows`,
          `${state.hasTold ? 'told' : 'never told, enrolled'} ${iso(state.heardAtMs)}`,
          ...(isSilent(state, nowMs) ? ['SILENT'] : []),
        ].join('  '),
      ),
      ...(found.length > MOST_STATES
        ? [`These are the ${String(MOST_STATES)} that most need a look; there are more.`]
        : []),
      ...findings.map((finding) => {
        const rows =
          finding.until === null || finding.until === finding.sequence
            ? `row ${String(finding.sequence)}`
            : `rows ${String(finding.sequence)} to ${String(finding.until)}`;
        return `${finding.terminalId}  ${rows}  ${finding.kind}  found ${iso(finding.foundAtMs)}`;
      }),
    ],
  };
}

const iso = (epochMs: number): string => `${new Date(epochMs).toISOString().slice(0, 16)}Z`;

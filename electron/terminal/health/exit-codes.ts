/**
 * By these a terminal that was asked to end says to its supervisor what for. It starts the program again after any code but the
 * last, and the machine after the second.
 */
export const exitCodes = {
  /** sysexits EX_TEMPFAIL: the same program, once more. */
  restartProgram: 75,
  restartMachine: 76,
  /** Nothing is left here that a program could be started for. */
  decommissioned: 79,
} as const;

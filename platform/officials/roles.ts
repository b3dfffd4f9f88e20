import { z } from 'zod';

/**
 * What an official may do at the desk. `clerk` works cases and questions of the unit; `supervisor` watches over that work
 * as well; `auditor` reads the audit and nothing else; `administrator` looks after accounts.
 */
export const roles = ['clerk', 'supervisor', 'auditor', 'administrator'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** Nobody reads the record of his own acts (GB/T 22239-2019 8.1.5.2: audit is kept apart). */
export const rolesSchema = z
  .array(roleSchema)
  .min(1)
  .refine((given) => new Set(given).size === given.length, { error: 'a role stands twice' })
  .refine((given) => !given.includes('auditor') || given.length === 1, {
    error: 'an auditor has no other role',
  });

import { z } from 'zod';

/** `mobile`, or `children.0.childName` inside a repeated group. */
export const pageIdSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}(\.\d{1,2}\.[a-z][A-Za-z0-9]{0,39})?$/);

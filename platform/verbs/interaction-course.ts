import { courseOf } from '../interactions/dispatch.ts';
import { forDesk } from './base.ts';

export const getCourse = forDesk.interactions.course.handler(async ({ context, input, errors }) => {
  const course = await courseOf(context, input.caseNo);
  if (course === null) throw errors.NOT_FOUND();
  return course;
});

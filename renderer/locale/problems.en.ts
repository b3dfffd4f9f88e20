import type { problemCodes } from '#contract/visit.ts';

type ProblemCode = (typeof problemCodes)[number];

/** The English of problems.zh.ts. Words around `{limit}` hold for one as for many. */
export const problemsEn: Record<ProblemCode, string> = {
  required: 'This is still empty. Please fill it in to go on.',
  pattern: 'This is not in the form that is needed. Please check it once more.',
  'too-long': 'The longest that fits here is {limit} characters. Please make it shorter.',
  'id-length': 'An ID number has 18 characters. Please count them.',
  'id-characters': 'In an ID number the first 17 are digits, and the last is a digit or X.',
  'id-birthday': 'The birthday inside this ID number does not fit. Please compare it with the card.',
  'id-check': 'One digit of this ID number may be different. Please compare it with the card.',
  'id-same-person': 'This must be the ID number of another person. Please check it once more.',
  'id-not-a-man': 'This must be the ID number of the man. Please check it again.',
  'id-not-a-woman': 'This must be the ID number of the woman. Please check it again.',
  'date-invalid': 'There is no such day. Please look at the year, month and day.',
  'date-too-early': 'Please give {limit} or a later day.',
  'date-too-late': 'Please give {limit} or an earlier day.',
  'date-closed': 'The office is closed on this day. Please choose another one.',
  'month-invalid': 'There is no such month. Please look at the year and the month.',
  'time-invalid': 'There is no such time. Please look at the hour and the minutes.',
  'number-invalid': 'Please give a number here.',
  'money-invalid': 'Please enter an amount here, such as 1200 or 1200.50.',
  'number-too-small': 'The smallest number here is {limit}.',
  'number-too-large': 'The largest number here is {limit}.',
  'choice-unknown': 'Please choose one from the list.',
  'address-incomplete': 'The address is not complete. Please add the house number.',
  'group-too-few': 'The fewest people to add here is {limit}.',
  'group-too-many': 'The most people to add here is {limit}.',
  'odd-name-differs': 'This name is not the same as the one before. Please look again: is it right?',
  'odd-account-number': 'This card number is unusual. Please compare it with the bank card: is it right?',
  'odd-many-entries': 'That is quite a number of people. Please count again: is it right?',
};

/**
 * What a terminal's first start goes through, without a schema: screens read it too. The technician's words for each are in
 * renderer/locale/provision.*.ts; a code that is not among the problems here is a fault (contract/fault.ts).
 */

/** In the order in which a technician is led through them; he may go to any of them. */
export const provisioningSteps = [
  'clock',
  'network',
  'screen',
  'enrolment',
  'devices',
  'printer',
  'card',
  'display',
  'camera',
  'sound',
  'report',
] as const;
export type ProvisioningStep = (typeof provisioningSteps)[number];

/** What the readiness report answers for; `device` once for each. */
export const readinessItems = [
  'clock',
  'network',
  'screen',
  'enrolment',
  'device',
  'printer',
  'card',
  'display',
  'camera',
  'sound',
  'configuration',
  'store',
] as const;
export type ReadinessItem = (typeof readinessItems)[number];

/** Tests that a person judges. */
export const judgedTests = ['printer', 'card', 'display', 'camera', 'sound'] as const;
export type JudgedTest = (typeof judgedTests)[number];

/** `not-here`: the terminal has none, or nobody was there to judge it; the reason says which. */
export const readinessStates = ['green', 'red', 'not-here'] as const;
export type ReadinessState = (typeof readinessStates)[number];

/** What only a first start finds. A code is never renamed: reports are kept. */
export const provisioningProblems = [
  'clock.before-build', // the machine says a time at which this program did not exist
  'clock.differs', // the platform says another time
  'clock.not-confirmed', // the platform cannot be asked, and nobody has looked at his watch
  'network.name-unknown', // no address for the platform's name
  'network.no-route', // no connection to its address
  'network.refused', // its machine is there, and nothing listens at the port
  'screen.not-measured',
  'screen.not-plausible', // the pixels would be far from square
  'device.not-identified', // nobody has pressed "identify" since it was bound
  'device.other-answers', // another configured device answers at its port; the detail says which
  'device.swapped', // what was sent to this display was seen over another window; the detail says which
  'device.not-seen', // it answers, and nobody sees what it does
  'device.left-out', // a technician decided that it is not here
  'test.not-done',
  'test.not-good', // done, and the technician says that it is not right
  'test.none-here', // the terminal has no such device
  'test.nobody-there', // set up by a file: nobody can see or hear
  'configuration.refused', // the check of the configuration names file, line and key in the detail
] as const;
export type ProvisioningProblem = (typeof provisioningProblems)[number];

/** ISO/IEC 7810, ID-1: the size of every identity card and bank card, in millimetres. */
export const ID_1_CARD_MM = { width: 85.6, height: 53.98 } as const;

import type { Messages } from './zh.ts';

/** An item that cannot be submitted without the line, filled in and kept for a day. */
export const draftsEn: Messages['drafts'] = {
  guide:
    'Without the network you can fill it in here, and this machine keeps it for a day. It is submitted when the network is back.',
  notNow:
    'This can only be submitted when the main office can be reached, and it cannot now. You can fill it in, and this machine keeps it for a day; come back with your ID card when the network is back.',
  start: 'Fill it in and keep it',
  review: {
    alert:
      'The main office cannot be reached, so this cannot be submitted now. You can keep it as a draft: it is not submitted and has no receipt number.',
    later: 'Signature and pictures of papers come when you submit it.',
    keep: 'Keep it as a draft',
  },
  kept: {
    title: 'The draft is kept, and not submitted',
    lead: 'Your application has not been submitted. Please come back and go on before:',
    until: '{day}, {time}',
    how: 'Bring your ID card to this machine, choose the same service, lay down the card, and go on.',
    then: 'After that time what you filled in is erased, and must be filled in again.',
    call: 'To ask whether the network is back, call:',
    privacy: 'The draft is encrypted. Only your own ID card opens it.',
    goodbye:
      'Please come back in time, with your ID card. Take your card and your slip. What you filled in is gone from this screen.',
    slip: 'Slip',
    finish: 'All right',
  },
  resume: {
    title: 'Your draft is still here',
    lead: 'Kept on {day}, {time}, and not submitted yet.',
    ready: 'It can be submitted now. Please look through it once more, and add the signature and the papers.',
    notYet: 'The main office still cannot be reached. You can change it and keep it again.',
    until: 'It is kept until {day}, {time}.',
    take: 'Go on with it',
    drop: 'Delete it and begin again',
    dropHow: 'What is deleted cannot be had back.',
    dropAsk: 'Shall all that you filled in really be deleted?',
    dropYes: 'Delete it',
    dropNo: 'Leave it',
  },
};

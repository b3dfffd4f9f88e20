import type { PageClip } from './spoken.zh.ts';

export const spokenEn: Readonly<Record<PageClip, string>> = {
  'page.home':
    'Welcome. Touch what you want to apply for, or search for it. To ask how a case goes, touch “check progress”.',
  'page.find': 'Write what you want to do, then touch one of the services above.',
  'page.guide':
    'Here it says who may apply, what to bring and how long it takes. When you are ready, touch “start”.',
  'page.chain': 'Several services are filled in here as one. When you are ready, touch “choose what to do”.',
  'page.choose-steps': 'Touch the services that you want together, then touch “start”.',
  'page.goodbye': 'Thank you. Please take your ID card and your slip with you.',
  'page.take-number': 'For a window, touch what it is about, and you get a number.',
  'page.number-class':
    'If you are over seventy, disabled, pregnant or seriously ill, touch “Take a number, go first”. Otherwise touch “Take a number”.',
  'page.number': 'You have a number. Please take the slip, and go to the window when it is called.',
  'page.check-in':
    'If you have booked, lay down your ID card or show the code of the booking. Or enter its number and touch “Find the booking”.',
  'page.come-back':
    'You missed your call? Touch the letter and the three digits of your slip, then “Queue again”.',
  'page.to-window':
    'You can take a number and go on at a window. To hand over what you have filled in, touch “Yes, hand it to the window”.',
  'page.help':
    'For help, touch “Ask somebody to come”. Where there is no such button, go to the window that the screen names.',
  'page.modes': 'Here you can choose large text, reading aloud, seated use, and another language.',
  'page.leave': 'Do you want to leave? What is not submitted will be deleted.',
  'page.idle':
    'Are you still there? Touch “I am here, go on”. Otherwise this ends, and what is not submitted is deleted.',
  'page.mistake': 'Something here has to be corrected.',
  'page.consent': 'Please read this notice, tick what you agree to, and touch “agree and go on”.',
  'page.card':
    'Please lay your ID card on the reader and leave it there. Without a card, touch “No ID card here: type instead”.',
  'page.card-read': 'Your card is read. If this is you, touch “next”, and take your card.',
  'page.group':
    'To add a person, touch “add a person”. When all are there, or there is nobody, touch “next”.',
  'page.paper':
    'Please lay this paper under the camera and touch “take a photo”. If you do not have it, choose another way.',
  'page.review':
    'Please check what you filled in. Touch “change” where it is wrong; if all is right, touch “submit”.',
  'page.blocked': 'You cannot apply for this now. The reason stands here. Please ask staff.',
  'page.put-right': 'If you made a slip, touch “back” and correct it.',
  'page.lost':
    'Some of the services cannot be applied for; the reasons stand here. To go on with the others, touch “I see, go on with the others”.',
  'page.received':
    'This station has received it; the office has not accepted it yet. Keep the slip: its number shows how it goes.',
  'page.drafted':
    'Your draft is kept, and not submitted. Please come back with your ID card before the time on the screen.',
  'page.resume':
    'Your draft is still here. To go on, touch “Go on with it”; if you do not want it, touch “Delete it and begin again”.',
  'page.progress-ways': 'To ask how a case goes, choose your ID card, or the number on your slip.',
  'page.progress-card': 'Please lay your ID card on the reader.',
  'page.progress-number': 'Please enter the number and the code of your slip, then touch “look it up”.',
  'page.progress-list': 'These are your cases. Touch the one that you want to see.',
  'page.progress-case': 'Here it says how far your case has come, the newest first.',
  'page.progress-chain': 'What you applied for together is here, and under each it says how far it has come.',
  'page.correction': 'This has to be corrected. The reason stands below the question.',
  'page.reply': 'Here is the reply of the office. If it does not help, you can ask for another one.',
  'page.refuse-reply': 'Please touch what is wrong with the reply.',
  'page.rate-level': 'How was it? Touch one. You need not: touch “do not rate”.',
  'page.rate-why': 'Please touch the reasons, several or none.',
  'page.rate-words': 'Write here what you want to say, without names and telephone numbers.',
  'page.address-province':
    'Please touch your province. If it is not here, touch “Not here, I will write it”.',
  'page.address-city': 'Please touch your city.',
  'page.address-county': 'Please touch your district or county.',
  'page.address-street': 'Please touch your sub-district or town.',
  'page.address-community': 'Please touch your neighbourhood or village.',
  'page.question.text': 'Please write it with the keyboard, then touch “next”.',
  'page.question.textarea': 'Please write it with the keyboard, in a few sentences, then touch “next”.',
  'page.question.name': 'Please write the name.',
  'page.question.idcard': 'Please enter the eighteen digits of the ID number.',
  'page.question.phone': 'Please enter the telephone number.',
  'page.question.bankcard': 'Please enter the number of the card, slowly.',
  'page.question.select': 'Please touch one, then “next”.',
  'page.question.radio': 'Please touch one, then “next”.',
  'page.question.multiselect': 'You can touch several, then “next”.',
  'page.question.date': 'Please enter year, month and day.',
  'page.question.datetime': 'Please enter year, month, day and time.',
  'page.question.month': 'Please enter year and month.',
  'page.question.number': 'Please enter a number, or touch one.',
  'page.question.money': 'Please enter the amount in yuan.',
  'page.question.address':
    'Please touch your neighbourhood, then write building and door. If yours is not among them, look further down.',
  'page.question.signature':
    'Please write your name in the box with your finger. To begin anew, touch “write again”.',
};

/** Texts of the on-screen keyboard; the application puts them under the key `keyboard`. */
export const keyboardEn = {
  name: 'On-screen keyboard',
  candidates: 'Suggested characters',
  hint: 'Type in pinyin, for example: zhang san',
  hintName: 'Type the name in pinyin, for example: zhang san',
  noCandidates: 'No character sounds like this. Delete some letters and try again.',
  preparing: 'Getting ready…',
  previousPage: 'Back',
  nextPage: 'More',
  backspace: 'Delete',
  done: 'Done',
  choose: 'First one',
  space: 'Space',
  upperCase: 'ABC',
  lowerCase: 'abc',
  layout: {
    pinyin: '拼音',
    latin: 'Letters',
    digits: '123',
    'id-number': 'ID no.',
  },
  key: {
    middleDot: 'Dot ·',
    comma: 'Comma',
    fullStop: 'Full stop',
    at: 'At sign',
    dot: 'Dot',
    hyphen: 'Hyphen',
    apostrophe: 'Apostrophe',
  },
  fault: {
    'keyboard.worker-failed': 'Pinyin is not available now. Use letters or digits, or call staff.',
    'keyboard.dictionary-missing':
      'The pinyin dictionary is not installed. Use letters or digits, or call staff.',
    'keyboard.silent': 'Pinyin does not respond. Press a key again, or call staff.',
  },
} as const;

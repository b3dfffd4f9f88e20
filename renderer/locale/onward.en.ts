export const onwardEn = {
  for: 'Going on for:',
  another: 'Do one more thing',
  said: 'You gave this just now',
  lost: {
    title: 'One of them cannot be done now',
    lead: 'What you told us does not meet this condition yet. The others go on.',
    goOn: 'I see, go on with the others',
  },
} as const;

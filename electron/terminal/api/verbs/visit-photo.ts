import { api } from '../context.ts';

export const visitPhoto = api.visit.photo.handler(({ context: { visits }, input }) =>
  visits.photo(input.photoId),
);

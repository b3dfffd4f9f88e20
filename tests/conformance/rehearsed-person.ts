import type { IdentityDocument } from '#contract/identity.ts';

/** Behind the resident's code of the copy: region 999901 does not exist. */
export const rehearsedPerson: IdentityDocument = {
  kind: 'resident',
  idType: '111',
  name: '试建国',
  sex: '1',
  birthday: '19450312',
  number: '999901194503120014',
};

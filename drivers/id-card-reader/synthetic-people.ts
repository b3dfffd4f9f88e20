import type { IdentityDocument } from '#contract/identity.ts';

/**
 * People who do not exist: region 999901 is no place, and the check characters are right. For the
 * simulator, the bench and the tests; never put a real card's data beside them.
 */
export interface SyntheticPerson {
  readonly id: string;
  readonly document: IdentityDocument;
}

const issuer = '示范市公安局示范分局';

export const syntheticPeople: readonly SyntheticPerson[] = [
  {
    id: 'zhang-jianguo',
    document: {
      kind: 'resident',
      idType: '111',
      name: '张建国',
      sex: '1',
      nation: '01',
      birthday: '19450312',
      address: '示范省示范市示范区幸福街道和平社区建设路1号院2号楼301室',
      number: '999901194503120014',
      issuer,
      validFrom: '20060501',
      validTo: 'long-term',
    },
  },
  {
    id: 'li-xiumei',
    document: {
      kind: 'resident',
      idType: '111',
      name: '李秀梅',
      sex: '2',
      nation: '03',
      birthday: '19880806',
      address: '示范省示范市示范区幸福街道和平社区学院路18号4单元502室',
      number: '999901198808060022',
      issuer,
      validFrom: '20180301',
      validTo: '20380301',
    },
  },
  {
    id: 'wang-lei',
    document: {
      kind: 'resident',
      idType: '111',
      name: '王磊',
      sex: '1',
      nation: '11',
      birthday: '19900214',
      address: '示范省示范市示范区幸福街道新华社区新华里7号楼1203室',
      number: '999901199002140036',
      issuer,
      validFrom: '20210615',
      validTo: '20410615',
    },
  },
  {
    // 𠮷 (U+20BB7) takes two UTF-16 units on the card and four bytes in GB18030; 㛃 and 犇 are rare too.
    id: 'rare-name',
    document: {
      kind: 'resident',
      idType: '111',
      name: '𠮷㛃犇',
      sex: '1',
      nation: '01',
      birthday: '19791125',
      address: '示范省示范市示范区幸福街道和平社区井台巷3号',
      number: '999901197911250073',
      issuer,
      validFrom: '20150909',
      validTo: '20350909',
    },
  },
  {
    id: 'hong-kong-permit',
    document: {
      kind: 'hmt-permit',
      idType: '554',
      name: '陳大文',
      sex: '1',
      birthday: '19680109',
      address: '示范省示范市示范区幸福街道海滨社区港湾路66号',
      number: '999901196801090115',
      issuer,
      validFrom: '20220101',
      validTo: '20270101',
    },
  },
];

/** Throws for a name that is not in the list: the caller chose it. */
export function syntheticPerson(id: string): IdentityDocument {
  const person = syntheticPeople.find((candidate) => candidate.id === id);
  if (person === undefined) throw new Error(`no synthetic person is called ${id}`);
  return person.document;
}

// The certificate library injects its parts by it, and does not bring it.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const weakAlgorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 1024,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const DAY_MS = 86_400_000;

/** A certificate authority of the test's own. */
export interface Authority {
  readonly pem: string;
  /** A server's certificate; `validDays` from and to, counted from now; `weak`: by an RSA key of 1024 bits. */
  issue(options: {
    readonly name: string;
    readonly validDays: readonly [number, number];
    readonly weak?: true;
  }): Promise<Issued>;
}

/** In PEM form. */
export interface Issued {
  readonly cert: string;
  readonly key: string;
}

export async function newAuthority(commonName = 'District test authority'): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: `CN=${commonName}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    pem: root.toString('pem'),
    issue: async ({ name, validDays: [from, to], weak }) => {
      const own = await crypto.subtle.generateKey(weak === true ? weakAlgorithm : algorithm, true, [
        'sign',
        'verify',
      ]);
      const leaf = await x509.X509CertificateGenerator.create({
        serialNumber: '02',
        subject: `CN=${name}`,
        issuer: root.subject,
        notBefore: new Date(Date.now() + from * DAY_MS),
        notAfter: new Date(Date.now() + to * DAY_MS),
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: algorithm,
        extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
      });
      const key = await crypto.subtle.exportKey('pkcs8', own.privateKey);
      return { cert: leaf.toString('pem'), key: x509.PemConverter.encode(key, 'PRIVATE KEY') };
    },
  };
}

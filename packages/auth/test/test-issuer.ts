import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK, SignJWT } from 'jose'

export const RESOURCE = 'http://127.0.0.1:3001/mcp'
export const NOW = Date.UTC(2027, 0, 1, 12)
export const SECONDS = NOW / 1000

export type TestKey = Awaited<ReturnType<typeof testKey>>
type Claims = Record<string, unknown>

/** A key pair with its public JWK. */
export async function testKey(kid: string, alg = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } as JWK,
  }
}

/** A set of the keys' public halves. */
export function keySet(...keys: TestKey[]): JSONWebKeySet {
  return { keys: keys.map((key) => key.jwk) } as JSONWebKeySet
}

export const CLAIMS: Claims = {
  iss: 'https://idp.example',
  sub: 'alice',
  aud: RESOURCE,
  exp: SECONDS + 600,
  tenant: 'acme',
  scope: 'orders:read orders:write',
  roles: ['support'],
  client_id: 'cursor',
}

/** Signs a good token for alice, but for what is changed; `undefined` takes a claim away. */
export function signed(key: TestKey, claims: Claims = {}, header: Claims = {}): Promise<string> {
  const all = Object.fromEntries(
    Object.entries({ ...CLAIMS, ...claims }).filter(([, value]) => value !== undefined),
  )
  return new SignJWT(all)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey)
}

/** A token put together by hand, as a forger would. */
export function forged(header: Claims, claims: Claims = CLAIMS, signature = ''): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${part(header)}.${part(claims)}.${signature}`
}

import { createHmac } from 'node:crypto'
import { exportSPKI, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { InvalidTokenError } from '../src/index.ts'
import { keyFile, testAuthenticator } from './test-authenticator.ts'
import { CLAIMS, forged, keySet, RESOURCE, SECONDS, signed, testKey } from './test-issuer.ts'

const key = await testKey('k1')
const rsa = await testKey('rsa', 'RS256')
const stranger = await testKey('k1')
const open = () => testAuthenticator(keyFile(keySet(key, rsa)).url)

async function refuses(token: string, why: string) {
  const { authenticate } = open()
  const attempt = async () => authenticate(`Bearer ${token}`)
  for (const result of await Promise.allSettled([attempt(), attempt()])) {
    expect(result).toMatchObject({ status: 'rejected', reason: { status: 401 } })
    const { reason } = result as PromiseRejectedResult
    expect(reason).toBeInstanceOf(InvalidTokenError)
    expect(reason.message).toContain(why)
  }
}

test('refuses an unsigned token', async () => {
  await refuses(forged({ alg: 'none', kid: 'k1' }), 'algorithm')
  await refuses(forged({ alg: 'NonE', kid: 'k1' }), 'algorithm')
  await refuses(forged({ alg: 'ES256', kid: 'k1' }), 'signature')
  await refuses(forged({ kid: 'k1' }), 'not a valid')
})

test('refuses a token signed with the public key as a shared secret', async () => {
  for (const secret of [await exportSPKI(rsa.publicKey), JSON.stringify(rsa.jwk), String(rsa.jwk.n)]) {
    const unsigned = forged({ alg: 'HS256', kid: 'rsa', typ: 'at+jwt' }).slice(0, -1)
    const signature = createHmac('sha256', secret).update(unsigned).digest('base64url')
    await refuses(`${unsigned}.${signature}`, 'algorithm')
  }
})

test('refuses a key that a token brings along', async () => {
  await refuses(await signed(stranger, {}, { jwk: stranger.jwk }), 'signature')
  await refuses(
    await signed(stranger, {}, { jwk: stranger.jwk, kid: 'new' }),
    'key that its issuer does not have',
  )
  await refuses(await signed(stranger, {}, { jku: 'http://127.0.0.1:1/jwks' }), 'signature')
  await refuses(await signed(stranger, {}, { x5u: 'http://127.0.0.1:1/x' }), 'signature')
})

test('refuses key names that try to be more than names', async () => {
  for (const kid of [
    '../../../../dev/null',
    "k1' OR '1'='1",
    'file:///etc/passwd',
    '__proto__',
    'k1\0',
    '',
  ]) {
    await refuses(await signed(stranger, {}, { kid }), 'key that its issuer does not have')
  }
  await refuses(forged({ alg: 'ES256', kid: { toString: 'k1' } }, CLAIMS, 'AAAA'), 'does not name its key')
  await refuses(await signed(key, {}, { kid: undefined }), 'does not name its key')
})

test('refuses another audience, in whatever shape it comes', async () => {
  const somebodyElse = 'its audience must be http://127.0.0.1:3001/mcp'
  for (const aud of [
    'http://127.0.0.1:3000/mcp',
    'http://127.0.0.1:3001/mcp/',
    'http://127.0.0.1:3001/mcp/x',
    'http://127.0.0.1:3001',
    'HTTP://127.0.0.1:3001/MCP',
    ['http://127.0.0.1:3000/mcp', 'https://idp.example/userinfo'],
    [],
    [[RESOURCE]],
    { [RESOURCE]: RESOURCE },
    '*',
    '',
  ]) {
    await refuses(await signed(key, { aud }), somebodyElse)
  }
  await refuses(await signed(key, { aud: undefined }), 'no "aud" claim')
})

test('accepts an audience list that names this server', async () => {
  const token = await signed(key, { aud: ['https://idp.example/userinfo', RESOURCE] })
  expect(await open().bearer(token)).toMatchObject({ subject: 'alice' })
})

test('refuses a token without an end, past its end, or with an end that is no time', async () => {
  await refuses(await signed(key, { exp: undefined }), 'no "exp" claim')
  await refuses(await signed(key, { exp: SECONDS }), 'expired')
  await refuses(await signed(key, { exp: SECONDS - 1 }), 'expired')
  for (const exp of ['2099-01-01', `${SECONDS + 60}`, null, true, [SECONDS + 60]]) {
    await refuses(await signed(key, { exp }), '"exp" claim')
  }
})

test('refuses a token before its time, but for a few seconds of clock difference', async () => {
  await refuses(await signed(key, { nbf: SECONDS + 6 }), 'not valid yet')
  await refuses(await signed(key, { nbf: 'never' }), '"nbf" claim')
  expect(await open().bearer(await signed(key, { nbf: SECONDS + 4 }))).toMatchObject({ subject: 'alice' })
})

test('refuses an issuer it does not know, and names that only look like one', async () => {
  for (const iss of [
    'https://evil.example',
    'https://idp.example/',
    'https://idp.example ',
    ['https://idp.example'],
  ]) {
    await refuses(await signed(key, { iss }), 'does not trust')
  }
  await refuses(await signed(key, { iss: undefined }), 'does not trust')
  await refuses(await signed(key, { iss: 'urn:atoll:static-token' }), 'does not trust')
})

test("refuses one trusted issuer's token in the name of another", async () => {
  const other = await testKey('k2')
  const issuers = [
    { issuer: 'https://idp.example', jwks: keyFile(keySet(key)).url },
    { issuer: 'https://other.example', jwks: keyFile(keySet(other)).url },
  ]
  const { bearer } = testAuthenticator('', { issuers })
  expect(await bearer(await signed(other, { iss: 'https://other.example' }))).toMatchObject({
    issuer: 'https://other.example',
  })
  await expect(bearer(await signed(other))).rejects.toThrow('key that its issuer does not have')
  await expect(bearer(await signed(other, {}, { kid: 'k1' }))).rejects.toThrow('signature')
  await expect(bearer(await signed(key, { iss: 'https://other.example' }))).rejects.toThrow('does not have')
})

test('refuses a changed token', async () => {
  const [header, , signature] = (await signed(key)).split('.')
  const [, payload] = forged({}, { ...CLAIMS, sub: 'root' }).split('.')
  await refuses(`${header}.${payload}.${signature}`, 'signature')
})

test('refuses a signature made with another algorithm than its key has', async () => {
  await refuses(await signed(key, {}, { kid: 'rsa' }), 'key that its issuer does not have')
  const pss = await new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: 'PS256', kid: 'k1' })
    .sign((await testKey('x', 'PS256')).privateKey)
  await refuses(pss, 'key that its issuer does not have')
})

test('refuses tokens made for something else', async () => {
  for (const typ of ['dpop+jwt', 'logout+jwt', 'id_token+jwt', 'JWE', '']) {
    await refuses(await signed(key, {}, { typ }), 'not an access token')
  }
  const { bearer } = open()
  for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined]) {
    expect(await bearer(await signed(key, {}, { typ }))).toMatchObject({ subject: 'alice' })
  }
})

test('refuses a token that its issuer bound to a key, rather than taking it as a bearer token', async () => {
  for (const cnf of [{ jkt: 'x' }, { 'x5t#S256': 'x' }, {}, null]) {
    await refuses(await signed(key, { cnf }), 'bound to a key (cnf)')
  }
})

test('refuses a header extension it does not understand', async () => {
  const token = forged({ alg: 'ES256', kid: 'k1', crit: ['x'], x: 1 }, CLAIMS, 'AAAA')
  await refuses(token, 'not a valid')
})

test('refuses a token without a tenant, and says which claim is missing', async () => {
  await refuses(await signed(key, { tenant: undefined }), 'The token has no "tenant" claim.')
  await refuses(await signed(key, { sub: undefined }), 'The token has no "sub" claim.')
})

test('refuses claims that are not what they should be', async () => {
  for (const tenant of ['', 7, ['acme'], { a: 1 }, 'a\nb', 'a\u202eb', 'x'.repeat(129), null]) {
    await refuses(await signed(key, { tenant }), 'unusable "tenant" claim')
  }
  await refuses(await signed(key, { sub: 'a\0' }), 'unusable "sub" claim')
  await refuses(await signed(key, { scope: ['orders:read'] }), 'unusable "scope" claim')
  await refuses(await signed(key, { roles: 'admin' }), 'unusable "roles" claim')
  await refuses(await signed(key, { act: 'gateway' }), 'unusable "act" claim')
})

test('does not look at a token that is too long', async () => {
  await refuses(await signed(key, { more: 'x'.repeat(8192) }), 'too long')
  await refuses('a'.repeat(1_000_000), 'too long')
})

test('refuses what is no token', async () => {
  for (const token of ['x', '..', 'a.b.c', 'a.b.c.d.e', '{}', '[].[].[]', 'null', '\u0000', 'é.é.é']) {
    await refuses(token, 'not a valid access token')
  }
})

test('says nothing of what is inside a token it refuses', async () => {
  const token = await signed(key, { aud: 'https://other.example', sub: 'alice-secret' })
  const error: unknown = await Promise.resolve(open().bearer(token)).catch((thrown: unknown) => thrown)
  const { message, cause } = error as Error
  expect(JSON.stringify([message, String(cause), cause])).not.toMatch(/alice-secret|other\.example/)
})

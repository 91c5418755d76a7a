// Writes .env and secrets/ for compose.yaml, with fresh secrets. Needs Node 20 and nothing else; never overwrites.
// Usage: node infra/docker/make-secrets.mjs [folder]
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const folder = resolve(process.argv[2] ?? here)
const environment = join(folder, '.env')
const secrets = join(folder, 'secrets')

if (existsSync(environment) || existsSync(secrets)) {
  console.error(`There are secrets already; remove ${environment} and ${secrets} to make new ones.`)
  process.exit(1)
}

const example = readFileSync(join(here, '.env.example'), 'utf8')
const made = new Map()
const filled = example.replaceAll(/^([A-Z_]+)=$/gm, (_, name) => {
  // A hash stands below the secret it is of.
  const secret = made.get(name.replace(/_HASH$/, '_SECRET'))
  const value = secret ? createHash('sha256').update(secret).digest('hex') : randomBytes(32).toString('hex')
  made.set(name, value)
  return `${name}=${value}`
})

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const jwk = publicKey.export({ format: 'jwk' })
// RFC 7638: the required members in alphabetical order.
const { crv, kty, x, y } = jwk
const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')

mkdirSync(secrets, { recursive: true, mode: 0o700 })
// Readable inside the containers, whose user is nobody on this machine; the folder keeps everybody else out.
writeFileSync(join(secrets, 'gateway-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
  mode: 0o444,
})
writeFileSync(
  join(secrets, 'gateway-jwks.json'),
  `${JSON.stringify({ keys: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }] })}\n`,
  { mode: 0o444 },
)
writeFileSync(environment, filled, { mode: 0o600 })
console.log(`Wrote ${environment} and ${secrets}`)

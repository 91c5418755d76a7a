import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { JSONWebKeySet } from 'jose'
import { onTestFinished } from 'vitest'
import { type AuthOptions, createAuthenticator } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { NOW, RESOURCE } from './test-issuer.ts'

/** A key set in a file, as a URL, with a function that replaces it. */
export function keyFile(keys: JSONWebKeySet) {
  const path = join(temporaryFolder(), 'jwks.json')
  const write = (next: JSONWebKeySet) => writeFileSync(path, JSON.stringify(next))
  write(keys)
  return { path, url: pathToFileURL(path).href, write }
}

/** An authenticator that trusts https://idp.example with its keys at `jwks`, and a clock that stands still. */
export function testAuthenticator(jwks: string, options: Partial<AuthOptions> = {}) {
  const time = { now: NOW }
  const problems: Error[] = []
  const authenticator = createAuthenticator({
    resource: RESOURCE,
    issuers: [{ issuer: 'https://idp.example', jwks }],
    scopesSupported: ['orders:read', 'orders:write'],
    clock: () => time.now,
    onError: (error) => problems.push(error),
    ...options,
  })
  onTestFinished(() => authenticator.close())
  return {
    ...authenticator,
    time,
    problems,
    bearer: (token: string) => authenticator.authenticate(`Bearer ${token}`),
  }
}

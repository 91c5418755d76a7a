import { AppError, toHttp } from '@atoll/errors'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { createAuthenticator, developmentIssuer, requireScopes } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

test('protects a server as a client sees it, from the invitation to the answer', async () => {
  const app = Fastify()
  const development = developmentIssuer({
    directory: temporaryFolder(),
    issuer: 'http://127.0.0.1:3000/development',
  })
  const idp = Fastify()
  idp.get('/development/jwks.json', () => development.jwks)
  idp.get(development.metadataPath, () => development.metadata)
  const idpUrl = await idp.listen({ port: 0, host: '127.0.0.1' })

  const resource = 'http://127.0.0.1:3001/mcp'
  const auth = createAuthenticator({
    resource,
    issuers: [{ issuer: development.issuer, jwks: `${idpUrl}/development/jwks.json` }],
    scopesSupported: ['orders:read', 'orders:write'],
  })
  onTestFinished(async () => {
    auth.close()
    await Promise.all([app.close(), idp.close()])
  })
  app.get(auth.metadataPath, () => auth.metadata)
  app.post('/mcp', async (request) => {
    const principal = await auth.authenticate(request.headers.authorization)
    requireScopes(principal, ['orders:read', 'orders:write'])
    return { subject: principal.subject }
  })
  app.setErrorHandler((error, request, reply) => {
    const { status, headers, body } = toHttp(error, request.id)
    if (error instanceof AppError && (status === 401 || status === 403)) {
      reply.header('www-authenticate', auth.challenge(error))
    }
    return reply.code(status).headers(headers).send(body)
  })
  const post = async (token?: string) => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const response = await app.inject({ method: 'POST', url: '/mcp', headers })
    return {
      status: response.statusCode,
      challenge: response.headers['www-authenticate'],
      body: response.json(),
    }
  }
  const sign = (scopes: string[], audience = resource) =>
    development.sign({ subject: 'alice', tenant: 'acme', scopes, audience, ttl: '5m' })

  const invitation = await post()
  expect(invitation.status).toBe(401)
  expect(invitation.challenge).not.toContain('error')
  const metadataUrl = /resource_metadata="([^"]+)"/.exec(String(invitation.challenge))?.[1] ?? ''
  const metadata = (await app.inject(new URL(metadataUrl).pathname)).json()
  expect(metadata).toMatchObject({ resource, authorization_servers: [development.issuer] })
  const about = await fetch(`${idpUrl}/.well-known/oauth-authorization-server/development`)
  expect(await about.json()).toMatchObject({ issuer: metadata.authorization_servers[0] })

  const wrong = await post(await sign(['orders:read'], 'http://127.0.0.1:3000/mcp'))
  expect([wrong.status, wrong.challenge]).toEqual([401, expect.stringContaining('error="invalid_token"')])
  const weak = await post(await sign(['orders:read']))
  expect(weak.status).toBe(403)
  expect(weak.challenge).toMatch(/error="insufficient_scope".* scope="orders:read orders:write"/)
  const good = await sign(['orders:read', 'orders:write'])
  expect(await post(good)).toMatchObject({ status: 200, body: { subject: 'alice' } })
  expect(await post(good)).toMatchObject({ status: 200 })
})

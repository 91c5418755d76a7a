import type { ServerDefinition } from '@atoll/server-kit'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { describe, expect, test } from 'vitest'
import type { HttpFixture } from './http-fixture.ts'
import { modernRequest } from './requests.ts'
import type { ContractSubject } from './subject.ts'

/** Over real HTTP: tokens, challenges, both eras, and the refusals that the specification words. */
export function protocolContract<Name extends string, Deps>(
  subject: ContractSubject<Name, Deps>,
  http: () => HttpFixture,
): void {
  const definition: ServerDefinition = subject.server
  const [tool] = definition.tools
  const who = { subject: subject.owner.subject, tenant: 'acme', scopes: subject.owner.scopes }
  const list = (token: string | undefined) => modernRequest('tools/list', {}, token)

  describe('protocol', () => {
    test('challenges a caller without a token, naming metadata that can be read', async () => {
      const { body, headers } = list(undefined)
      const response = await http().post(body, headers)
      expect(response.status).toBe(401)
      const challenge = response.headers.get('www-authenticate') ?? ''
      const path = new URL(/resource_metadata="([^"]+)"/.exec(challenge)?.[1] ?? '').pathname
      expect(path).toMatch(/^\/\.well-known\/oauth-protected-resource\//)
      const metadata = (await (await fetch(http().origin + path)).json()) as Record<string, unknown>
      expect(metadata).toMatchObject({
        resource: expect.any(String),
        authorization_servers: [expect.any(String)],
      })
      expect(metadata.scopes_supported).toEqual(expect.arrayContaining(Object.keys(definition.domain.scopes)))
    })

    test('refuses a token that was issued for another server, or that has expired', async () => {
      const elsewhere = await http().token({ ...who, audience: 'http://127.0.0.1/elsewhere' })
      const expired = await http().expiredToken(who)
      const forged = `${(await http().token(who)).slice(0, -4)}AAAA`
      for (const token of [elsewhere, expired, forged, 'nonsense']) {
        const { body, headers } = list(token)
        const response = await http().post(body, headers)
        expect(response.status).toBe(401)
        expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
      }
    })

    test('answers want of scope with 403 and all scopes needed, for every tool', async () => {
      const token = await http().token({ ...who, scopes: [] })
      for (const { name, scopes } of definition.tools) {
        const { body, headers } = modernRequest('tools/call', { name, arguments: {} }, token)
        const response = await http().post(body, headers)
        expect([name, response.status]).toEqual([name, 403])
        const challenge = response.headers.get('www-authenticate') ?? ''
        expect(challenge).toContain('error="insufficient_scope"')
        expect(challenge).toContain(`scope="${scopes.join(' ')}"`)
      }
    })

    test('words the refusals of malformed requests as the specification does', async () => {
      const token = await http().token(who)
      const good = list(token)
      const call = modernRequest('tools/call', { name: tool?.name, arguments: {} }, token)
      const cases: [string, Record<string, string>, unknown, number, number][] = [
        ['no method header', omit(good.headers, 'mcp-method'), good.body, 400, -32020],
        ['no name header', omit(call.headers, 'mcp-name'), call.body, 400, -32020],
        [
          'another method in the header',
          { ...good.headers, 'mcp-method': 'tools/call' },
          good.body,
          400,
          -32020,
        ],
        ['another name in the header', { ...call.headers, 'mcp-name': 'other' }, call.body, 400, -32020],
        ['no envelope', good.headers, { ...good.body, params: {} }, 400, -32602],
        [
          'an unknown method',
          { ...good.headers, 'mcp-method': 'no/such' },
          { ...good.body, method: 'no/such' },
          404,
          -32601,
        ],
      ]
      for (const [what, headers, body, status, code] of cases) {
        const response = await http().post(body, headers)
        expect([what, response.status]).toEqual([what, status])
        expect(await response.json(), what).toMatchObject({ error: { code } })
      }
      const future = JSON.parse(JSON.stringify(good.body).replaceAll('2026-07-28', '2099-01-01')) as object
      const refused = await http().post(future, { ...good.headers, 'mcp-protocol-version': '2099-01-01' })
      expect(refused.status).toBe(400)
      expect(await refused.json()).toMatchObject({
        error: { code: -32022, data: { supported: ['2026-07-28'] } },
      })
      expect(refused.headers.get('mcp-session-id')).toBeNull()
      const unknown = modernRequest('tools/call', { name: 'no_such_tool', arguments: {} }, token)
      const response = await http().post(unknown.body, unknown.headers)
      expect(await response.json()).toMatchObject({ error: { code: -32602 } })
    })

    test('refuses GET and DELETE, foreign origins and bodies that are not JSON', async () => {
      const authorization = `Bearer ${await http().token(who)}`
      for (const method of ['GET', 'DELETE']) {
        expect((await fetch(http().mcp, { method, headers: { authorization } })).status).toBe(405)
      }
      const { body, headers } = list(await http().token(who))
      expect((await http().post(body, { ...headers, origin: 'https://evil.example' })).status).toBe(403)
      const response = await fetch(http().mcp, { method: 'POST', headers, body: '{"jsonrpc":' })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ error: { code: -32700 } })
    })

    for (const mode of ['auto', 'legacy'] as const) {
      test(`serves a real client of the ${mode === 'auto' ? '2026' : '2025'} era`, async () => {
        const token = await http().token(who)
        const client = new Client({ name: 'contract', version: '1' }, { versionNegotiation: { mode } })
        const transport = new StreamableHTTPClientTransport(new URL(http().mcp), {
          requestInit: { headers: { authorization: `Bearer ${token}` } },
        })
        await client.connect(transport)
        try {
          const { tools } = await client.listTools()
          expect(tools.map((listed) => listed.name).toSorted()).toEqual(
            definition.tools.map(({ name }) => name).toSorted(),
          )
          const read = definition.tools.find(({ effect }) => effect === 'read')
          const result = await client.callTool({
            name: read?.name ?? '',
            arguments: subject.examples[read?.name ?? ''] ?? {},
          })
          expect(result.isError, JSON.stringify(result.content)).toBeFalsy()
          if (mode === 'legacy') expect(result).not.toHaveProperty('resultType')
        } finally {
          await client.close()
        }
      })
    }

    test('says that it lives, what it needs, and what it offers', async () => {
      expect(await (await fetch(`${http().origin}/health`)).json()).toMatchObject({
        status: 'ok',
        version: expect.any(String),
      })
      expect((await fetch(`${http().origin}/ready`)).status).toBe(200)
      expect(await (await fetch(`${http().origin}/metrics`)).text()).toContain(
        'mcp_server_operation_duration_seconds',
      )
      const { tools } = (await (await fetch(`${http().origin}/tools`)).json()) as { tools: unknown[] }
      expect(tools).toHaveLength(definition.tools.length)
    })
  })
}

function omit(headers: Record<string, string>, name: string): Record<string, string> {
  const { [name]: _, ...rest } = headers
  return rest
}

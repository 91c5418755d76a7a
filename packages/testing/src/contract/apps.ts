import { InsufficientScopeError } from '@atoll/errors'
import { APPS_EXTENSION, type ServerDefinition } from '@atoll/server-kit'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { describe, expect, test } from 'vitest'
import { principal } from '../principals.ts'
import type { TestServer } from '../test-server.ts'
import type { HttpFixture } from './http-fixture.ts'
import type { ContractSubject } from './subject.ts'

const MIME_TYPE = 'text/html;profile=mcp-app'

interface Page {
  uri: string
  mimeType: string
  text: string
  _meta: { ui: { csp: Record<string, string[]>; permissions: object } }
}

/** What apps must keep: a page that is there, whole, and asks nothing of anybody. */
export function appContract<Name extends string, Deps>(
  subject: ContractSubject<Name, Deps>,
  server: () => TestServer,
  http: () => HttpFixture,
): void {
  const { owner } = subject
  const definition: ServerDefinition = subject.server
  if (definition.apps.length === 0) return
  const as = principal({ ...owner, tenant: 'acme' })

  describe('apps', () => {
    for (const { name, uri, scopes } of definition.apps) {
      test(`${name} is one HTML document without anything from outside`, async () => {
        const { contents } = await server().request('resources/read', { uri }, { as })
        const [page] = contents as [Page]
        expect(page).toMatchObject({ uri, mimeType: MIME_TYPE, _meta: { ui: { permissions: {} } } })
        expect(Object.values(page._meta.ui.csp).flat()).toEqual([])
        expect(page.text).toMatch(/^<!doctype html>/i)
        expect(fromOutside(page.text)).toEqual([])
      })

      test(`${name} is listed, and named by the tools whose answers it shows`, async () => {
        const { resources } = await server().request('resources/list', {}, { as })
        expect(resources).toContainEqual(expect.objectContaining({ uri, mimeType: MIME_TYPE }))
        const { tools } = await server().request('tools/list', {}, { as })
        const naming = definition.tools.filter(({ app }) => app?.uri === uri)
        for (const tool of naming) {
          expect(tools).toContainEqual(
            expect.objectContaining({
              name: tool.name,
              _meta: expect.objectContaining({
                ui: { resourceUri: uri, visibility: ['model', 'app'] },
                'ui/resourceUri': uri,
              }),
            }),
          )
        }
      })

      test(`${name} is refused without its scopes`, async () => {
        const poor = principal({ ...owner, tenant: 'acme', scopes: scopes.slice(1) })
        const read = server().request('resources/read', { uri }, { as: poor })
        await expect(read).rejects.toThrow(InsufficientScopeError)
      })
    }

    test('are offered to clients of both eras', async () => {
      const token = await http().token({ ...owner, tenant: 'acme' })
      for (const mode of ['auto', 'legacy'] as const) {
        const client = new Client({ name: 'contract', version: '1' }, { versionNegotiation: { mode } })
        const requestInit = { headers: { authorization: `Bearer ${token}` } }
        await client.connect(new StreamableHTTPClientTransport(new URL(http().mcp), { requestInit }))
        const offered = client.getServerCapabilities()?.extensions?.[APPS_EXTENSION]
        await client.close()
        expect(offered, mode).toEqual({ mimeTypes: [MIME_TYPE] })
      }
    })
  })
}

/** Markup that loads something, runs on an event, or leads away. What scripts do is for a browser to show. */
function fromOutside(page: string): string[] {
  const styles = [...page.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/gi)].map(([, style = '']) => style)
  const markup = page.replace(/(<(script|style)[^>]*>)[\s\S]*?<\/\2>/gi, '$1')
  return [
    ...markup.matchAll(/<[^>]+\s(?:src|srcset|href|action|data|on\w+)\s*=[^>]*>/gi),
    ...styles.flatMap((style) => [...style.matchAll(/@import[^;]*|url\((?!["']?data:)[^)]*\)/gi)]),
  ].map(([found]) => found)
}

import { InsufficientScopeError } from '@atoll/errors'
import type { ServerDefinition } from '@atoll/server-kit'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { SkillsClient } from '@modelcontextprotocol/client/ext/skills'
import { describe, expect, test } from 'vitest'
import { principal } from '../principals.ts'
import type { TestServer } from '../test-server.ts'
import type { HttpFixture } from './http-fixture.ts'
import type { ContractSubject } from './subject.ts'

/** What skills must keep: hosts can verify them, and they speak of what is there. */
export function skillContract<Name extends string, Deps>(
  subject: ContractSubject<Name, Deps>,
  server: () => TestServer,
  http: () => HttpFixture,
): void {
  const { owner } = subject
  const definition: ServerDefinition = subject.server
  if (definition.skills.length === 0) return

  describe('skills', () => {
    test('are listed, and each of their files is what its entry says', async () => {
      const client = new Client({ name: 'contract', version: '1' }, { versionNegotiation: { mode: 'auto' } })
      const requestInit = {
        headers: { authorization: `Bearer ${await http().token({ ...owner, tenant: 'acme' })}` },
      }
      await client.connect(new StreamableHTTPClientTransport(new URL(http().mcp), { requestInit }))
      try {
        const host = new SkillsClient(client)
        const { skills } = await host.list()
        expect(skills.map(({ frontmatter }) => frontmatter.name)).toEqual(
          definition.skills.map(({ name }) => name),
        )
        for (const skill of skills)
          for (const file of skill.resources === 'dynamic' ? [] : skill.resources)
            expect(await host.read(skill, file.uri), file.uri).toMatchObject({ verified: true })
      } finally {
        await client.close()
      }
    })

    for (const { name, scopes, instructions, files = {} } of definition.skills) {
      test(`${name} speaks of tools and files that are there`, () => {
        const tools = definition.tools.map((tool) => tool.name)
        const texts = [instructions, ...Object.values(files)]
        for (const text of texts) {
          for (const [, tool] of text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)) expect(tools).toContain(tool)
          for (const [, path = ''] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
            expect(Object.keys(files)).toContain(path)
        }
      })

      test(`${name} is refused without its scopes`, async () => {
        const as = principal({ ...owner, tenant: 'acme', scopes: scopes.slice(1) })
        const read = server().request('resources/read', { uri: `skill://${name}/SKILL.md` }, { as })
        await expect(read).rejects.toThrow(InsufficientScopeError)
      })
    }
  })
}

import type { ServerDefinition } from '@atoll/server-kit'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { alice } from '../principals.ts'
import type { TestServer } from '../test-server.ts'

interface ListedTool {
  name: string
  title: string
  description: string
  inputSchema: {
    type: string
    properties?: Record<string, { description?: string }>
    additionalProperties?: boolean
  }
  outputSchema?: object
  annotations: { readOnlyHint: boolean; destructiveHint: boolean; idempotentHint: boolean }
}

interface Listed extends Record<string, unknown> {
  _meta?: Record<string, unknown>
}

const LISTS = [
  ['tools/list', 'tools', 'name', 'tool'],
  ['resources/list', 'resources', 'uri', 'resource'],
  ['resources/templates/list', 'resourceTemplates', 'uriTemplate', 'resource'],
  ['prompts/list', 'prompts', 'name', 'prompt'],
] as const

/** What is listed: names, words for the model, schemas, hints. */
export function definitionContract(definition: ServerDefinition, server: () => TestServer): void {
  const pages = definition.apps.map((app) => ({ ...app, kind: 'resource' as const, optionalScopes: [] }))
  const everything = [...definition.tools, ...definition.resources, ...definition.prompts, ...pages]
  const list = async () => (await server().request('tools/list', {}, { as: alice() })).tools as ListedTool[]

  describe('definitions', () => {
    test('list every tool once, in a stable order, with valid JSON Schemas', async () => {
      const tools = await list()
      expect(tools.map((tool) => tool.name)).toEqual(definition.tools.map((tool) => tool.name).toSorted())
      const ajv = new Ajv2020({
        strict: false,
        formats: { 'date-time': true, date: true, uri: true, uuid: true, email: true },
      })
      for (const { name, inputSchema, outputSchema } of tools) {
        expect(inputSchema.type, name).toBe('object')
        expect(() => ajv.compile(inputSchema), name).not.toThrow()
        if (outputSchema) expect(() => ajv.compile(outputSchema), name).not.toThrow()
      }
    })

    test('describe every tool and every argument to the model', async () => {
      for (const { name, title, description, inputSchema } of await list()) {
        expect(title.length, name).toBeGreaterThan(2)
        expect(description.length, `${name} needs a description`).toBeGreaterThan(20)
        for (const [argument, schema] of Object.entries(inputSchema.properties ?? {})) {
          expect(schema.description, `${name}.${argument} needs a description`).toBeTruthy()
        }
      }
    })

    test('give hints that agree with what the tools do', async () => {
      const effects = new Map(definition.tools.map((tool) => [tool.name, tool.effect]))
      for (const { name, annotations } of await list()) {
        const effect = effects.get(name)
        expect(annotations.readOnlyHint, name).toBe(effect === 'read')
        expect(annotations.destructiveHint, name).toBe(effect === 'destroy')
        if (effect === 'read') expect(annotations.idempotentHint, name).toBe(true)
      }
    })

    test('need only scopes that the domain declares', () => {
      for (const { name, scopes, optionalScopes = [] } of everything) {
        expect(scopes.length, name).toBeGreaterThan(0)
        for (const scope of [...scopes, ...optionalScopes]) {
          expect(Object.keys(definition.domain.scopes), name).toContain(scope)
        }
      }
    })

    test('list with each tool, resource, template and prompt which scopes it needs and which show more', async () => {
      const listed = new Map<unknown, unknown>()
      for (const [method, field, key, kind] of LISTS) {
        for (const item of await all(server(), method, field)) {
          listed.set(`${kind} ${item[key]}`, item._meta?.[`dev.atoll/${kind}`])
        }
      }
      for (const item of everything) {
        const { scopes, optionalScopes = [] } = item
        const delegates = 'delegates' in item ? item.delegates : undefined
        const more = {
          ...(optionalScopes.length > 0 && { optionalScopes }),
          ...(delegates?.length && { delegates }),
        }
        const name = item.kind === 'resource' ? item.uri : item.name
        expect(listed.get(`${item.kind} ${name}`), name).toMatchObject({ scopes, ...more })
      }
    })
  })
}

async function all(server: TestServer, method: (typeof LISTS)[number][0], field: string): Promise<Listed[]> {
  const items: Listed[] = []
  let cursor: unknown
  do {
    const page = await server.request(method, cursor === undefined ? {} : { cursor }, { as: alice() })
    items.push(...(page[field] as Listed[]))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return items
}

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

/** What is listed: names, words for the model, schemas, hints. */
export function definitionContract(definition: ServerDefinition, server: () => TestServer): void {
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
      for (const { name, scopes } of [...definition.tools, ...definition.resources, ...definition.prompts]) {
        expect(scopes.length, name).toBeGreaterThan(0)
        for (const scope of scopes) expect(Object.keys(definition.domain.scopes), name).toContain(scope)
      }
    })
  })
}

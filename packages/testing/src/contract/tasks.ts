import { InsufficientScopeError } from '@atoll/errors'
import { readTaskId, type ServerDefinition, writeTaskId } from '@atoll/server-kit'
import { describe, expect, test } from 'vitest'
import { principal } from '../principals.ts'
import type { TestServer } from '../test-server.ts'
import type { ContractSubject } from './subject.ts'

const METHODS = ['tasks/get', 'tasks/update', 'tasks/cancel'] as const
const UNKNOWN = { code: -32602 }

/** What tasks must keep: an id is a name, and opens nothing to anybody but the one whose work it is. */
export function taskContract<Name extends string, Deps>(
  subject: ContractSubject<Name, Deps>,
  server: () => TestServer,
): void {
  const { examples, owner } = subject
  const definition: ServerDefinition = subject.server
  const tools = definition.tools.filter(({ task }) => task)
  if (tools.length === 0) return
  const as = principal({ ...owner, tenant: 'acme' })

  describe('tasks', () => {
    for (const { name, scopes } of tools) {
      test(`of ${name} are found by their owner, and unknown to everybody else`, async () => {
        const taskId = await begin(name)
        expect(await server().task(taskId, { as })).toMatchObject({ taskId, status: expect.any(String) })
        const stranger = principal({ ...owner, tenant: 'nobody' })
        const colleague = principal({ ...owner, subject: 'somebody-else', tenant: 'acme' })
        const invented = writeTaskId({ tool: name, id: crypto.randomUUID() })
        for (const method of METHODS) {
          const ask = (id: string, who: typeof as) =>
            server().request(method, { taskId: id, inputResponses: {} }, { as: who, followsTasks: true })
          const missing = await ask(invented, as).catch((error: Error) => error)
          expect(missing).toMatchObject(UNKNOWN)
          for (const other of [stranger, colleague]) {
            // The same words as for what never was.
            await expect(ask(taskId, other)).rejects.toMatchObject({
              ...UNKNOWN,
              message: (missing as Error).message,
            })
          }
        }
        await cancel(taskId)
      })

      test(`of ${name} need its scopes, and a client that follows tasks`, async () => {
        const taskId = await begin(name)
        for (const method of METHODS) {
          const params = { taskId, inputResponses: {} }
          const poor = principal({ ...owner, tenant: 'acme', scopes: scopes.slice(1) })
          const refused = server().request(method, params, { as: poor, followsTasks: true })
          await expect(refused).rejects.toThrow(InsufficientScopeError)
          await expect(server().request(method, params, { as })).rejects.toMatchObject({ code: -32021 })
        }
        await cancel(taskId)
      })
    }

    test('of no tool are unknown', async () => {
      for (const taskId of ['', 'x', 'no_such_tool.1', `${definition.tools[0]?.name}.`]) {
        await expect(server().task(taskId, { as })).rejects.toMatchObject(UNKNOWN)
      }
    })
  })

  async function begin(name: string): Promise<string> {
    const params = { name, arguments: examples[name] }
    const begun = await server().request('tools/call', params, { as, followsTasks: true })
    expect(begun, 'the example of a tool with tasks makes one').toMatchObject({ resultType: 'task' })
    expect(readTaskId(String(begun.taskId))?.tool).toBe(name)
    return String(begun.taskId)
  }

  async function cancel(taskId: string): Promise<void> {
    await server().request('tasks/cancel', { taskId }, { as, followsTasks: true })
  }
}

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { modernRequest } from '@atoll/testing'
import { expect, onTestFinished, test } from 'vitest'

const main = fileURLToPath(new URL('kitchen-main.ts', import.meta.url))

test('a local host follows tasks over stdio', async () => {
  const env = { PATH: process.env.PATH ?? '', MCP_STDIO_TENANT: 'acme', LOG_LEVEL: 'silent' }
  const server = spawn(process.execPath, [main, 'stdio'], { env, stdio: ['pipe', 'pipe', 'ignore'] })
  onTestFinished(() => void server.kill())
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]()
  let id = 0
  async function ask(method: string, params: Record<string, unknown>, capabilities: object) {
    id += 1
    const { body } = modernRequest(method, params, undefined)
    Object.assign(body.params._meta as object, { 'io.modelcontextprotocol/clientCapabilities': capabilities })
    server.stdin.write(`${JSON.stringify({ ...body, id })}\n`)
    return JSON.parse(String((await lines.next()).value)) as { id: number; result?: Record<string, unknown> }
  }
  const follows = { extensions: { 'io.modelcontextprotocol/tasks': {} } }
  const begun = await ask('tools/call', { name: 'bake', arguments: {} }, follows)
  expect(begun).toMatchObject({ id, result: { resultType: 'task', status: 'working' } })
  const params = { taskId: begun.result?.taskId }
  expect(await ask('tasks/get', params, follows)).toMatchObject({
    id,
    result: { ...params, status: 'working' },
  })
  expect(await ask('tasks/get', params, {})).toMatchObject({ id, error: { code: -32021 } })
  expect(await ask('tasks/cancel', params, follows)).toMatchObject({ id, result: { resultType: 'complete' } })
  expect(await ask('tasks/get', params, follows)).toMatchObject({ id, result: { status: 'cancelled' } })
  const decorating = await ask('tools/call', { name: 'decorate', arguments: {} }, follows)
  const update = { taskId: decorating.result?.taskId, inputResponses: { icing: { action: 'decline' } } }
  expect(await ask('tasks/update', update, follows)).toMatchObject({ id, result: { resultType: 'complete' } })
  expect(await ask('tasks/get', { taskId: update.taskId }, follows)).toMatchObject({
    result: { status: 'completed', result: { structuredContent: { cakes: 0 } } },
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { awaitTask, Client, callTool, RpcError } from '../src/index.ts'
import { type BadServer, type Behaviour, badServer, neverAnswer, status } from './servers/bad.ts'

let server: BadServer
let client: Client
beforeEach(async () => {
  server = await badServer()
  client = new Client({ url: server.url, name: 'bad', retry: { firstPause: 1, longestPause: 2 } })
})
afterEach(async () => {
  await client.close()
  await server.close()
})

function answers(result: Record<string, unknown>): Behaviour {
  return (_, response, { id }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', ...result } }))
  }
}

const working = { taskId: 't', status: 'working', pollIntervalMs: 20 }
const asking = { ...working, status: 'input_required', inputRequests: { q: { method: 'roots/list' } } }

test('declares the extension, beside what the caller can do, with every request', async () => {
  server.next.push(answers({ ...working, resultType: 'task' }), answers(working))
  server.next.push(answers({ ...working, status: 'completed', result: { content: [] } }))
  expect(await callTool(client, 'print', {}, { capabilities: { roots: {} } })).toEqual({ content: [] })
  expect(server.calls.map(({ message }) => message.method)).toEqual(['tools/call', 'tasks/get', 'tasks/get'])
  for (const { headers, message } of server.calls) {
    expect(message.params._meta).toMatchObject({
      'io.modelcontextprotocol/clientCapabilities': {
        roots: {},
        extensions: { 'io.modelcontextprotocol/tasks': {} },
      },
    })
    if (message.method === 'tasks/get') expect(headers['mcp-name']).toBe('t')
  }
})

test('answers each question once, however often it is shown', async () => {
  server.next.push(answers(asking), answers({}), answers(asking), answers(asking))
  server.next.push(answers({ ...working, status: 'completed', result: { content: [] } }))
  await awaitTask(client, 't', { answer: () => ({ roots: [] }) })
  const updates = server.calls.filter(({ message }) => message.method === 'tasks/update')
  expect(updates.map(({ message }) => message.params.inputResponses)).toEqual([{ q: { roots: [] } }])
})

test('asks again where the server falters, and begins nothing twice', async () => {
  server.next.push(answers({ ...working, resultType: 'task' }), status(503))
  server.next.push(answers({ ...working, status: 'completed', result: { content: [] } }))
  expect(await callTool(client, 'print', {})).toEqual({ content: [] })
  server.next.push(status(503))
  await expect(callTool(client, 'print', {})).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  expect(server.calls.filter(({ message }) => message.method === 'tools/call')).toHaveLength(2)
})

test('throws the error of a task that failed', async () => {
  const error = { code: -32603, message: 'Broken', data: { why: 'paper' } }
  server.next.push(answers({ ...working, status: 'failed', error }))
  const failed = awaitTask(client, 't')
  await expect(failed).rejects.toBeInstanceOf(RpcError)
  await expect(failed).rejects.toMatchObject(error)
})

test.each([
  ['a task without an id', { resultType: 'task', status: 'working' }],
  ['a completed task without a result', { ...working, status: 'completed' }],
  ['a failed task without an error', { ...working, status: 'failed' }],
])('%s is no answer', async (_, result) => {
  server.next.push(answers(result))
  const call = 'resultType' in result ? callTool(client, 'print', {}) : awaitTask(client, 't')
  await expect(call).rejects.toMatchObject({ code: 'BAD_ANSWER' })
})

describe('the time that a task may take', () => {
  const completed = { ...working, status: 'completed', result: { content: [] } }
  const methods = () => server.calls.map(({ message }) => message.method)

  test('is not the time of one look', async () => {
    const hurried = new Client({ url: server.url, name: 'bad', timeout: 50 })
    server.next.push(neverAnswer)
    await expect(awaitTask(hurried, 't')).rejects.toThrow('bad did not answer within 0.05 s.')
    await hurried.close()
  })

  test('is used up, also where the server wants to be asked later', async () => {
    server.next.push(answers({ ...working, pollIntervalMs: 5000 }), answers(completed))
    expect(await awaitTask(client, 't', { wait: 50, cancelsTask: true })).toEqual({ content: [] })
    expect(methods()).toEqual(['tasks/get', 'tasks/get'])
  })

  test('ends with an error, and with the task where that is wanted', async () => {
    const patient = answers({ ...working, pollIntervalMs: 5000 })
    server.next.push(patient, patient)
    const waiting = awaitTask(client, 't', { wait: 50, cancelsTask: true })
    await expect(waiting).rejects.toThrow('The task is not done after 0.05 s.')
    expect(methods()).toEqual(['tasks/get', 'tasks/get', 'tasks/cancel'])
  })

  test.each([30 * 24 * 3_600_000, Number.POSITIVE_INFINITY])('may be %i ms', async (wait) => {
    server.next.push(answers(working), answers(completed))
    expect(await awaitTask(client, 't', { wait })).toEqual({ content: [] })
  })
})

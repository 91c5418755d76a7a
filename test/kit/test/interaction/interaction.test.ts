import { alice, bob, principal, type TestServer, testServer } from '@atoll/testing'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Machine, machineServer, newMachine } from '../fixture.ts'

const as = alice('machine:use')
const yes = { agreement: { action: 'accept', content: { confirm: true } } }
const params = { name: 'agree', arguments: { word: 'go' } }
let machine: Machine
let server: TestServer

beforeEach(async () => {
  machine = newMachine()
  server = await testServer(machineServer, { deps: machine })
})
afterEach(async () => {
  vi.useRealTimers()
  await server.close()
})

/** The state of a first round, in which the client is asked. */
async function firstRound(): Promise<string> {
  return String((await ask(params)).requestState)
}

function ask(sent: Record<string, unknown>, who = as) {
  return server.request('tools/call', sent, { as: who, capabilities: { elicitation: {} } })
}

test('asks a client that can answer, and acts once it agrees', async () => {
  const result = await server.call('agree', { word: 'go' }, { as, answer: () => yes.agreement })
  expect(result.structuredContent).toEqual({ word: 'go' })
  expect(machine.calls).toBe(1)
})

test('does nothing when the person declines, cancels or unticks', async () => {
  for (const answer of [
    { action: 'decline' },
    { action: 'cancel' },
    { action: 'accept', content: { confirm: false } },
  ]) {
    const result = await server.call('agree', { word: 'go' }, { as, answer: () => answer })
    expect(result.isError).toBe(true)
  }
  expect(machine.calls).toBe(0)
})

test('takes the argument of a client that cannot be asked, and explains it', async () => {
  const refused = await server.call('agree', { word: 'go' }, { as })
  expect(refused.isError).toBe(true)
  expect(refused.content[0]?.text).toContain('confirm: true')
  expect((await server.call('agree', { word: 'go', confirm: true }, { as })).isError).toBeUndefined()
  expect(machine.calls).toBe(1)
})

test('asks again when the answer is missing', async () => {
  const requestState = await firstRound()
  const again = await ask({ ...params, requestState, inputResponses: { other: {} } })
  expect(again).toMatchObject({
    resultType: 'input_required',
    inputRequests: { agreement: { method: 'elicitation/create' } },
  })
})

test('refuses a state that was tampered with, used before, or is somebody else’s', async () => {
  const state = await firstRound()
  const refused = { code: -32602, data: { reason: 'invalid_request_state' } }
  const flipped = `${state.slice(0, -2)}${state.endsWith('A') ? 'B' : 'A'}${state.at(-1)}`
  for (const requestState of [flipped, '', 'nonsense', 7, state.slice(0, 20)]) {
    await expect(ask({ ...params, requestState, inputResponses: yes })).rejects.toMatchObject(refused)
  }
  await expect(
    ask({ ...params, requestState: state, inputResponses: yes }, bob('machine:use')),
  ).rejects.toMatchObject(refused)
  const other = { name: 'agree', arguments: { word: 'something else' } }
  await expect(ask({ ...other, requestState: state, inputResponses: yes })).rejects.toMatchObject(refused)
  expect(machine.calls).toBe(0)
  expect(await ask({ ...params, requestState: state, inputResponses: yes })).toMatchObject({
    structuredContent: { word: 'go' },
  })
  await expect(ask({ ...params, requestState: state, inputResponses: yes })).rejects.toMatchObject(refused)
  expect(machine.calls).toBe(1)
})

describe('a state is good for nothing else than what it was made for:', () => {
  const refused = { code: -32602, data: { reason: 'invalid_request_state' } }
  const me = { subject: 'alice', tenant: 'acme', scopes: ['machine:use'] }

  test.each([
    ['another tool with the same arguments', 'tools/call', { ...params, name: 'count' }, as],
    ['another method', 'prompts/get', { name: 'manual', arguments: { topic: 'go' } }, as],
    ['other arguments', 'tools/call', { name: 'agree', arguments: { word: 'gone' } }, as],
    ['another person', 'tools/call', params, principal({ ...me, subject: 'bob' })],
    ['somebody of that name in another tenant', 'tools/call', params, principal({ ...me, tenant: 'globex' })],
    [
      'somebody of that name at another issuer',
      'tools/call',
      params,
      { ...as, issuer: 'https://other.test' },
    ],
  ] as const)('%s', async (_what, method, sent, who) => {
    const requestState = await firstRound()
    const request = server.request(
      method,
      { ...sent, requestState, inputResponses: yes },
      { as: who, capabilities: { elicitation: {} } },
    )
    await expect(request).rejects.toMatchObject(refused)
    expect(server.audit.at(-1)).toMatchObject({ decision: 'refused', rule: 'state' })
    expect(machine.calls).toBe(0)
    // It was not used up by somebody who could not use it.
    const mine = await ask({ ...params, requestState, inputResponses: yes })
    expect(mine).toMatchObject({ structuredContent: { word: 'go' } })
  })

  test('the time after ten minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await server.close()
    // A server takes its clock when it is made.
    server = await testServer(machineServer, { deps: machine })
    const [first, second] = [await firstRound(), await firstRound()]
    vi.setSystemTime(Date.now() + 10 * 60_000 - 1)
    expect(await ask({ ...params, requestState: first, inputResponses: yes })).toMatchObject({
      structuredContent: { word: 'go' },
    })
    vi.setSystemTime(Date.now() + 1)
    await expect(ask({ ...params, requestState: second, inputResponses: yes })).rejects.toMatchObject(refused)
    expect(machine.calls).toBe(1)
  })

  test('a server with another secret', async () => {
    const requestState = await firstRound()
    const other = await testServer(machineServer, { deps: machine })
    const request = other.request(
      'tools/call',
      { ...params, requestState, inputResponses: yes },
      { as, capabilities: { elicitation: {} } },
    )
    await expect(request).rejects.toMatchObject(refused)
    await other.close()
  })
})

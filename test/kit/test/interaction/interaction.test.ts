import { alice, bob, type TestServer, testServer } from '@atoll/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
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
afterEach(() => server.close())

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

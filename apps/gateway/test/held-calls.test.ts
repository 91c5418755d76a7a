import { type Call, Cancellation } from '@atoll/server-kit'
import { describe, expect, test } from 'vitest'
import { HeldCalls, type HoldLimits, type Send } from '../src/asking/held-calls.ts'

const PARAMS = { name: 'greet', arguments: { loud: true } }

interface Notice {
  method: string
  params: Record<string, unknown>
}

function callOf(subject = 'alice', meta: Record<string, unknown> = {}): Call & { notices: Notice[] } {
  const notices: Notice[] = []
  const scopes = new Set<string>()
  const principal = {
    subject,
    tenant: 'acme',
    scopes,
    roles: scopes,
    clientId: 'x',
    issuer: 'y',
    expiresAt: 9e9,
  }
  return {
    ...{
      era: 'modern',
      protocolVersion: '2026-07-28',
      transport: 'http',
      principal,
      requestId: 'r',
      rpcId: 1,
    },
    ...{ meta, clientCapabilities: {}, clientInfo: undefined, peer: undefined, notices },
    cancellation: new Cancellation(),
    notify: (method, params) => void notices.push({ method, params }),
  }
}

/** A server that greets the one whose name it is told. */
function greeter() {
  let given: Call | undefined
  const send: Send = async (_params, more) => {
    given = more?.call
    const answer = await more?.onRequest('elicitation/create', { message: 'Who?' })
    more?.call.notify('notifications/progress', { progressToken: 7, progress: 1 })
    return { content: [{ type: 'text', text: JSON.stringify(answer) }] }
  }
  return { send, cancelled: () => given?.cancellation.aborted }
}

function start(limits?: Partial<HoldLimits>) {
  const held = new HeldCalls(limits)
  const { send, cancelled } = greeter()
  const carry = (params: object, call = callOf()) =>
    held.carry('tools/call', { ...PARAMS, ...params }, call, send)
  return { held, carry, cancelled }
}

const ANSWERS = { 'question-1': { action: 'accept', content: { name: 'Ada' } } }

describe('a call that is held while its client answers', () => {
  test('goes on with the answer, and speaks to the request that brought it', async () => {
    const { carry } = start()
    const asked = await carry({})
    expect(asked).toEqual({
      resultType: 'input_required',
      inputRequests: { 'question-1': { method: 'elicitation/create', params: { message: 'Who?' } } },
      requestState: expect.any(String),
    })
    const second = callOf('alice', { progressToken: 'mine' })
    const done = await carry({ requestState: asked.requestState, inputResponses: ANSWERS }, second)
    expect(done).toEqual({
      content: [{ type: 'text', text: '{"action":"accept","content":{"name":"Ada"}}' }],
    })
    expect(second.notices).toEqual([
      { method: 'notifications/progress', params: { progressToken: 'mine', progress: 1 } },
    ])
  })

  test('asks again for what was not answered', async () => {
    const { carry } = start()
    const { requestState } = await carry({})
    const again = await carry({ requestState, inputResponses: { other: {}, 'question-1': 'Ada' } })
    expect(again).toMatchObject({ resultType: 'input_required', inputRequests: { 'question-1': {} } })
    expect(again.requestState).not.toBe(requestState)
  })

  test.each([
    ['somebody else', {}, callOf('bob')],
    ['the same person for another call', { arguments: { loud: false } }, callOf()],
    ['a state that was made up', { requestState: 'made-up' }, callOf()],
    ['a state that is no text', { requestState: 7 }, callOf()],
  ])('is not given to %s', async (_, more, call) => {
    const { carry } = start()
    const { requestState } = await carry({})
    await expect(carry({ requestState, inputResponses: ANSWERS, ...more }, call)).rejects.toThrow(
      'This question is not open any more: it was answered, or it took too long.',
    )
    expect(await carry({ requestState, inputResponses: ANSWERS })).toHaveProperty('content')
  })

  test('is answered once', async () => {
    const { carry } = start()
    const { requestState } = await carry({})
    await carry({ requestState, inputResponses: ANSWERS })
    await expect(carry({ requestState, inputResponses: ANSWERS })).rejects.toThrow('not open any more')
  })

  test('is cancelled when the client leaves the request that waits for its end', async () => {
    const held = new HeldCalls()
    let given: Call | undefined
    const send: Send = async (_, more) => {
      given = more?.call
      await more?.onRequest('elicitation/create', {})
      return new Promise((_resolve, reject) => more?.call.cancellation.onAbort(reject))
    }
    const { requestState } = await held.carry('tools/call', PARAMS, callOf(), send)
    const second = callOf()
    const answered = { ...PARAMS, requestState, inputResponses: ANSWERS }
    const waiting = held.carry('tools/call', answered, second, send)
    await Promise.resolve()
    second.cancellation.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    expect(given?.cancellation.aborted).toBe(true)
  })

  test('is cancelled when nobody answers, and when the gateway stops', async () => {
    const short = start({ wait: 1 })
    await short.carry({})
    await expect.poll(short.cancelled).toBe(true)
    const { held, carry, cancelled } = start()
    await carry({})
    held.close()
    expect(cancelled()).toBe(true)
  })

  test('is one of a bounded number', async () => {
    const { carry } = start({ perCaller: 1 })
    await carry({})
    await expect(carry({})).rejects.toMatchObject({ code: 'LIMITED' })
    expect(await carry({}, callOf('bob'))).toMatchObject({ resultType: 'input_required' })
  })

  test('fails as the server does', async () => {
    const held = new HeldCalls()
    const failing: Send = async () => {
      throw new Error('broken')
    }
    await expect(held.carry('tools/call', PARAMS, callOf(), failing)).rejects.toThrow('broken')
  })
})

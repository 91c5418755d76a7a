import { randomUUID } from 'node:crypto'
import { InvalidTokenError } from '@atoll/auth'
import { AppError, InsufficientScopeError, LimitedError } from '@atoll/errors'
import { type Call, Cancellation, ProtocolError } from '@atoll/server-kit'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { RedisHolders } from '../src/asking/other-holders.ts'
import { newSite, startGateway, type TestGateway } from './fixture/fleet.ts'
import { oldServer } from './fixture/pairs/old-server.ts'

const url = process.env.TEST_REDIS_URL
const WHO = { scopes: ['pair:use'] }
const CAN_ANSWER = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } }
const ADA = { 'question-1': { action: 'accept', content: { name: 'Ada' } } }

interface Answer {
  result?: {
    resultType?: string
    requestState?: string
    inputRequests?: object
    isError?: boolean
    content?: { text: string }[]
  }
}

/** Replicas of one gateway in front of one server, and one person who is signed in at all of them. */
async function startReplicas() {
  const server = await oldServer()
  const resource = `http://${randomUUID()}.test/mcp`
  const env = { REDIS_URL: url ?? '', PUBLIC_URL: resource }
  onTestFinished(async () => {
    const redis = new Redis(url ?? '')
    await redis.del(`atoll:gateway:${resource}:pins`)
    redis.disconnect()
  })
  const first = await replicaOf(env, server.url)
  const people = {
    AUTH_ISSUERS: JSON.stringify([{ issuer: first.people.issuer, jwks: first.people.jwksUrl }]),
  }
  const second = await replicaOf({ ...env, ...people }, server.url)
  const authorization = `Bearer ${await first.token(WHO)}`
  const call = async (at: TestGateway, name: string, more: object = {}): Promise<Answer> => {
    const params = { name: `pair__${name}`, arguments: {}, _meta: CAN_ANSWER, ...more }
    return (await (await at.post('tools/call', params, { headers: { authorization } })).json()) as Answer
  }
  return { first, second, call, seen: server.seen, authorization }
}

async function replicaOf(env: Record<string, string>, server: string): Promise<TestGateway> {
  const site = await newSite()
  const servers = [{ name: 'pair', url: server }]
  return await startGateway(site, servers, { env: { ...env, GATEWAY_ISSUER: site.origin } })
}

describe.skipIf(!url)('a call that another replica holds (TEST_REDIS_URL)', () => {
  test('goes on there with an answer that came here, and its result comes back', async () => {
    const { first, second, call } = await startReplicas()
    const { result: asked } = await call(first, 'greet')
    expect(asked).toMatchObject({
      resultType: 'input_required',
      inputRequests: { 'question-1': { method: 'elicitation/create', params: { message: 'Who are you?' } } },
    })
    const requestState = asked?.requestState
    const answered = await call(second, 'greet', { requestState, inputResponses: ADA })
    expect(answered.result?.content).toEqual([{ type: 'text', text: 'Hello, Ada!' }])
    const again = await call(first, 'greet', { requestState, inputResponses: ADA })
    expect(again.result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('This question is not open any more') }],
    })
  })

  test('asks again for what was not answered, wherever the answer comes', async () => {
    const { first, second, call } = await startReplicas()
    const { result: asked } = await call(first, 'greet')
    const { result: still } = await call(second, 'greet', { requestState: asked?.requestState })
    expect(still).toMatchObject({ resultType: 'input_required', inputRequests: asked?.inputRequests })
    expect(still?.requestState).not.toBe(asked?.requestState)
    const answer = { requestState: still?.requestState, inputResponses: ADA }
    expect((await call(second, 'greet', answer)).result?.content?.[0]?.text).toBe('Hello, Ada!')
  })

  test('is not given to the same person for another call', async () => {
    const { first, second, call } = await startReplicas()
    const { result: asked } = await call(first, 'greet')
    const answer = { requestState: asked?.requestState, inputResponses: ADA }
    const other = await call(second, 'greet', { ...answer, arguments: { loud: true } })
    expect(other.result?.content?.[0]?.text).toContain('This question is not open any more')
    expect((await call(second, 'greet', answer)).result?.content?.[0]?.text).toBe('Hello, Ada!')
  })

  test('whose replica is gone is said to be out of reach, and when to try again', async () => {
    const { second, call } = await startReplicas()
    const requestState = `${randomUUID()}.${randomUUID()}`
    const { result } = await call(second, 'greet', { requestState, inputResponses: ADA })
    expect(result).toMatchObject({
      isError: true,
      content: [
        {
          text: expect.stringMatching(
            /^UNAVAILABLE: The replica of the gateway that asked this .* Try again in 2 s\.$/,
          ),
        },
      ],
    })
  })
})

describe.skipIf(!url)('two replicas (TEST_REDIS_URL)', () => {
  const RESUMPTION = { state: 'one', context: 'alice', target: 'greet', responses: {} }

  async function startHolders() {
    const name = randomUUID()
    const [here, there] = await Promise.all([holders(name), holders(name)])
    return { here, there }
  }

  /** Resolves when it is heard. */
  async function holders(name: string) {
    const redis = new Redis(url ?? '')
    const made = new RedisHolders(redis, name, () => {})
    onTestFinished(() => {
      made.close()
      redis.disconnect()
    })
    const channel = `atoll:gateway:${name}:held:${made.self}`
    await expect.poll(() => redis.pubsub('NUMSUB', channel)).toEqual([channel, 1])
    return Object.assign(made, { disconnect: () => redis.disconnect() })
  }

  function request(progressToken?: string) {
    const notices: unknown[] = []
    const cancellation = new Cancellation()
    const meta = progressToken === undefined ? {} : { progressToken }
    const notify: Call['notify'] = (...notice) => void notices.push(notice)
    return { meta, cancellation, notify, notices }
  }

  test('hand on what the server says meanwhile', async () => {
    const { here, there } = await startHolders()
    there.serve(async (resumption, { meta, notify }) => {
      notify('notifications/progress', { progressToken: meta.progressToken, progress: 1 })
      return { said: resumption }
    })
    const current = request('mine')
    expect(await here.resume(there.self, RESUMPTION, current)).toEqual({ said: RESUMPTION })
    expect(current.notices).toEqual([['notifications/progress', { progressToken: 'mine', progress: 1 }]])
  })

  test('cancel the call when its client leaves', async () => {
    const { here, there } = await startHolders()
    const begun = Promise.withResolvers<void>()
    const left = Promise.withResolvers<void>()
    there.serve(async (_, { cancellation }) => {
      cancellation.onAbort(() => left.resolve())
      begun.resolve()
      await left.promise
      throw new Error('cancelled')
    })
    const current = request()
    const resumed = here.resume(there.self, RESUMPTION, current)
    await begun.promise
    current.cancellation.abort(new Error('gone'))
    await expect(resumed).rejects.toThrow('gone')
    await left.promise
  })

  test('do not wait for one that fell silent, and say that the call may have been carried out', async () => {
    const { here, there } = await startHolders()
    const begun = Promise.withResolvers<void>()
    there.serve(() => {
      begun.resolve()
      return new Promise(() => {})
    })
    const resumed = here.resume(there.self, RESUMPTION, request())
    const refused = expect(resumed).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', retryable: false })
    await begun.promise
    there.disconnect()
    await refused
  })

  test('cancel the call when the one that brought the answer is gone', async () => {
    const { here, there } = await startHolders()
    const left = Promise.withResolvers<void>()
    there.serve((_, { cancellation }) => {
      cancellation.onAbort(() => left.resolve())
      here.close()
      return new Promise(() => {})
    })
    const current = request()
    const resumed = here.resume(there.self, RESUMPTION, current)
    await left.promise
    current.cancellation.abort(new Error('gone'))
    await expect(resumed).rejects.toThrow('gone')
  })

  test.each([
    new ProtocolError(-32602, 'Unknown tool', { name: 'greet' }),
    new InsufficientScopeError(['pair:use']),
    new InvalidTokenError('Sign in again.'),
    new LimitedError('Too many.', { retryAfter: 3, details: { limit: 'x' } }),
  ])('fail alike: $message', async (error) => {
    const { here, there } = await startHolders()
    there.serve(() => Promise.reject(error))
    const failed = await here.resume(there.self, RESUMPTION, request()).catch((thrown: unknown) => thrown)
    const shown = ({ message, ...rest }: Error) => ({ message, ...rest, name: undefined, cause: undefined })
    expect(shown(failed as Error)).toEqual(shown(error))
    expect(failed).toBeInstanceOf(error instanceof LimitedError ? AppError : error.constructor)
  })

  test('tell nobody the words of an error that is not for strangers', async () => {
    const { here, there } = await startHolders()
    there.serve(() => Promise.reject(new Error('password is 1234')))
    await expect(here.resume(there.self, RESUMPTION, request())).rejects.toThrow(
      'A call that another replica holds has failed there',
    )
  })
})

import type { Principal } from '@atoll/auth'
import { TokenUnavailableError } from '@atoll/client'
import { InsufficientScopeError, UnavailableError } from '@atoll/errors'
import { describe, expect, test } from 'vitest'
import { entryOf } from '../src/entry.ts'
import { prefixed } from '../src/exposure.ts'
import { translated } from '../src/failure.ts'
import { StaleAnswers } from '../src/stale/stale-answers.ts'
import { newSite, startGateway, type Who } from './fixture/fleet.ts'
import { type RawRequest, rawServer, tool, withTools } from './fixture/raw-server.ts'

const READ = { annotations: { readOnlyHint: true } }
const about = (more: object = {}) => ({ _meta: { 'dev.atoll/tool': { scopes: [], ...more } } })
const TOOLS = [
  tool('price', { ...READ, ...about({ cache: 'principal' }) }),
  tool('secret', { ...READ, ...about({ cache: 'principal', data: 'restricted' }) }),
  tool('fresh', { ...READ, ...about() }),
  tool('unsaid', READ),
  tool('buy', about()),
]

/** The gateway in front of a server that counts its answers. */
async function start(staleIfError: string | undefined = '5m') {
  let answers = 0
  const answer = ({ params, reply }: RawRequest) =>
    reply({ content: [{ type: 'text', text: `${params.name} ${++answers}` }] })
  const raw = await rawServer(withTools(TOOLS, answer))
  const server = { name: 'raw', url: raw.url, ...(staleIfError && { staleIfError }) }
  const gateway = await startGateway(await newSite(), [server])
  const call = async (name: string, as: Who = {}, args: object = {}) => {
    const response = await gateway.post('tools/call', { name: `raw__${name}`, arguments: args }, { as })
    return ((await response.json()) as { result: Record<string, unknown> }).result
  }
  return { ...gateway, raw, call }
}

const UNAVAILABLE = { isError: true, _meta: { 'dev.atoll/error': { code: 'UNAVAILABLE', retryable: true } } }

describe('a server that is down', () => {
  test('answers with what it answered before, marked as stale', async () => {
    const { call, raw, origin } = await start()
    expect(await call('price', {}, { product: 'tea', size: 2 })).not.toHaveProperty('_meta.dev.atoll/stale')
    await raw.stop()
    const stale = await call('price', {}, { size: 2, product: 'tea' })
    expect(stale).not.toHaveProperty('isError')
    expect(stale.content).toEqual([
      { type: 'text', text: 'price 1' },
      {
        type: 'text',
        text: expect.stringMatching(/^This answer is \d+ s old and may be out of date\. raw /),
      },
    ])
    expect(stale._meta).toMatchObject({ 'dev.atoll/stale': { ageMs: expect.any(Number) } })
    const metrics = await (await fetch(`${origin}/metrics`)).text()
    expect(metrics).toContain('atoll_gateway_stale_answers_total{server="raw"} 1')
  })

  test('answers nobody with what somebody else was told', async () => {
    const { call, raw } = await start()
    await call('price')
    await raw.stop()
    const others: Who[] = [
      { subject: 'bob' },
      { tenant: 'globex' },
      { scopes: ['hr:read'] },
      { subject: 'bob', tenant: 'globex' },
    ]
    for (const other of others) expect(await call('price', other)).toMatchObject(UNAVAILABLE)
    expect(await call('price', {}, { other: 'arguments' })).toMatchObject(UNAVAILABLE)
    expect(await call('price')).toMatchObject({ content: [{ text: 'price 1' }, {}] })
  })

  test('does not answer so for what acts, is restricted, or is not said to be cacheable', async () => {
    const { call, raw } = await start()
    const names = ['fresh', 'unsaid', 'buy']
    for (const name of [...names, 'secret']) await call(name)
    await raw.stop()
    expect(await call('secret')).toMatchObject({ _meta: { 'dev.atoll/error': { code: 'RESTRICTED' } } })
    for (const name of names) expect(await call(name)).toMatchObject(UNAVAILABLE)
  })

  test('does not answer with what was true before somebody of the tenant changed something', async () => {
    const { call, raw } = await start()
    for (const tenant of ['acme', 'globex']) await call('price', { tenant })
    await call('buy', { subject: 'bob' })
    await raw.stop()
    expect(await call('price', { tenant: 'acme' })).toMatchObject(UNAVAILABLE)
    expect(await call('price', { tenant: 'globex' })).toMatchObject({ content: [{ text: 'price 2' }, {}] })
  })

  test('answers nobody with what hung on an answer of theirs', async () => {
    const { call, post, raw } = await start()
    const retry = { name: 'raw__price', arguments: {}, requestState: 's', inputResponses: { a: {} } }
    const again = async () => (await (await post('tools/call', retry)).json()) as object
    expect(await again()).toMatchObject({ result: { content: [{ text: 'price 1' }] } })
    await raw.stop()
    expect(await call('price')).toMatchObject(UNAVAILABLE)
    await raw.start()
    await expect
      .poll(() => call('price'), { timeout: 10_000 })
      .toMatchObject({ content: [{ text: 'price 2' }] })
    await raw.stop()
    expect(await again()).toMatchObject({ result: UNAVAILABLE })
    expect(await call('price')).toMatchObject({ content: [{ text: 'price 2' }, {}] })
  })

  test('answers so only where it is configured', async () => {
    const { call, raw } = await start('')
    await call('price')
    await raw.stop()
    expect(await call('price')).toMatchObject(UNAVAILABLE)
  })
})

test('a server that is there is always asked, and its refusals are not papered over', async () => {
  const { call, raw } = await start()
  expect(await call('price')).toMatchObject({ content: [{ text: 'price 1' }] })
  expect(await call('price')).toMatchObject({ content: [{ text: 'price 2' }] })
  const refuse = (code: number) => {
    raw.behave = ({ response }) => {
      const error = { code, message: 'no' }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
    }
  }
  refuse(-32603)
  expect(await call('price')).toMatchObject({
    isError: true,
    content: [{ text: /could not carry this out/ }],
  })
  raw.behave = ({ response }) => void response.writeHead(401).end()
  expect(await call('price')).toMatchObject({ isError: true, content: [{ text: /does not accept/ }] })
  raw.behave = ({ reply }) => reply({ isError: true, content: [{ type: 'text', text: 'no such product' }] })
  expect(await call('price')).toMatchObject({ isError: true, content: [{ text: 'no such product' }] })
})

test('a server of the kit that says what it needs is away counts as one that cannot be reached', async () => {
  const { call, raw } = await start()
  await call('price')
  raw.behave = ({ reply }) =>
    reply({
      isError: true,
      content: [{ type: 'text', text: 'UNAVAILABLE: the database is away' }],
      _meta: { 'dev.atoll/error': { code: 'UNAVAILABLE', status: 503 } },
    })
  expect(await call('price')).toMatchObject({ content: [{ text: 'price 1' }, {}] })
})

describe('what is kept', () => {
  const principal = (subject: string): Principal => ({
    subject,
    tenant: 'acme',
    scopes: new Set(['raw:read']),
    roles: new Set(),
    clientId: 'test',
    issuer: 'https://issuer.test',
    expiresAt: Number.POSITIVE_INFINITY,
  })
  const entry = entryOf(prefixed('raw'), 'tools', {
    name: 'price',
    inputSchema: {},
    ...READ,
    ...about({ cache: 'tenant' }),
  })
  const gone = () => Promise.reject(new UnavailableError('raw cannot be reached right now.'))
  const given = { total: 0, inc: () => {} }
  const ask = (text: string) => () => Promise.resolve({ content: [{ type: 'text', text }] })

  test('is given for as long as configured', async () => {
    let now = 0
    const stale = new StaleAnswers({ keepFor: 1000, given, clock: () => now })
    const question = { entry, args: {}, principal: principal('alice') }
    await stale.answer(question, ask('first'))
    now = 1000
    expect(await stale.answer(question, gone)).toMatchObject({
      content: [{ text: 'first' }, { text: /^This answer is 1 s old/ }],
      _meta: { 'dev.atoll/stale': { ageMs: 1000 } },
    })
    now = 1001
    await expect(stale.answer(question, gone)).rejects.toThrow('cannot be reached')
  })

  test('is bounded in all and in one, and the oldest goes first', async () => {
    const stale = new StaleAnswers({ keepFor: 1000, given, maxSize: 2000, maxEntrySize: 900 })
    const question = (who: string) => ({ entry, args: {}, principal: principal(who) })
    await stale.answer(question('huge'), ask('x'.repeat(1000)))
    await expect(stale.answer(question('huge'), gone)).rejects.toThrow()
    for (const who of ['one', 'two', 'three', 'four']) await stale.answer(question(who), ask('x'.repeat(400)))
    await expect(stale.answer(question('one'), gone)).rejects.toThrow()
    expect(await stale.answer(question('four'), gone)).toHaveProperty('_meta')
  })

  test('was asked for before a change, it is not given after it', async () => {
    const stale = new StaleAnswers({ keepFor: 1000, given })
    const question = { entry, args: {}, principal: principal('alice') }
    const reading = Promise.withResolvers<Record<string, unknown>>()
    const read = stale.answer(question, () => reading.promise)
    await stale.answer({ ...question, entry: undefined }, ask('bought'))
    reading.resolve({ content: [] })
    await read
    await expect(stale.answer(question, gone)).rejects.toThrow('cannot be reached')
  })

  test('was asked for while a task may still change something, it is not given', async () => {
    let now = 0
    const stale = new StaleAnswers({ keepFor: 1000, given, clock: () => now })
    const question = { entry, args: {}, principal: principal('alice') }
    await stale.answer(question, ask('before'))
    const begun = () => Promise.resolve({ resultType: 'task', taskId: '1', ttlMs: 500 })
    await stale.answer({ ...question, entry: undefined }, begun)
    now = 499
    await stale.answer(question, ask('meanwhile'))
    await expect(stale.answer(question, gone)).rejects.toThrow('cannot be reached')
    now = 500
    await expect(stale.answer(question, gone)).rejects.toThrow('cannot be reached')
    await stale.answer(question, ask('after'))
    expect(await stale.answer(question, gone)).toMatchObject({ content: [{ text: 'after' }, {}] })
  })

  test('is not given while nobody can say that the caller may still have it', async () => {
    const stale = new StaleAnswers({ keepFor: 1000, given })
    const question = { entry, args: {}, principal: principal('alice') }
    await stale.answer(question, ask('first'))
    const noToken = new TokenUnavailableError('The identity provider cannot be reached.')
    const refused = () => Promise.reject(translated(noToken, 'raw'))
    await expect(stale.answer(question, refused)).rejects.toThrow('The identity provider cannot be reached.')
  })

  test('is not given to somebody who lost the scope for it', async () => {
    const stale = new StaleAnswers({ keepFor: 1000, given })
    const question = { entry, args: {}, principal: principal('alice') }
    await stale.answer(question, ask('first'))
    const refused = () => Promise.reject(new InsufficientScopeError(['raw:read']))
    await expect(stale.answer(question, refused)).rejects.toThrow(InsufficientScopeError)
  })
})

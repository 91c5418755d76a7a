import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { newFolder, policyOf } from './fixture/policy.ts'
import { describes, type RawRequest, type RawServer, rawServer, tool } from './fixture/raw-server.ts'

type Result = Record<string, unknown>

async function resultOf(response: Response): Promise<Result> {
  return ((await response.json()) as { result: Result }).result
}

function subjectOf({ headers }: RawRequest): string {
  return String(decodeJwt(String(headers.authorization).replace('Bearer ', '')).sub)
}

/** Tools with these hints, and everything else as `more` has it. */
function hinting(hints: object, more?: RawServer['behave']): RawServer['behave'] {
  return (request) => {
    if (!describes(request, ['echo'], hints)) more?.(request)
  }
}

describe('a merged list', () => {
  async function listOf(...hints: object[]): Promise<Result> {
    const servers = await Promise.all(
      hints.map(async (each, at) => ({ name: `raw${at}`, url: (await rawServer(hinting(each))).url })),
    )
    const { post } = await startGateway(await newSite(), servers)
    return await resultOf(await post('tools/list', {}))
  }

  test('has the least time of all servers', async () => {
    const { ttlMs, cacheScope } = await listOf(
      { ttlMs: 60_000, cacheScope: 'public' },
      { ttlMs: 5_000, cacheScope: 'public' },
    )
    expect(cacheScope).toBe('public')
    expect(ttlMs).toBeGreaterThan(0)
    expect(ttlMs).toBeLessThanOrEqual(5_000)
  })

  test.each([5_000.5, 1e300])(
    'says whole milliseconds, as clients take nothing else, of %d',
    async (given) => {
      const { ttlMs } = await listOf({ ttlMs: given, cacheScope: 'public' })
      expect(Number.isSafeInteger(ttlMs)).toBe(true)
    },
  )

  test('is private when one of them is, or does not say', async () => {
    const all = { ttlMs: 60_000, cacheScope: 'public' }
    expect(await listOf(all, { ttlMs: 60_000, cacheScope: 'private' })).toMatchObject({
      cacheScope: 'private',
    })
    expect(await listOf(all, { ttlMs: 60_000 })).toMatchObject({ cacheScope: 'private' })
    expect(await listOf(all, { ttlMs: 60_000, cacheScope: 'everybody' })).toMatchObject({
      cacheScope: 'private',
    })
  })

  test('is private on every page when it is on one', async () => {
    const raw = await rawServer(({ method, params, reply }) => {
      const hints = { ttlMs: 60_000, cacheScope: 'private' }
      const resource = (name: string) => ({ uri: `raw://${name}`, name })
      if (method === 'server/discover')
        reply({ supportedVersions: ['2026-07-28'], capabilities: { resources: {} }, ...hints })
      else if (method !== 'resources/list') reply({ resourceTemplates: [], ...hints })
      else if (params.cursor === undefined) reply({ resources: [resource('a')], nextCursor: 'b', ...hints })
      else reply({ resources: [resource('b')], ...hints, cacheScope: 'public' })
    })
    const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const scopes: unknown[] = []
    let cursor: unknown
    do {
      const page = await resultOf(await post('resources/list', cursor === undefined ? {} : { cursor }))
      scopes.push(page.cacheScope)
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(scopes.length).toBeGreaterThan(1)
    expect(new Set(scopes)).toEqual(new Set(['private']))
  })
})

/** What a document says of itself. */
const PUBLIC = { _meta: { 'dev.atoll/resource': { data: 'public' } } }

/** Rules that show some roles more than others, except of what is public. */
function masking(): Record<string, string> {
  const path = join(newFolder(), 'protection.yaml')
  const tiers = ['tiers:', '  - { tier: none, roles: [privacy] }', 'default: partial']
  writeFileSync(path, ['version: 1', ...tiers, ''].join('\n'))
  return { GATEWAY_PROTECTION_FILE: path }
}

describe('what was read', () => {
  async function read(
    hints: object,
    params: object = {},
    env: Record<string, string> = {},
    about: object = {},
  ): Promise<Result> {
    const contents = [{ uri: 'raw://x', text: 'x', ...about }]
    const raw = await rawServer(hinting({}, ({ reply }) => reply({ contents, ...hints })))
    const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], { env })
    return await resultOf(await post('resources/read', { uri: 'raw+raw://x', ...params }))
  }

  test('may be kept as its server says', async () => {
    const hints = { ttlMs: 5_000, cacheScope: 'public' }
    expect(await read(hints)).toMatchObject(hints)
    expect(await read({ ...hints, cacheScope: 'private' })).toMatchObject({
      ttlMs: 5_000,
      cacheScope: 'private',
    })
  })

  test('may be kept for whole milliseconds, as clients take nothing else', async () => {
    const hints = { ttlMs: 0.5, cacheScope: 'public' }
    expect(await read(hints)).toMatchObject({ ttlMs: 0, cacheScope: 'public' })
    expect(await read({ ...hints, ttlMs: 1e300 })).toMatchObject({ ttlMs: Number.MAX_SAFE_INTEGER })
  })

  test.each([
    ['says nothing', {}],
    ['says for how long only', { ttlMs: 5_000 }],
    ['says for whom only', { cacheScope: 'public' }],
    ['talks nonsense', { ttlMs: -1, cacheScope: 'public' }],
    ['talks other nonsense', { ttlMs: 'long', cacheScope: 'world' }],
  ])('may not be kept where its server %s', async (_, hints) => {
    expect(await read(hints)).toMatchObject({ ttlMs: 0, cacheScope: 'private' })
  })

  test.each([
    ['a policy by person', () => policyOf(`allow: 'principal.subject == "alice"'`).env, {}, 'private'],
    ['a policy by server', () => policyOf(`allow: 'target.server == "raw"'`).env, {}, 'public'],
    ['rules that show some roles more', masking, {}, 'private'],
    ['rules that show some roles more, but not of such data', masking, PUBLIC, 'public'],
  ])('under %s is as its server says where that holds for all', async (_, envOf, about, cacheScope) => {
    const hints = { ttlMs: 5_000, cacheScope: 'public' }
    expect(await read(hints, {}, envOf(), about)).toMatchObject({ ttlMs: 5_000, cacheScope })
  })

  test('may not be kept where somebody was asked for it', async () => {
    const hints = { ttlMs: 5_000, cacheScope: 'public' }
    const answered = { inputResponses: { q: { action: 'accept' } }, requestState: 's' }
    expect(await read(hints, answered)).toMatchObject({ ttlMs: 0, cacheScope: 'private' })
  })
})

describe('a list that is kept', () => {
  test('is fetched once however many want it at a time', async () => {
    const waiting: (() => void)[] = []
    const raw = await rawServer()
    const { fleet } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const before = raw.requests.length
    raw.behave = (request) => {
      waiting.push(() => describes(request, ['echo']))
      if (request.method !== 'tools/list') waiting.pop()?.()
    }
    const looks = Array.from({ length: 10 }, () => fleet.upstreams[0]?.refresh())
    await expect.poll(() => waiting.length).toBe(1)
    waiting[0]?.()
    await Promise.all(looks)
    const asked = raw.requests.slice(before).filter(({ method }) => method === 'tools/list')
    expect(asked).toHaveLength(1)
  })

  test('is kept apart for people who differ in nothing but a scope', async () => {
    const raw = await rawServer(hinting({ ttlMs: 60_000, cacheScope: 'private' }))
    const { post } = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const asked = () =>
      raw.requests.filter((each) => each.method === 'tools/list' && subjectOf(each) === 'alice').length
    for (const scopes of [['raw:a'], ['raw:b'], ['raw:a']]) await post('tools/list', {}, { as: { scopes } })
    expect(asked()).toBe(2)
  })

  describe('and said to have changed', () => {
    /** A private list that is fresh for an hour, and a stream on which its server speaks. */
    async function start(cacheScope: string) {
      let names = ['echo']
      let say: ((method: string) => void) | undefined
      const raw = await rawServer((request) => {
        const { method, response, reply } = request
        if (method === 'server/discover') {
          const capabilities = { tools: { listChanged: true } }
          reply({ supportedVersions: ['2026-07-28'], capabilities, ttlMs: 3_600_000, cacheScope: 'public' })
        } else if (method === 'tools/list') {
          reply({ tools: names.map((name) => tool(name)), ttlMs: 3_600_000, cacheScope })
        } else if (method === 'subscriptions/listen') {
          response.writeHead(200, { 'content-type': 'text/event-stream' })
          const speak = (method: string, params: object = {}) =>
            void response.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method, params })}\n\n`)
          speak('notifications/subscriptions/acknowledged', request.params)
          if (subjectOf(request) === 'gateway') say = speak
        }
      })
      const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
      await expect.poll(() => say).toBeDefined()
      const list = async () => {
        const { tools, ttlMs } = await resultOf(await gateway.post('tools/list', {}))
        return { names: (tools as { name: string }[]).map(({ name }) => name), ttlMs: Number(ttlMs) }
      }
      const change = (to: string[]) => {
        names = to
        say?.('notifications/tools/list_changed')
      }
      return { raw, list, change }
    }

    test('is dropped, for everybody who was shown their own', async () => {
      const { list, change } = await start('private')
      const before = await list()
      expect(before.names).toEqual(['raw__echo'])
      expect(before.ttlMs).toBeGreaterThan(60_000)
      change(['echo', 'more'])
      await expect
        .poll(async () => (await list()).names, { timeout: 500 })
        .toEqual(['raw__echo', 'raw__more'])
    })

    test('is not called fresh until it was fetched again', async () => {
      const { raw, list, change } = await start('public')
      const answer = Promise.withResolvers<void>()
      const { behave } = raw
      let isAsked = false
      raw.behave = (request) => {
        if (request.method !== 'tools/list') return behave(request)
        isAsked = true
        void answer.promise.then(() => behave(request))
      }
      change(['more'])
      await expect.poll(() => isAsked, { timeout: 5000 }).toBe(true)
      expect(await list()).toEqual({ names: ['raw__echo'], ttlMs: 0 })
      answer.resolve()
      await expect.poll(list).toMatchObject({ names: ['raw__more'] })
      expect((await list()).ttlMs).toBeGreaterThan(60_000)
    })

    test('while it was fetched is not called fresh either', async () => {
      const { raw, list, change } = await start('private')
      const { behave } = raw
      let answer: (() => void) | undefined
      raw.behave = (request) => {
        if (request.method !== 'tools/list' || subjectOf(request) === 'gateway') return behave(request)
        answer = () => request.reply({ tools: [tool('echo')], ttlMs: 3_600_000, cacheScope: 'private' })
      }
      const asking = list()
      await expect.poll(() => answer).toBeDefined()
      const looks = () =>
        raw.requests.filter((each) => each.method === 'tools/list' && subjectOf(each) === 'gateway').length
      const before = looks()
      change(['more'])
      // By then the gateway has heard of it.
      await expect.poll(looks, { timeout: 5000 }).toBeGreaterThan(before)
      raw.behave = behave
      answer?.()
      expect(await asking).toEqual({ names: ['raw__echo'], ttlMs: 0 })
      await expect.poll(async () => (await list()).names).toEqual(['raw__more'])
    })
  })
})

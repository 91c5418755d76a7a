import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import { newSite, startFleet, startGateway } from './fixture/fleet.ts'
import { type RawRequest, type RawServer, rawServer } from './fixture/raw-server.ts'

/** Lists one resource for all, and two pages of two for each caller. */
function library(request: RawRequest): void {
  const { method, params, reply, headers } = request
  const caller = String(decodeJwt(String(headers.authorization).replace('Bearer ', '')).sub)
  const resource = (name: string) => ({ uri: `doc://${name}`, name })
  const hints = { ttlMs: 0, cacheScope: 'private' }
  if (method === 'server/discover')
    reply({
      supportedVersions: ['2026-07-28'],
      capabilities: { resources: {} },
      ttlMs: 0,
      cacheScope: 'public',
    })
  else if (method === 'resources/templates/list')
    reply({ resourceTemplates: [], ttlMs: 60_000, cacheScope: 'public' })
  else if (caller === 'gateway') reply({ resources: [resource('all')], ...hints })
  else if (params.cursor === undefined)
    reply({ resources: [resource('all'), resource(`${caller}-1`)], nextCursor: '', ...hints })
  else if (params.cursor === '') reply({ resources: [resource(`${caller}-2`)], ...hints })
  else request.response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
}

async function pages(gateway: Awaited<ReturnType<typeof startGateway>>, subject = 'alice') {
  const found: string[][] = []
  let cursor: string | undefined
  do {
    const response = await gateway.post('resources/list', cursor === undefined ? {} : { cursor }, {
      as: { subject },
    })
    const { result } = (await response.json()) as {
      result: { resources: { uri: string }[]; nextCursor?: string; cacheScope: string }
    }
    expect(result.cacheScope).toBe('private')
    found.push(result.resources.map(({ uri }) => uri))
    cursor = result.nextCursor
  } while (cursor !== undefined)
  return found
}

async function start(behave: RawServer['behave'] = library) {
  const [a, b] = [await rawServer(behave), await rawServer(library)]
  const servers = [
    { name: 'a', url: a.url },
    { name: 'b', url: b.url },
  ]
  return { a, b, gateway: await startGateway(await newSite(), servers) }
}

test('what everybody may see comes first, then what is the caller’s own, server by server and page by page', async () => {
  const { gateway } = await start()
  expect(await pages(gateway)).toEqual([
    ['a+doc://all', 'b+doc://all'],
    ['a+doc://alice-1'],
    ['a+doc://alice-2'],
    ['b+doc://alice-1'],
    ['b+doc://alice-2'],
  ])
  expect((await pages(gateway, 'bob')).flat()).toContain('a+doc://bob-1')
})

test('a server that keeps its own names lists nothing that would be taken for another one’s, to nobody alone either', async () => {
  const caller = ({ headers }: RawRequest) =>
    decodeJwt(String(headers.authorization).replace('Bearer ', '')).sub
  const own = await rawServer((request) => {
    const uris = caller(request) === 'gateway' ? [] : ['b+doc://all', 'b+doc://mine', 'doc://mine']
    const resources = uris.map((uri) => ({ uri, name: uri }))
    if (request.method === 'resources/list') request.reply({ resources, ttlMs: 0, cacheScope: 'private' })
    else library(request)
  })
  const b = await rawServer(library)
  const gateway = await startGateway(await newSite(), [
    { name: 'a', url: own.url, names: 'plain' },
    { name: 'b', url: b.url },
  ])
  expect((await pages(gateway)).flat()).toEqual([
    'b+doc://all',
    'doc://mine',
    'b+doc://alice-1',
    'b+doc://alice-2',
  ])
})

test('no more than one page is asked of a server for one page of the list', async () => {
  const { gateway, a, b } = await start()
  const before = a.requests.length + b.requests.length
  await gateway.post('resources/list', {})
  expect(a.requests.length + b.requests.length).toBe(before)
})

test('a server that cannot answer is passed over', async () => {
  const { gateway, a } = await start()
  a.behave = ({ response }) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  expect(await pages(gateway)).toEqual([
    ['a+doc://all', 'b+doc://all'],
    [],
    ['b+doc://alice-1'],
    ['b+doc://alice-2'],
  ])
})

test('a cursor that a server no longer takes is no cursor of the gateway either', async () => {
  const { gateway, a } = await start()
  const first = (await (await gateway.post('resources/list', {})).json()) as {
    result: { nextCursor: string }
  }
  a.behave = ({ response, reply, method }) => {
    if (method !== 'resources/list') return reply({})
    const error = { code: -32602, message: 'Invalid cursor' }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }))
  }
  const next = await gateway.post('resources/list', { cursor: first.result.nextCursor })
  expect(await next.json()).toMatchObject({
    error: { code: -32602, message: expect.stringContaining('cursor') },
  })
})

test('a resource just made is in the next list', async () => {
  const { post } = await startFleet()
  const first = (await (await post('resources/list', {})).json()) as { result: { nextCursor: string } }
  const own = await post('resources/list', { cursor: first.result.nextCursor }, { as: { subject: 'dora' } })
  expect(await own.json()).toMatchObject({ result: { resources: [{ uri: 'hr+employee://dora' }], ttlMs: 0 } })
})

test('a resource on the web of a list of the caller’s own is read where it is listed, by nobody else', async () => {
  const web = (request: RawRequest) => {
    const { method, params, reply, headers } = request
    const caller = String(decodeJwt(String(headers.authorization).replace('Bearer ', '')).sub)
    const uri = 'https://wiki.example/a'
    const hints = { ttlMs: 0, cacheScope: 'private' }
    if (method === 'resources/read') reply({ contents: [{ uri, text: 'of a' }], ...hints })
    else if (method !== 'resources/list' || caller !== 'alice') library(request)
    else if (params.cursor === undefined) reply({ resources: [], nextCursor: 'b', ...hints })
    else reply({ resources: [{ uri, name: 'a' }], ...hints })
  }
  const { gateway, b } = await start(web)
  const read = async (uri: string, subject: string) =>
    (await gateway.post('resources/read', { uri }, { as: { subject } })).json()
  expect((await pages(gateway)).flat()).toContain('https://wiki.example/a')
  expect(await read('https://wiki.example/a', 'alice')).toMatchObject({
    result: { contents: [{ text: 'of a' }] },
  })
  expect(b.requests.some(({ method }) => method === 'resources/read')).toBe(false)
  for (const [uri, who] of [
    ['https://wiki.example/b', 'alice'],
    ['https://wiki.example/a', 'bob'],
  ] as const)
    expect(await read(uri, who)).toMatchObject({ error: { code: -32602, message: 'Resource not found' } })
})

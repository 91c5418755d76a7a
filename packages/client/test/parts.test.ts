import { describe, expect, test } from 'vitest'
import { headerValue } from '../src/header-value.ts'
import { listAll } from '../src/list.ts'
import { paramHeadersOf, paramHeaderValues } from '../src/param-headers.ts'
import { Remembered } from '../src/remembered.ts'
import { pauseBefore, RETRY } from '../src/retry.ts'
import { createEventParser } from '../src/sse.ts'

describe('the event stream parser', () => {
  const stream =
    ': hello\r\ndata: {"a":1}\r\n\r\nevent: message\ndata:two\ndata: lines\n\nid: 7\rdata: ü\r\rdata: cut'
  const events = ['{"a":1}', 'two\nlines', 'ü']

  test('joins the data lines of each event and drops an unfinished one', () => {
    const seen: string[] = []
    createEventParser((data) => seen.push(data))(stream)
    expect(seen).toEqual(events)
  })

  test('does not mind where the text is cut', () => {
    for (let cut = 1; cut < stream.length; cut++) {
      const seen: string[] = []
      const feed = createEventParser((data) => seen.push(data))
      feed(stream.slice(0, cut))
      for (const character of stream.slice(cut)) feed(character)
      expect(seen, `cut at ${cut}`).toEqual(events)
    }
  })

  test('takes a carriage return for a line end at once, and what may follow it for part of the same', () => {
    const seen: string[] = []
    const feed = createEventParser((data) => seen.push(data))
    feed('data: one\r\r')
    expect(seen).toEqual(['one'])
    feed('data: two\r')
    feed('')
    feed('\ndata: lines\r')
    expect(seen).toEqual(['one'])
    feed('\n\r')
    expect(seen).toEqual(['one', 'two\nlines'])
  })

  test.each(['id: 1\ndata: \n\n', 'retry: 500\ndata\n\n', 'id: 2\n\n'])('takes %j for no event', (empty) => {
    const seen: string[] = []
    createEventParser((data) => seen.push(data))(`${empty}data: next\n\n`)
    expect(seen).toEqual(['next'])
  })
})

test.each([
  ['us-west1', 'us-west1'],
  ['two words', 'two words'],
  ['', '=?base64??='],
  [' padded ', '=?base64?IHBhZGRlZCA=?='],
  ['line\nbreak', '=?base64?bGluZQpicmVhaw==?='],
  ['Zürich', '=?base64?WsO8cmljaA==?='],
  ['=?base64?aGk=?=', '=?base64?PT9iYXNlNjQ/YUdrPT89?='],
])('the header value of %j is %j', (text, value) => {
  expect(headerValue(text)).toBe(value)
})

describe('arguments repeated in headers', () => {
  const schema = {
    type: 'object',
    properties: {
      region: { type: 'string', 'x-mcp-header': 'Region' },
      page: { type: 'object', properties: { size: { type: 'integer', 'x-mcp-header': 'Page-Size' } } },
      'x-mcp-header': { type: 'string' },
    },
  }

  test('are found at any depth', () => {
    expect(paramHeadersOf(schema)).toEqual([
      { path: ['region'], name: 'Region' },
      { path: ['page', 'size'], name: 'Page-Size' },
    ])
  })

  test('are encoded, and left out when absent or null', () => {
    const declared = paramHeadersOf(schema) ?? []
    expect(paramHeaderValues(declared, { region: 'Zürich', page: { size: 10 } })).toEqual({
      'mcp-param-region': '=?base64?WsO8cmljaA==?=',
      'mcp-param-page-size': '10',
    })
    expect(paramHeaderValues(declared, { region: null })).toEqual({})
  })

  test.each([
    ['no token', { properties: { a: { type: 'string', 'x-mcp-header': 'a b' } } }],
    [
      'the same name twice',
      {
        properties: {
          a: { type: 'string', 'x-mcp-header': 'X' },
          b: { type: 'string', 'x-mcp-header': 'x' },
        },
      },
    ],
    ['an object', { properties: { a: { type: 'object', 'x-mcp-header': 'a' } } }],
    ['inside items', { properties: { a: { items: { type: 'string', 'x-mcp-header': 'a' } } } }],
    ['inside anyOf', { anyOf: [{ properties: { a: { type: 'string', 'x-mcp-header': 'a' } } }] }],
    ['on the root', { type: 'string', 'x-mcp-header': 'a' }],
  ])('make the tool unusable: %s', (_, broken) => {
    expect(paramHeadersOf(broken)).toBeUndefined()
  })
})

describe('what is remembered', () => {
  test('is obtained once for all who ask at the same time, and again after it expired', async () => {
    let now = 0
    let obtained = 0
    const memory = new Remembered<number>({ size: 2, lifetime: 10, clock: () => now })
    const obtain = async () => ++obtained
    expect(await Promise.all([memory.get('a', obtain), memory.get('a', obtain)])).toEqual([1, 1])
    now = 9
    expect(await memory.get('a', obtain)).toBe(1)
    now = 10
    expect(await memory.get('a', obtain)).toBe(2)
  })

  test('does not include failures', async () => {
    const memory = new Remembered<string>({ size: 2, lifetime: 10 })
    await expect(memory.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await memory.get('a', async () => 'yes')).toBe('yes')
  })

  test('is said to go where another takes its place', () => {
    const dropped: string[] = []
    const memory = new Remembered<string>({ size: 2, lifetime: 1000, onDrop: (value) => dropped.push(value) })
    for (const value of ['a', 'a', 'b']) memory.set('key', value)
    expect(dropped).toEqual(['a'])
    expect(memory.values()).toEqual(['b'])
  })

  test('is bounded: what was unused for longest goes, and is said to go', async () => {
    const dropped: string[] = []
    const memory = new Remembered<string>({ size: 2, lifetime: 1000, onDrop: (value) => dropped.push(value) })
    for (const key of ['a', 'b', 'a', 'c']) await memory.get(key, async () => key)
    expect(dropped).toEqual(['b'])
    expect([memory.peek('a'), memory.peek('b'), memory.peek('c')]).toEqual(['a', undefined, 'c'])
  })
})

test('pauses double, up to a limit, and are spread over their whole length', () => {
  const longest = (attempt: number) => pauseBefore(attempt, undefined, RETRY, () => 1)
  expect([2, 3, 4, 20].map(longest)).toEqual([50, 100, 200, 1000])
  expect(pauseBefore(3, undefined, RETRY, () => 0.25)).toBe(25)
})

describe('a list', () => {
  const tool = (name: string) => ({ name, inputSchema: { type: 'object' } })

  test('is put together from its pages, as fresh as the stalest and as private as the most private', async () => {
    const pages: Record<string, Record<string, unknown>> = {
      start: { tools: [tool('a')], nextCursor: '', ttlMs: 5000, cacheScope: 'public' },
      '': { tools: [tool('b')], ttlMs: 1000, cacheScope: 'private' },
    }
    const list = await listAll(
      'tools',
      async ({ cursor }) => pages[(cursor as string | undefined) ?? 'start'] ?? {},
    )
    expect(list.items.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(list).toMatchObject({ ttlMs: 1000, cacheScope: 'private', rejected: [] })
  })

  test('leaves out unusable entries and keeps the others', async () => {
    const tools = [tool('good'), { name: 'no_schema' }, { title: 'nameless' }, null]
    const list = await listAll('tools', async () => ({ tools }))
    expect(list.items.map(({ name }) => name)).toEqual(['good'])
    expect(list.rejected).toEqual([
      'no_schema: no input schema',
      'an entry without a name',
      'an entry that is no object',
    ])
  })

  test.each([
    ['has no title', { title: null }, {}],
    ['has nothing that may be left out', { description: null, annotations: null, outputSchema: null }, {}],
    ['has what the protocol does not know', { 'x-team': { of: 7 } }, { 'x-team': { of: 7 } }],
  ])('holds a tool that %s', async (_, more: object, kept: object) => {
    const { items, rejected } = await listAll('tools', async () => ({ tools: [{ ...tool('a'), ...more }] }))
    expect([items, rejected]).toEqual([[{ ...tool('a'), ...kept }], []])
  })

  test.each([
    ['tools', { inputSchema: {} }, 'a: inputSchema.type is not'],
    ['tools', { inputSchema: { type: 'object', required: true } }, 'a: inputSchema.required is not'],
    ['tools', { icons: {} }, 'a: icons is not'],
    ['tools', { annotations: { readOnlyHint: 'yes' } }, 'a: annotations.readOnlyHint is not'],
    ['prompts', { arguments: [{ name: 7 }] }, 'a: arguments.0.name is not'],
    ['resources', { uri: 'x:y', mimeType: 7 }, 'a: mimeType is not'],
    ['resourceTemplates', { uriTemplate: 'x:{y}', annotations: { priority: 'much' } }, 'a: annotations.'],
  ] as const)('of %s leaves out what clients cannot read: %j', async (kind, wrong, why) => {
    const entry = { ...(kind === 'tools' && tool('a')), name: 'a', ...wrong }
    const list = await listAll(kind, async () => ({ [kind]: [entry] }))
    expect(list).toMatchObject({ items: [], rejected: [expect.stringContaining(why)] })
  })

  test('that has no end is refused', async () => {
    await expect(listAll('tools', async () => ({ tools: [], nextCursor: 'more' }))).rejects.toThrow(
      'has no end',
    )
  })

  test('that is none is refused', async () => {
    await expect(listAll('tools', async () => ({ tools: 'none' }))).rejects.toThrow('holds no list')
  })
})

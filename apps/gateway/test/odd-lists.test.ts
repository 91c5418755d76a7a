import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import { describe, expect, onTestFinished, test } from 'vitest'
import { isCompilable } from '../src/compilable-schema.ts'
import { newSite, startGateway } from './fixture/fleet.ts'
import { connectOld } from './fixture/old-client.ts'
import { newClient, oldClient } from './fixture/pairs/clients.ts'
import { offering, rawServer, tool, withTools } from './fixture/raw-server.ts'

const CLIENTS = { new: newClient, old: oldClient }

describe.each(['new', 'old'] as const)('the %s client', (era) => {
  test('reads the tools of the other servers beside those that no client could read', async () => {
    const good = await rawServer(offering('fine'))
    const tools = [
      { name: 'typeless', inputSchema: {} },
      { name: 'array', inputSchema: { type: 'array' } },
      { name: 'required', inputSchema: { type: 'object', required: true } },
      tool('icons', { icons: {} }),
      tool('output', { outputSchema: { type: 'object', required: true } }),
      tool('absent', {
        ...{
          title: null,
          description: null,
          icons: null,
          annotations: null,
          outputSchema: null,
          _meta: null,
        },
        more: null,
      }),
      tool('half', { annotations: { title: null, readOnlyHint: true } }),
    ]
    const odd = await rawServer(withTools(tools, () => {}))
    const gateway = await startGateway(await newSite(), [
      { name: 'good', url: good.url },
      { name: 'odd', url: odd.url },
    ])
    const client = await CLIENTS[era](gateway)
    expect(await client.tools()).toEqual(['good__fine', 'odd__absent', 'odd__half'])
    const response = await fetch(`${gateway.origin}/services`)
    const { services } = (await response.json()) as { services: { problems: string[] }[] }
    const problems = services.flatMap((service) => service.problems)
    expect(problems).toContain('tools: typeless: inputSchema.type is not what the specification allows')
  })
})

describe('an output that is no object', () => {
  const node = { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#' } }] }
  const tools = [
    tool('rows', { outputSchema: { type: 'array', items: { type: 'string' } } }),
    tool('either', { outputSchema: { anyOf: [{ type: 'string' }, { type: 'object' }] } }),
    tool('tree', { outputSchema: { ...node, examples: [{ $ref: '#' }] } }),
    tool('any', { inputSchema: { type: 'object', properties: { x: true, y: false } } }),
  ]
  const OUTPUTS: Record<string, unknown> = { rows: ['a'], either: { b: 1 }, tree: ['a', ['b']], any: 7 }

  async function start(sessions: boolean) {
    const server = await rawServer(
      withTools(tools, ({ params, reply }) =>
        reply({ content: [{ type: 'text', text: 'x' }], structuredContent: OUTPUTS[String(params.name)] }),
      ),
    )
    const servers = [{ name: 'new', url: server.url }]
    return startGateway(await newSite(), servers, { env: { MCP_SESSIONS: String(sessions) } })
  }

  test('is what clients of the new era get', async () => {
    const client = await (await start(false)).connect()
    expect((await client.listTools()).tools.map(({ outputSchema }) => outputSchema)).toEqual(
      tools.map((each) => ('outputSchema' in each ? each.outputSchema : undefined)),
    )
    for (const [name, structuredContent] of Object.entries(OUTPUTS))
      expect(await client.callTool({ name: `new__${name}` })).toMatchObject({ structuredContent })
  })

  test.each([true, false])('is wrapped for those of the 2025 era, with sessions: %s', async (sessions) => {
    const { mcp, token } = await start(sessions)
    const client = new OldClient({ name: 'old', version: '1' })
    const requestInit = { headers: { authorization: `Bearer ${await token()}` } }
    await client.connect(new OldTransport(new URL(mcp), { requestInit }))
    onTestFinished(() => client.close())
    const listed = (await client.listTools()).tools
    const [rows, , tree, any] = listed
    expect(rows?.outputSchema).toEqual({
      type: 'object',
      properties: { result: { type: 'array', items: { type: 'string' } } },
      required: ['result'],
    })
    expect(tree?.outputSchema?.properties?.result).toEqual({
      anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#/properties/result' } }],
      examples: [{ $ref: '#' }],
    })
    expect(any?.inputSchema.properties).toEqual({ x: {}, y: { not: {} } })
    // The client holds each output against the schema it was listed with.
    for (const [name, result] of Object.entries(OUTPUTS))
      expect(await client.callTool({ name: `new__${name}`, arguments: {} })).toMatchObject({
        structuredContent: { result },
      })
  })
})

describe('an output schema that clients of the 2025 era cannot compile', () => {
  const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more })
  const of = (schema: unknown) => object({ x: schema })
  const loop = { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }
  const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`x${at}`, { minLength: at }]))
  const BAD: Readonly<Record<string, object>> = {
    elsewhere: of({ $ref: 'https://nowhere.example/schema' }),
    nowhere: of({ $ref: '#/$defs/missing' }),
    itself: object({ x: { $ref: '#/$defs/a' } }, loop),
    pattern: of({ type: 'string', pattern: '(?i)x' }),
    type: of({ type: 'date' }),
    draft_4: of({ minimum: 0, exclusiveMinimum: true }),
    draft_4_id: of({ id: 'x' }),
    keyword: of({ anyOf: [{ if: 5 }] }),
    wrapped: { type: 'array', items: { $ref: 'https://nowhere.example/schema' } },
    huge: object(many),
  }
  const tree = { $defs: { node: object({ next: { $ref: '#/$defs/node' }, at: { format: 'strange' } }) } }
  const GOOD: Readonly<Record<string, object>> = {
    tree: object({ root: { $ref: '#/$defs/node' } }, tree),
    named: object(
      { id: { type: 'string' }, $ref: {} },
      { $schema: 'https://json-schema.org/draft/2020-12/schema' },
    ),
    rows: { type: 'array', items: { type: 'string', pattern: '^x' } },
  }
  const ids = [{ type: 'string' }, { type: 'number' }].map((x) => ({ ...of(x), $id: 'https://a.example/x' }))
  const SCHEMAS: Readonly<Record<string, object>> = {
    ...BAD,
    ...GOOD,
    id_1: ids[0] ?? {},
    id_2: ids[1] ?? {},
  }

  async function start() {
    const tools = Object.entries(SCHEMAS).map(([name, outputSchema]) => tool(name, { outputSchema }))
    const odd = await rawServer(
      withTools(tools, ({ params, reply }) =>
        reply({
          content: [{ type: 'text', text: 'x' }],
          structuredContent: { x: params.name === 'id_2' ? 2 : '2' },
        }),
      ),
    )
    const good = await rawServer(offering('fine'))
    const servers = [
      { name: 'good', url: good.url },
      { name: 'odd', url: odd.url },
    ]
    return startGateway(await newSite(), servers)
  }

  test('is left out for them, so that they have a list at all, and their answers', async () => {
    const client = await connectOld(await start())
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      'good__fine',
      ...Object.keys(SCHEMAS).map((name) => `odd__${name}`),
    ])
    const withOutput = tools.filter(({ outputSchema }) => outputSchema).map(({ name }) => name)
    expect(withOutput).toEqual([...Object.keys(GOOD), 'id_1', 'id_2'].map((name) => `odd__${name}`))
    for (const name of ['nowhere', 'id_1', 'id_2']) {
      const x = name === 'id_2' ? 2 : '2'
      expect(await client.callTool({ name: `odd__${name}`, arguments: {} })).toMatchObject({
        structuredContent: { x },
      })
    }
  })

  test('is told to those of the new era as it is', async () => {
    const response = await (await start()).post('tools/list', {})
    const { result } = (await response.json()) as { result: { tools: { outputSchema?: object }[] } }
    const schemas = result.tools.map(({ outputSchema }) => outputSchema)
    expect(schemas).toEqual([undefined, ...Object.values(SCHEMAS)])
  })
})

test('an old client compiles what is found to be compilable, in time', () => {
  const names = [
    '$defs',
    'properties',
    'allOf',
    'anyOf',
    'items',
    'not',
    'if',
    'enum',
    'pattern',
    '$ref',
    'type',
    'dependencies',
  ]
  const values = ['#', '#/$defs/a', '(', 'string', 1, true, null, [], {}, [{}], { a: { $ref: '#/$defs/a' } }]
  for (const [key, value, other, inner] of combinations(names, values)) {
    const schema = {
      type: 'object',
      [key]: value,
      properties: { a: { [other]: inner } },
      $defs: { a: { [other]: value } },
    }
    if (isCompilable(schema))
      expect(() => new AjvJsonSchemaValidator().getValidator(schema), JSON.stringify(schema)).not.toThrow()
  }
})

function* combinations(names: readonly string[], values: readonly unknown[]) {
  for (const key of names)
    for (const value of values)
      for (const other of names) for (const inner of values) yield [key, value, other, inner] as const
}

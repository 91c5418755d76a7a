import { describe, expect, test } from 'vitest'
import { startFleet } from './fixture/fleet.ts'

describe.each(['modern', 'legacy'] as const)('a client of the %s era', (era) => {
  test('sees all servers as one, in the order of their names', async () => {
    const fleet = await startFleet()
    const client = await fleet.connect({ era })
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual([
      'hr__count_slowly',
      'hr__promote',
      'hr__search_employees',
      'hr__wait_for_ever',
      'hr__who_am_i',
      'orders__list_my_orders',
    ])
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toEqual([
      'hr+config://company',
      'orders+config://company',
      'hr+employee://alice',
    ])
    const { resourceTemplates } = await client.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['hr+employee://{id}'])
    const { prompts } = await client.listPrompts()
    expect(prompts.map(({ name }) => name)).toEqual(['hr__data_analyst'])
  })

  test('has its calls answered by the server that the name says', async () => {
    const client = await (await startFleet()).connect({ era })
    expect(await client.callTool({ name: 'orders__list_my_orders', arguments: {} })).toMatchObject({
      structuredContent: { owner: 'alice' },
    })
    expect(await client.callTool({ name: 'hr__search_employees', arguments: { text: 'Ada' } })).toMatchObject(
      {
        structuredContent: { names: ['Ada'] },
      },
    )
  })

  test('reads resources that two servers call alike, and instances of templates', async () => {
    const client = await (await startFleet()).connect({ era })
    const read = async (uri: string) => (await client.readResource({ uri })).contents[0]
    expect(await read('hr+config://company')).toMatchObject({
      uri: 'hr+config://company',
      text: '{"name":"Acme"}',
    })
    expect(await read('orders+config://company')).toMatchObject({
      uri: 'orders+config://company',
      text: 'A shop',
    })
    expect(await read('hr+employee://17')).toMatchObject({
      uri: 'hr+employee://17',
      text: '{"id":"17","tenant":"acme"}',
    })
  })

  test('gets prompts and completions', async () => {
    const client = await (await startFleet()).connect({ era })
    const prompt = await client.getPrompt({ name: 'hr__data_analyst', arguments: { question: 'How many' } })
    expect(prompt.messages[0]?.content).toEqual({ type: 'text', text: 'Answer: How many' })
    const byPrompt = { ref: { type: 'ref/prompt', name: 'hr__data_analyst' } as const }
    const prompted = await client.complete({ ...byPrompt, argument: { name: 'question', value: 'Who' } })
    expect(prompted.completion.values).toEqual(['Who?'])
    const byTemplate = { ref: { type: 'ref/resource', uri: 'hr+employee://{id}' } as const }
    const completed = await client.complete({ ...byTemplate, argument: { name: 'id', value: '1' } })
    expect(completed.completion.values).toEqual(['17', '18'])
  })

  test('gets links that lead back through the gateway, and links to the web as they are', async () => {
    const client = await (await startFleet()).connect({ era })
    const { content } = await client.callTool({ name: 'hr__search_employees', arguments: { text: 'Ada' } })
    const links = content.filter((block) => block.type === 'resource_link').map(({ uri }) => uri)
    expect(links).toEqual(['hr+employee://17', 'https://example.com/ada'])
    expect(await client.readResource({ uri: links[0] ?? '' })).toMatchObject({
      contents: [{ uri: links[0] }],
    })
  })

  test('sees progress', async () => {
    const client = await (await startFleet()).connect({ era })
    const seen: unknown[] = []
    const result = await client.callTool(
      { name: 'hr__count_slowly', arguments: {} },
      { onprogress: ({ progress, total }) => seen.push([progress, total]) },
    )
    expect(result.structuredContent).toEqual({ counted: 3 })
    expect(seen).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ])
  })

  test('cancels at the server by leaving', async () => {
    const { connect, desk } = await startFleet()
    const client = await connect({ era })
    const leave = new AbortController()
    const call = client.callTool({ name: 'hr__wait_for_ever', arguments: {} }, { signal: leave.signal })
    await expect.poll(() => desk.log).toEqual(['wait'])
    if (era === 'modern') leave.abort()
    else await client.close()
    await expect(call).rejects.toThrow()
    await expect.poll(() => desk.cancelled).toEqual(['wait'])
  })

  test('is told which tool does not exist', async () => {
    const client = await (await startFleet()).connect({ era })
    for (const name of ['hr__fire_everybody', 'nobody__search', 'search_employees', ''])
      await expect(client.callTool({ name, arguments: {} }), name).rejects.toMatchObject({ code: -32602 })
    await expect(client.readResource({ uri: 'hr+nothing://x' })).rejects.toMatchObject({ code: -32602 })
    await expect(client.getPrompt({ name: 'hr__nothing' })).rejects.toMatchObject({ code: -32602 })
  })

  test('gets the errors of servers in their own words', async () => {
    const client = await (await startFleet()).connect({ era })
    const bad = await client.callTool({ name: 'hr__search_employees', arguments: { text: 7 } })
    expect(bad).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('text') }] })
    await expect(client.readResource({ uri: 'hr+employee://404' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('There is no employee "404"'),
    })
  })
})

test('a URI as its server writes it is understood when one server has it, and explained when several have', async () => {
  const client = await (await startFleet()).connect()
  expect(await client.readResource({ uri: 'employee://17' })).toMatchObject({
    contents: [{ uri: 'employee://17' }],
  })
  await expect(client.readResource({ uri: 'config://company' })).rejects.toMatchObject({
    code: -32602,
    message: expect.stringContaining('hr+config://company, orders+config://company'),
  })
})

test('arguments that travel in headers are repeated for the server', async () => {
  const { post, hr, desk } = await startFleet()
  const call = { name: 'hr__search_employees', arguments: { text: 'Ada', region: 'Zürich' } }
  const mirrored = { 'mcp-param-region': '=?base64?WsO8cmljaA==?=' }
  expect(await (await post('tools/call', call, { headers: mirrored })).json()).toMatchObject({
    result: { structuredContent: { names: ['Ada'] } },
  })
  expect(desk.log).toEqual(['search Ada Zürich'])
  expect(hr.arrivals.at(-1)?.headers).toMatchObject({ 'mcp-name': 'search_employees', ...mirrored })
  const missing = await post('tools/call', call)
  expect([missing.status, await missing.json()]).toMatchObject([400, { error: { code: -32020 } }])
  expect(desk.log).toHaveLength(1)
})

test('the id of a request is the same at the gateway and at the server', async () => {
  const { post, hr } = await startFleet()
  const call = { name: 'hr__who_am_i', arguments: {} }
  const response = await post('tools/call', call, { headers: { 'x-request-id': 'my-request-7' } })
  expect(response.headers.get('x-request-id')).toBe('my-request-7')
  const arrived = hr.arrivals.find(({ message }) => message.method === 'tools/call')
  expect(arrived?.headers['x-request-id']).toBe('my-request-7')
})

test('discovery tells how names are made and what each server says of itself', async () => {
  const client = await (await startFleet()).connect()
  const instructions = client.getInstructions()
  expect(instructions).toContain('<server>__<name>')
  expect(instructions).toContain('# hr\n\nAsk about employees.')
  expect(instructions).toContain('# orders\n\nAsk about orders.')
})

test('the services page shows each server, its state and its tools', async () => {
  const { origin } = await startFleet()
  const { services } = (await (await fetch(`${origin}/services`)).json()) as { services: unknown[] }
  expect(services).toMatchObject([
    {
      name: 'hr',
      state: 'up',
      era: 'modern',
      protocolVersion: '2026-07-28',
      catalogueAgeMs: expect.any(Number),
      tools: expect.arrayContaining(['hr__search_employees']),
      prompts: ['hr__data_analyst'],
      resources: ['hr+config://company'],
      resourceTemplates: ['hr+employee://{id}'],
    },
    { name: 'orders', state: 'up', tools: ['orders__list_my_orders'] },
  ])
  const ready = await fetch(`${origin}/ready`)
  expect([ready.status, await ready.json()]).toMatchObject([
    200,
    { status: 'ready', dependencies: { hr: { status: 'up' }, orders: { status: 'up' } } },
  ])
})

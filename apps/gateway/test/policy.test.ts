import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { newSite, startGateway, type TestGateway, type Who } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { EDITOR, GUEST, policyOf, startLibrary } from './fixture/policy.ts'
import { startPress } from './fixture/press.ts'
import { rawServer } from './fixture/raw-server.ts'
import { replaceFile } from './fixture/replace-file.ts'

const EDITORS = `allow: target.name == "library__remove_document" && "editor" in principal.roles`
const NO_GUESTS = `deny: '"guest" in principal.roles && target.server == "library"'`
const REMOVE = { name: 'library__remove_document', arguments: {} }
const REF = { 'ref/prompt': 'name', 'ref/resource': 'uri' } as const

async function answer(gateway: TestGateway, method: string, params: Record<string, unknown>, as?: Who) {
  const response = await gateway.post(method, params, { ...(as && { as }) })
  const { error, result } = (await response.json()) as { error?: object; result?: Record<string, unknown> }
  return { status: response.status, error, result }
}

async function names(gateway: TestGateway, kind: 'tools' | 'prompts' | 'resources', as: Who) {
  const { result } = await answer(gateway, `${kind}/list`, {}, as)
  const key = kind === 'resources' ? 'uri' : 'name'
  const listed = result?.[kind] as Record<string, string>[]
  return listed.map((each) => each[key])
}

test('without a policy file scopes alone decide, and lists are public', async () => {
  const gateway = await startLibrary()
  expect((await answer(gateway, 'tools/call', REMOVE, GUEST)).result).not.toHaveProperty('isError')
  expect((await answer(gateway, 'tools/list', {}, GUEST)).result).toMatchObject({ cacheScope: 'public' })
})

test('under a policy, what destroys needs a rule', async () => {
  const gateway = await startLibrary({ env: policyOf(EDITORS).env })
  expect((await answer(gateway, 'tools/call', REMOVE, EDITOR)).result).not.toHaveProperty('isError')
  expect((await answer(gateway, 'tools/call', REMOVE, GUEST)).error).toMatchObject({ code: -32602 })
})

test('a tool of a server that gives no hints counts as destroying', async () => {
  const raw = await rawServer()
  const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }], policyOf())
  expect(await names(gateway, 'tools', EDITOR)).toEqual([])
  expect((await answer(gateway, 'tools/call', { name: 'raw__echo' }, EDITOR)).error).toMatchObject({
    message: 'Unknown tool: raw__echo',
  })
})

describe('lists', () => {
  test('show each caller what they may use, in both eras', async () => {
    const gateway = await startLibrary({ env: policyOf(EDITORS, NO_GUESTS).env })
    for (const era of ['modern', 'legacy'] as const) {
      const editor = await gateway.connect({ era, as: EDITOR })
      const guest = await gateway.connect({ era, as: GUEST })
      const tools = async (client: typeof editor) => (await client.listTools()).tools.map(({ name }) => name)
      expect(await tools(editor)).toContain('library__remove_document')
      expect(await tools(editor)).toContain('hr__promote')
      expect(await tools(guest)).toContain('hr__promote')
      expect((await tools(guest)).filter((name) => name.startsWith('library'))).toEqual([])
      const { resourceTemplates } = await guest.listResourceTemplates()
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['hr+employee://{id}'])
    }
    expect(await names(gateway, 'prompts', EDITOR)).toEqual(['hr__data_analyst', 'library__summary'])
    expect(await names(gateway, 'prompts', GUEST)).toEqual(['hr__data_analyst'])
    expect(await names(gateway, 'resources', GUEST)).toEqual([
      'hr+config://company',
      'orders+config://company',
    ])
  })

  test('are private where the rules look at who asks, else as public as they were', async () => {
    const personal = await startLibrary({ env: policyOf(NO_GUESTS).env })
    expect((await answer(personal, 'tools/list', {})).result).toMatchObject({ cacheScope: 'private' })
    const same = await startLibrary({ env: policyOf('deny: target.server == "hr"').env })
    const { result } = await answer(same, 'tools/list', {})
    expect(result).toMatchObject({ cacheScope: 'public' })
    expect(JSON.stringify(result)).not.toContain('hr__')
  })

  test('leave out documents of a caller’s own that they may not read', async () => {
    const all = await startLibrary()
    const policy = policyOf('deny: target.name.endsWith("/public")')
    const fewer = await startLibrary(policy)
    const own = async (gateway: TestGateway) => {
      const client = await gateway.connect({ as: EDITOR })
      const { resources } = await client.listResources()
      return resources.map(({ uri }) => uri)
    }
    expect(await own(all)).toContain('library+kb://documents/public')
    expect(await own(fewer)).not.toContain('library+kb://documents/public')
    expect(await own(fewer)).toContain('library+kb://overview')
    const read = (uri: string) => answer(fewer, 'resources/read', { uri }, EDITOR)
    expect((await read('library+kb://documents/public')).error).toMatchObject({ code: -32602 })
    expect((await read('library+kb://documents/other')).result).toHaveProperty('contents')
  })

  test('leave out documents of a caller’s own whose template they may not read', async () => {
    const policy = policyOf('deny: target.name == "library+kb://documents/{id}"')
    const client = await (await startLibrary(policy)).connect({ as: EDITOR })
    const { resources } = await client.listResources()
    expect(resources.filter(({ uri }) => uri.includes('documents'))).toEqual([])
    expect(resources.length).toBeGreaterThan(0)
  })

  test('show documents of a caller’s own that a rule allows by their template', async () => {
    const { path, env } = policyOf('allow: target.name == "library+kb://documents/{id}"')
    replaceFile(path, readFileSync(path, 'utf8').replace('rules:', 'defaults: { read: deny }\nrules:'))
    const gateway = await startLibrary({ env })
    const client = await gateway.connect({ as: EDITOR })
    const { resources } = await client.listResources()
    expect(resources.map(({ uri }) => uri)).toContain('library+kb://documents/public')
    const read = await answer(gateway, 'resources/read', { uri: 'library+kb://documents/public' }, EDITOR)
    expect(read.result).toHaveProperty('contents')
  })

  test('show nobody who has not signed in what rules keep for somebody', async () => {
    const { origin } = await startLibrary({ env: policyOf(EDITORS).env })
    const page = await (await fetch(`${origin}/tools`)).text()
    expect(page).toContain('hr__promote')
    expect(page).not.toContain('remove_document')
  })
})

describe('a refusal cannot be told from something that does not exist', () => {
  const argument = { name: 'id', value: '' }
  const complete = (type: keyof typeof REF, name: string) => ({ ref: { type, [REF[type]]: name }, argument })

  test.each([
    ['a tool', 'tools/call', (name: string) => ({ name, arguments: {} }), 'library__search_documents'],
    ['a prompt', 'prompts/get', (name: string) => ({ name }), 'library__summary'],
    ['a resource', 'resources/read', (uri: string) => ({ uri }), 'library+kb://overview'],
    [
      'an instance of a template',
      'resources/read',
      (uri: string) => ({ uri }),
      'library+kb://documents/public',
    ],
    ['a resource as its server calls it', 'resources/read', (uri: string) => ({ uri }), 'kb://overview'],
    [
      'a prompt to complete',
      'completion/complete',
      (name: string) => complete('ref/prompt', name),
      'library__summary',
    ],
    [
      'a template to complete',
      'completion/complete',
      (name: string) => complete('ref/resource', name),
      'library+kb://documents/{id}',
    ],
  ])('%s', async (_, method, paramsOf, name) => {
    const gateway = await startLibrary({ env: policyOf(NO_GUESTS).env })
    const [scheme = '', path] = name.split('://')
    const madeUp = path === undefined ? 'library__made_up' : `${scheme.replace(/kb$/, 'made')}://up`
    // Also with none of the scopes that would be needed.
    for (const as of [GUEST, { ...GUEST, scopes: [] }]) {
      const refused = await answer(gateway, method, paramsOf(name), as)
      const unknown = await answer(gateway, method, paramsOf(madeUp), GUEST)
      const shown = (text: unknown) => JSON.stringify(text).replaceAll(name, '?').replaceAll(madeUp, '?')
      const short = (text: string) => text.replace(/(kb|made):\/\/[\w/{}]+/, '?')
      expect(refused.error).toMatchObject({ code: -32602 })
      expect(short(shown(refused))).toBe(short(shown(unknown)))
    }
    expect((await answer(gateway, method, paramsOf(name), EDITOR)).error).toBeUndefined()
  })

  test('a tool whose arguments travel in headers', async () => {
    const gateway = await startLibrary({ env: policyOf('deny: target.server == "hr"').env })
    const call = { name: 'hr__search_employees', arguments: { text: 'Ada', region: 'Bern' } }
    expect(await answer(gateway, 'tools/call', call)).toMatchObject({
      status: 200,
      error: { message: 'Unknown tool: hr__search_employees' },
    })
  })

  test('a resource that several servers have is that of the one the caller may know', async () => {
    const gateway = await startLibrary({ env: policyOf('deny: target.server == "orders"').env })
    const { result } = await answer(gateway, 'resources/read', { uri: 'config://company' })
    expect(result).toMatchObject({ contents: [{ text: '{"name":"Acme"}' }] })
    const neither = await startLibrary({
      env: policyOf('deny: target.server in ["hr", "orders"]').env,
    })
    expect((await answer(neither, 'resources/read', { uri: 'config://company' })).error).toEqual({
      code: -32602,
      message: 'Resource not found',
      data: { uri: 'config://company' },
    })
  })

  test('reaches no server', async () => {
    const gateway = await startLibrary({ env: policyOf(NO_GUESTS).env })
    await answer(gateway, 'tools/call', REMOVE, GUEST)
    expect(gateway.library.arrivals.map(({ message }) => message.method)).not.toContain('tools/call')
  })
})

describe('arguments', () => {
  const SMALL = 'allow: target.name == "hr__promote"'
  const NOT_BOSS = 'deny: target.name == "hr__promote" && args.name == "Boss"'

  test('decide calls, and a tool that some of them allow is listed', async () => {
    const gateway = await startLibrary({ env: policyOf(SMALL, NOT_BOSS).env })
    expect(await names(gateway, 'tools', EDITOR)).toContain('hr__promote')
    const promote = (name: string) =>
      answer(gateway, 'tools/call', { name: 'hr__promote', arguments: { name, confirm: true } })
    expect((await promote('Ada')).result).toMatchObject({ structuredContent: { promoted: 'Ada' } })
    expect((await promote('Boss')).error).toMatchObject({ message: 'Unknown tool: hr__promote' })
    expect(gateway.desk.log).toEqual(['promote Ada'])
  })

  test('that are missing where a rule needs them are refused', async () => {
    const gateway = await startLibrary({ env: policyOf(NOT_BOSS).env })
    const { error } = await answer(gateway, 'tools/call', { name: 'hr__promote' })
    expect(error).toMatchObject({ message: 'Unknown tool: hr__promote' })
  })

  test('of a resource are its URI', async () => {
    const gateway = await startLibrary({ env: policyOf('deny: args.uri.endsWith("/17")').env })
    const read = (uri: string) => answer(gateway, 'resources/read', { uri })
    expect((await read('hr+employee://18')).result).toHaveProperty('contents')
    expect((await read('hr+employee://x/17')).error).toMatchObject({ message: 'Resource not found' })
  })

  test('of what is completed are the URI of its template', async () => {
    const rule = 'deny: target.kind == "resource" && args.uri.startsWith("hr+employee:")'
    const gateway = await startLibrary({ env: policyOf(rule).env })
    const complete = (uri: string) =>
      answer(
        gateway,
        'completion/complete',
        { ref: { type: 'ref/resource', uri }, argument: { name: 'id', value: '' } },
        EDITOR,
      )
    expect((await complete('hr+employee://{id}')).error).toMatchObject({ code: -32602 })
    expect((await complete('library+kb://documents/{id}')).result).toHaveProperty('completion')
  })

  test('of a value that completes a template are the URI that it makes', async () => {
    const gateway = await startLibrary({ env: policyOf('deny: args.uri == "hr+employee://17"').env })
    const ref = { type: 'ref/resource', uri: 'hr+employee://{id}' }
    const params = { ref, argument: { name: 'id', value: '' } }
    const { result } = await answer(gateway, 'completion/complete', params, EDITOR)
    // Nor is it counted.
    expect(result).toHaveProperty('completion', { values: ['18', '21'], hasMore: false })
  })

  test('of a resource that is listed are known beforehand: one that they deny is not listed', async () => {
    const rule = 'deny: target.kind == "resource" && args.uri in ["hr+config://company", "hr+employee://17"]'
    const gateway = await startLibrary({ env: policyOf(rule).env })
    expect(await names(gateway, 'resources', EDITOR)).not.toContain('hr+config://company')
    expect(await names(gateway, 'resources', EDITOR)).toContain('orders+config://company')
    const { result } = await answer(gateway, 'resources/templates/list', {})
    expect(JSON.stringify(result)).toContain('hr+employee://{id}')
  })
})

test('the audit says which rule decided, of what was refused and of what was allowed', async () => {
  const { telemetry, events } = keptAudit()
  const gateway = await startLibrary({ env: policyOf(EDITORS, NO_GUESTS).env, telemetry })
  await answer(gateway, 'tools/call', REMOVE, GUEST)
  await answer(gateway, 'tools/call', REMOVE, EDITOR)
  await answer(gateway, 'tools/call', REMOVE, { ...EDITOR, scopes: [] })
  await answer(gateway, 'tools/call', { name: 'hr__who_am_i', arguments: {} }, GUEST)
  const about = { kind: 'tool', name: 'library__remove_document', server: 'library' }
  await expect.poll(events).toMatchObject([
    { ...about, subject: 'gail', decision: 'refused', rule: 'policy:rule-2', errorCode: '-32602' },
    { ...about, subject: 'alice', decision: 'allowed', rule: 'policy:rule-1', outcome: 'ok' },
    { ...about, decision: 'refused', rule: 'scope' },
    { name: 'hr__who_am_i', decision: 'allowed', rule: 'policy:default-read' },
  ])
})

test('a rule that fails is logged once, by its name, without what the caller sent', async () => {
  const { telemetry, lines } = keptAudit()
  const env = { ...policyOf('deny: int(args.text) > 3').env, LOG_LEVEL: 'info' }
  const gateway = await startLibrary({ env, telemetry })
  const call = { name: 'orders__list_my_orders', arguments: { text: 'my secret' } }
  await answer(gateway, 'tools/call', call)
  await answer(gateway, 'tools/call', call)
  const logged = () => lines().filter(({ rule, event }) => rule === 'rule-1' && event === undefined)
  await expect.poll(logged).toHaveLength(1)
  expect(JSON.stringify(lines())).not.toContain('my secret')
})

test('a task of a tool that is not allowed any more is unknown', async () => {
  const policy = policyOf()
  const gateway = await startPress(policy)
  const tasks = { 'io.modelcontextprotocol/tasks': {} }
  const _meta = { 'io.modelcontextprotocol/clientCapabilities': { extensions: tasks } }
  const as = { scopes: ['press:print'] }
  const ask = async (method: string, params: Record<string, unknown>) => {
    const headers = { 'mcp-name': String(params.name ?? params.taskId) }
    const response = await gateway.post(method, { _meta, ...params }, { as, headers })
    return (await response.json()) as { error?: object; result?: { taskId: string } }
  }
  const { result } = await ask('tools/call', { name: 'press__print', arguments: {} })
  const { taskId } = result ?? { taskId: '' }
  expect(await ask('tasks/get', { taskId })).toHaveProperty('result')
  policy.write('deny: target.name == "press__print"')
  const unknown = await ask('tasks/get', { taskId: 'press__print.print.nobody' })
  for (const method of ['tasks/get', 'tasks/cancel'])
    await expect
      .poll(async () => (await ask(method, { taskId })).error, { timeout: 5000 })
      .toEqual(unknown.error)
})

import { freePort } from '@atoll/tooling/free-port'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openBoard, READER, startBoard } from './fixture/board.ts'
import { startGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { listen } from './fixture/listener.ts'
import { policyOf } from './fixture/policy.ts'
import { startPress } from './fixture/press.ts'

const UPDATED = 'notifications/resources/updated'
const LISTS = 'notifications/resources/list_changed'

type Board = Awaited<ReturnType<typeof startBoard>>

async function write(gateway: Pick<Board, 'post'>, id: string, as = READER): Promise<void> {
  const response = await gateway.post('tools/call', { name: 'board__write', arguments: { id } }, { as })
  expect(await response.json()).toMatchObject({ result: { resultType: 'complete' } })
}

/** Streams that the server was asked for, each with the filter. */
function streamsAt({ arrivals }: Board['server']) {
  return arrivals
    .filter(({ message }) => message.method === 'subscriptions/listen')
    .map(({ message }) => message.params?.notifications as Record<string, unknown>)
}

describe('a client that listens', () => {
  test('hears of resources at their servers, by the URIs and under the id that it gave', async () => {
    const board = await startBoard()
    const { messages, acknowledged, heard } = await listen(
      board,
      { resourceSubscriptions: ['board+board://notes/1', 'board://notes/2', 'nothing+x://1', 'x://1'] },
      { as: READER, id: 'list-7' },
    )
    expect(acknowledged).toEqual({ resourceSubscriptions: ['board+board://notes/1', 'board://notes/2'] })
    for (const id of ['1', '2', '3']) await write(board, id)
    await expect.poll(heard).toEqual([
      [UPDATED, 'board+board://notes/1'],
      [UPDATED, 'board://notes/2'],
    ])
    const tags = messages.map(({ params }) => params?._meta?.['io.modelcontextprotocol/subscriptionId'])
    expect(tags).toEqual(['list-7', 'list-7', 'list-7'])
  })

  test('is asked for at the server as its user', async () => {
    const board = await startBoard()
    const asAcme = await listen(board, { resourceSubscriptions: ['board+board://notes/1'] }, { as: READER })
    const asGlobex = await listen(
      board,
      { resourceSubscriptions: ['board+board://notes/1'] },
      { as: { ...READER, tenant: 'globex' } },
    )
    await write(board, '1')
    await expect.poll(asAcme.heard).toEqual([[UPDATED, 'board+board://notes/1']])
    expect(asGlobex.heard()).toEqual([])
    await write(board, '1', { ...READER, tenant: 'globex' } as typeof READER)
    await expect.poll(asGlobex.heard).toEqual([[UPDATED, 'board+board://notes/1']])
  })

  test('does not hear of what it may not read', async () => {
    const board = await startBoard()
    const { acknowledged } = await listen(
      board,
      { resourceSubscriptions: ['board+board://log', 'board+board://notes/1'] },
      { as: READER },
    )
    expect(acknowledged).toEqual({ resourceSubscriptions: ['board+board://notes/1'] })
  })

  test('hears of lists of its own, and is shown them anew', async () => {
    const board = await startBoard()
    const client = await board.connect({ as: READER })
    const names = async () => (await client.listResources()).resources.map(({ uri }) => uri)
    expect(await names()).not.toContain('board+board://notes/1')
    const mine = await listen(board, { resourcesListChanged: true }, { as: READER })
    const other = await listen(board, { resourcesListChanged: true }, { as: { ...READER, tenant: 'globex' } })
    await write(board, '1')
    await expect.poll(mine.heard).toEqual([[LISTS, undefined]])
    expect(await names()).toContain('board+board://notes/1')
    expect(other.heard()).toEqual([])
  })

  test('hears that a list changed where the server says so, also when it looks the same', async () => {
    const board = await startBoard()
    const { acknowledged, heard } = await listen(board, { toolsListChanged: true, promptsListChanged: true })
    expect(acknowledged).toEqual({ toolsListChanged: true, promptsListChanged: true })
    await board.post('tools/call', { name: 'board__rename', arguments: {} }, { as: READER })
    await expect.poll(heard, { timeout: 5000 }).toEqual([['notifications/tools/list_changed', undefined]])
  })

  test('hears of its tasks by the ids they have at the gateway, to their end', async () => {
    const gateway = await startPress()
    const as = { scopes: ['press:print'] }
    const _meta = {
      'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    }
    const made = await gateway.post('tools/call', { name: 'press__print', arguments: {}, _meta }, { as })
    const { taskId } = ((await made.json()) as { result: { taskId: string } }).result
    const wanted = { taskIds: [taskId, 'press__print.unknown', 'x'] }
    const { messages, acknowledged, heard } = await listen(gateway, wanted, { as, tasks: true })
    expect(acknowledged).toEqual({ taskIds: [taskId] })
    await expect.poll(heard).toEqual([['notifications/tasks', 'working']])
    const [print] = gateway.press.prints
    print?.resolve({ pages: 3 })
    await print?.promise
    gateway.server.changes.everywhere('acme').task(taskId.split('.')[2] ?? '')
    await expect.poll(() => heard().at(-1)).toEqual(['notifications/tasks', 'completed'])
    expect(messages.at(-1)?.params).toMatchObject({
      taskId,
      result: {
        content: expect.arrayContaining([expect.objectContaining({ uri: 'press+press://prints/1' })]),
      },
    })
    const stranger = await listen(gateway, wanted, { as: { ...as, subject: 'bob' }, tasks: true })
    expect(stranger.acknowledged).toEqual({})
  })

  test('hears at one replica of what was done at another', async () => {
    const board = await startBoard()
    const port = await freePort()
    const site = { ...board.site, port, origin: `http://127.0.0.1:${port}` }
    const { issuer, jwksUrl } = board.people
    const env = { PUBLIC_URL: board.mcp, AUTH_ISSUERS: JSON.stringify([{ issuer, jwks: jwksUrl }]) }
    const replica = await startGateway(site, board.servers, { env })
    const there = { mcp: replica.mcp, token: board.token }
    const wanted = {
      resourceSubscriptions: ['board+board://notes/1'],
      resourcesListChanged: true,
      toolsListChanged: true,
    }
    const { heard } = await listen(there, wanted, { as: READER })
    await write(board, '1')
    await board.post('tools/call', { name: 'board__rename', arguments: {} }, { as: READER })
    await expect.poll(heard, { timeout: 5000 }).toEqual([
      [UPDATED, 'board+board://notes/1'],
      [LISTS, undefined],
      ['notifications/tools/list_changed', undefined],
    ])
  })
})

describe('a server that goes away and comes back', () => {
  test('is listened to again, and whoever listens is told that something may have been missed', async () => {
    const board = await startBoard()
    const wanted = {
      resourceSubscriptions: ['board+board://notes/1'],
      resourcesListChanged: true,
      toolsListChanged: true,
    }
    const { heard } = await listen(board, wanted, { as: READER })
    await board.server.close()
    await expect.poll(() => board.fleet.upstreams[0]?.state, { timeout: 10_000 }).toBe('down')
    expect(heard()).toEqual([])
    const again = await openBoard(board.site, board.port)
    await expect
      .poll(() => new Set(heard().map(([method]) => method)), { timeout: 20_000 })
      .toEqual(new Set([UPDATED, LISTS, 'notifications/tools/list_changed']))
    const before = heard().length
    await write(board, '1')
    await expect.poll(() => heard().slice(before)).toContainEqual([UPDATED, 'board+board://notes/1'])
    expect(streamsAt(again).length).toBeGreaterThan(0)
  })

  test('may be away when a client begins to listen', async () => {
    const board = await startBoard()
    await board.server.close()
    const { acknowledged, heard } = await listen(
      board,
      { resourceSubscriptions: ['board+board://notes/1'] },
      { as: READER },
    )
    expect(acknowledged).toEqual({ resourceSubscriptions: ['board+board://notes/1'] })
    await openBoard(board.site, board.port)
    await expect.poll(heard, { timeout: 20_000 }).toContainEqual([UPDATED, 'board+board://notes/1'])
  })
})

describe('streams at a server', () => {
  test('are one for the lists that all may see, however many listen', async () => {
    const board = await startBoard()
    await Promise.all(Array.from({ length: 5 }, () => listen(board, { toolsListChanged: true })))
    await expect.poll(() => streamsAt(board.server)).toHaveLength(1)
  })

  test('are one for each user, which carries all that their clients want and ends with the last', async () => {
    const board = await startBoard()
    await expect.poll(() => streamsAt(board.server)).toHaveLength(1)
    const first = await listen(board, { resourceSubscriptions: ['board+board://notes/1'] }, { as: READER })
    const same = await listen(board, { resourceSubscriptions: ['board+board://notes/1'] }, { as: READER })
    expect(streamsAt(board.server)).toHaveLength(2)
    const more = await listen(board, { resourceSubscriptions: ['board+board://notes/2'] }, { as: READER })
    expect(streamsAt(board.server).at(-1)).toEqual({
      resourceSubscriptions: ['board://notes/1', 'board://notes/2'],
    })
    await write(board, '1')
    await write(board, '2')
    await expect.poll(more.heard).toEqual([[UPDATED, 'board+board://notes/2']])
    expect(first.heard()).toEqual([[UPDATED, 'board+board://notes/1']])
    expect(same.heard()).toEqual([[UPDATED, 'board+board://notes/1']])
    expect(board.server.streams()).toBe(2)
    for (const each of [first, same, more]) each.close()
    await expect.poll(() => board.server.streams()).toBe(1)
  })

  test('are bounded, and who comes too late is told what to do', async () => {
    const board = await startBoard({ streams: 1 })
    const wanted = { resourceSubscriptions: ['board+board://notes/1'] }
    await listen(board, wanted, { as: READER })
    const late = await listen(board, wanted, { as: { ...READER, subject: 'bob' } })
    expect(late.messages).toMatchObject([
      {
        id: 'mine',
        error: {
          code: -32602,
          message: 'Too many people listen to board here. Ask for what you need instead, or try again later.',
        },
      },
    ])
    // What everybody hears costs no stream.
    expect(await listen(board, { toolsListChanged: true }, { as: { subject: 'bob' } })).toMatchObject({
      acknowledged: { toolsListChanged: true },
    })
    const uris = (from: number) => Array.from({ length: 600 }, (_, at) => `board+board://notes/${from + at}`)
    await listen(board, { resourceSubscriptions: uris(0) }, { as: READER })
    const much = await listen(board, { resourceSubscriptions: uris(600) }, { as: READER })
    expect(much.messages).toMatchObject([{ error: { message: expect.stringContaining('at most 1000') } }])
  })
})

describe('a 2025-era client with a session', () => {
  const env = { MCP_SESSIONS: 'true' }

  test('hears of resources that it subscribed to, and of its own lists, until it unsubscribes', async () => {
    const board = await startBoard({}, { env })
    const client = await board.connect({ era: 'legacy', as: READER })
    const heard: unknown[] = []
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.push(params.uri),
    )
    client.setNotificationHandler('notifications/resources/list_changed', () => void heard.push('list'))
    await client.subscribeResource({ uri: 'board+board://notes/1' })
    await write(board, '1')
    await write(board, '2')
    await expect.poll(() => heard.toSorted()).toEqual(['board+board://notes/1', 'list', 'list'])
    await client.unsubscribeResource({ uri: 'board+board://notes/1' })
    await write(board, '1')
    await expect.poll(() => heard.length).toBe(4)
    expect(heard.at(-1)).toBe('list')
    onTestFinished(() => client.close())
    await client.close()
    await expect.poll(() => board.server.streams(), { timeout: 5000 }).toBe(1)
  })

  test('has its subscriptions audited, and those that it is refused', async () => {
    const { telemetry, events } = keptAudit()
    const board = await startBoard({}, { env, telemetry })
    const client = await board.connect({ era: 'legacy', as: READER })
    await client.subscribeResource({ uri: 'board+board://notes/1' })
    await expect(client.subscribeResource({ uri: 'board+board://log' })).rejects.toMatchObject({
      code: -32602,
    })
    const about = { kind: 'subscription', name: 'resources/subscribe', subject: 'alice', tenant: 'acme' }
    await expect.poll(events).toMatchObject([
      { ...about, decision: 'allowed', outcome: 'ok' },
      { ...about, decision: 'refused', outcome: 'refused', rule: 'subscription', errorCode: '-32602' },
    ])
  })

  test('is told why it cannot subscribe', async () => {
    const board = await startBoard({}, { env })
    const client = await board.connect({ era: 'legacy', as: READER })
    await expect(client.subscribeResource({ uri: 'nothing://1' })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('Cannot subscribe to this resource: Resource not found'),
    })
    await expect(client.subscribeResource({ uri: 'board+board://log' })).rejects.toMatchObject({
      message: expect.stringContaining('board:audit'),
    })
  })
})

test('nobody hears of what policy keeps from them', async () => {
  const { env } = policyOf(`deny: '"guest" in principal.roles && target.server == "board"'`)
  const board = await startBoard({}, { env })
  const wanted = { resourceSubscriptions: ['board+board://notes/1'] }
  const guest = await listen(board, wanted, { as: { ...READER, roles: ['guest'] } })
  expect(guest.acknowledged).toEqual({ resourceSubscriptions: [] })
  const reader = await listen(board, wanted, { as: READER })
  expect(reader.acknowledged).toEqual(wanted)
  await write(board, '1')
  await expect.poll(reader.heard).toHaveLength(1)
  expect(guest.heard()).toEqual([])
})

test('whoever listens hears no more of what policy takes away', async () => {
  const policy = policyOf()
  const board = await startBoard({}, { env: policy.env })
  const wanted = { resourceSubscriptions: ['board+board://notes/1'] }
  const as = { ...READER, roles: ['guest'] }
  const [guest, reader] = [await listen(board, wanted, { as }), await listen(board, wanted, { as: READER })]
  expect(guest.acknowledged).toEqual(wanted)
  policy.write(`deny: '"guest" in principal.roles && target.server == "board"'`)
  const toolsOfGuest = async () => {
    const response = await board.post('tools/list', {}, { as })
    return ((await response.json()) as { result: { tools: object[] } }).result.tools
  }
  await expect.poll(toolsOfGuest, { timeout: 10_000 }).toEqual([])
  await write(board, '1')
  await expect.poll(reader.heard).toHaveLength(1)
  expect(guest.heard()).toEqual([])
})

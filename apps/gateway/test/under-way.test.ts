import { describe, expect, test } from 'vitest'
import { READER, startBoard } from './fixture/board.ts'
import { newSite, startFleet, startGateway, type TestGateway } from './fixture/fleet.ts'
import { keptAudit } from './fixture/kept-audit.ts'
import { answerOf, outcomeOf } from './fixture/limits.ts'
import { listen } from './fixture/listener.ts'
import { oldServer } from './fixture/pairs/old-server.ts'
import { offering, type RawRequest, rawServer } from './fixture/raw-server.ts'
import { administer } from './fixture/shop.ts'

const WAIT = { name: 'hr__wait_for_ever', arguments: {} }

const set = (gateway: TestGateway, what: string, disabled: boolean) =>
  administer(gateway, 'switches', { what, disabled, reason: 'it leaks' })

describe('what is disabled', () => {
  test.each(['hr__wait_for_ever', 'hr', 'tenant:acme'])(
    'ends what only reads, at the server too, when %s is',
    async (what) => {
      const { telemetry, events } = keptAudit()
      const gateway = await startFleet({ telemetry })
      const { post, desk } = gateway
      const waiting = post('tools/call', WAIT)
      const other = post('tools/call', WAIT, { as: { tenant: 'other' } })
      await expect.poll(() => desk.log).toHaveLength(2)
      await set(gateway, what, true)
      expect(await outcomeOf(await waiting)).toBe('DISABLED')
      const isOfTenant = what === 'tenant:acme'
      await expect.poll(() => desk.cancelled.length).toBe(isOfTenant ? 1 : 2)
      const cut = { name: 'hr__wait_for_ever', decision: 'refused', rule: 'disabled', outcome: 'refused' }
      await expect.poll(events).toContainEqual(expect.objectContaining({ ...cut, tenant: 'acme' }))
      if (isOfTenant) await set(gateway, 'tenant:other', true)
      expect(await outcomeOf(await other)).toBe('DISABLED')
      // It is no failure of the server.
      await set(gateway, 'tenant:acme', false)
      await set(gateway, 'hr', false)
      expect(await outcomeOf(await post('tools/call', { name: 'hr__who_am_i', arguments: {} }))).toBe('ok')
    },
  )

  test('does not cut what may have acted: its caller is told how it ended', async () => {
    const raw = await rawServer()
    const gateway = await startGateway(await newSite(), [{ name: 'raw', url: raw.url }])
    const held: RawRequest[] = []
    raw.behave = (request) => {
      if (request.method === 'tools/call') held.push(request)
      else offering('echo')(request)
    }
    const acting = gateway.post('tools/call', { name: 'raw__echo', arguments: {} })
    await expect.poll(() => held).toHaveLength(1)
    await set(gateway, 'raw', true)
    expect(await outcomeOf(await gateway.post('tools/call', { name: 'raw__echo', arguments: {} }))).toBe(
      'DISABLED',
    )
    for (const request of held) offering('echo')(request)
    expect(await outcomeOf(await acting)).toBe('ok')
  })

  test('ends a call that is held until somebody answers', async () => {
    const { url } = await oldServer()
    const gateway = await startGateway(await newSite(), [{ name: 'pair', url }])
    const greet = {
      ...{ name: 'pair__greet', arguments: {} },
      _meta: { 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } },
    }
    const asked = await answerOf(await gateway.post('tools/call', greet))
    const { inputRequests, requestState } = asked.result as unknown as Record<string, object>
    await set(gateway, 'pair', true)
    await set(gateway, 'pair', false)
    const inputResponses = Object.fromEntries(
      Object.keys(inputRequests ?? {}).map((key) => [key, { action: 'accept', content: { name: 'Ada' } }]),
    )
    expect(
      await outcomeOf(await gateway.post('tools/call', { ...greet, inputResponses, requestState })),
    ).toBe('DISABLED')
  })

  test('ends the streams of a tenant, and those that follow something of a server', async () => {
    const gateway = await startBoard()
    const follows = { resourceSubscriptions: ['board+board://log', 'board+board://notes/1'] }
    const note = await listen(gateway, follows, { as: READER })
    const lists = await listen(gateway, { toolsListChanged: true }, { as: READER })
    const others = await listen(gateway, { toolsListChanged: true }, { as: { ...READER, tenant: 'other' } })
    await set(gateway, 'board', true)
    await note.ended
    expect(note.messages.at(-1)?.result).toMatchObject({ resultType: 'complete' })
    await expect.poll(lists.heard).toHaveLength(1)
    await set(gateway, 'tenant:acme', true)
    await lists.ended
    expect(lists.messages.at(-1)?.result).toMatchObject({ resultType: 'complete' })
    await set(gateway, 'board', false)
    await expect.poll(() => others.heard().length).toBeGreaterThan(1)
  })
})

import { describe, expect, test } from 'vitest'
import { mergedList } from '../src/catalogue.ts'
import { createCursors } from '../src/cursor.ts'
import { prefixed } from '../src/exposure.ts'
import { type Section, sectionOf } from '../src/section.ts'

const cursors = createCursors('a secret of at least 32 characters!!')
const nobody = {
  subject: '',
  tenant: '',
  scopes: new Set<string>(),
  roles: new Set<string>(),
  clientId: '',
  issuer: '',
  expiresAt: 0,
}

function section(server: string, names: readonly string[], more: Partial<Section> = {}): Section {
  const items = names.map((name) => ({ name, inputSchema: { type: 'object' } }))
  const list = { items, rejected: [], ttlMs: undefined, cacheScope: 'public' as const }
  return { ...sectionOf(prefixed(server), 'tools', list, Date.now() + 60_000), ...more }
}

async function page(parts: readonly (Section | undefined)[], cursor?: unknown, pageSize = 1000) {
  const upstreams = parts.map((part) => ({ section: () => part }))
  const params = cursor === undefined ? {} : { cursor }
  const { rendered } = await mergedList('tools', params, nobody, { upstreams, cursors, pageSize })
  const { tools, ...rest } = JSON.parse(`{${rendered.modern}}`) as { tools: { name: string }[] } & Record<
    string,
    unknown
  >
  expect(JSON.parse(`{${rendered.legacy}}`)).toEqual({
    tools,
    ...(rest.nextCursor !== undefined && { nextCursor: rest.nextCursor }),
  })
  return { names: tools.map(({ name }) => name), ...rest } as { names: string[] } & Record<string, unknown>
}

describe('the merged list', () => {
  test('is as fresh as its stalest part and as private as its most private one', async () => {
    const now = Date.now()
    const fresh = section('a', ['x'], { freshUntil: now + 60_000 })
    const stale = section('b', ['x'], { freshUntil: now + 5_000 })
    const closed = section('c', ['x'], { cacheScope: 'private' })
    const all = await page([fresh, stale])
    expect(all.cacheScope).toBe('public')
    expect(all.ttlMs).toBeLessThanOrEqual(5_000)
    expect(all.ttlMs).toBeGreaterThan(0)
    expect((await page([fresh, closed])).cacheScope).toBe('private')
  })

  test('says that it is stale when a part is missing or too old', async () => {
    expect(await page([section('a', ['x']), undefined])).toMatchObject({ names: ['a__x'], ttlMs: 0 })
    expect(await page([section('a', ['x'], { freshUntil: Date.now() - 1 })])).toMatchObject({ ttlMs: 0 })
    expect(await page([])).toMatchObject({ names: [], ttlMs: 0 })
  })

  test('comes in pages that together hold everything once', async () => {
    const parts = [section('a', ['1', '2', '3']), undefined, section('b', []), section('c', ['4', '5'])]
    const names: string[] = []
    let cursor: unknown
    do {
      const next = await page(parts, cursor, 2)
      names.push(...next.names)
      cursor = next.nextCursor
    } while (cursor !== undefined)
    expect(names).toEqual(['a__1', 'a__2', 'a__3', 'c__4', 'c__5'])
  })

  test('does not take a cursor that it did not make, or made for another list', async () => {
    const parts = [section('a', ['1', '2', '3'])]
    const { nextCursor } = await page(parts, undefined, 2)
    const [, sealed] = String(nextCursor).split('.')
    const forged = `${Buffer.from('["1"]').toString('base64url')}.${sealed}`
    const others = createCursors('another secret of 32 characters!!!!!').write('tools/list', { offset: 2 })
    const elsewhere = cursors.write('prompts/list', { offset: 2 })
    for (const bad of [
      forged,
      others,
      elsewhere,
      sealed,
      `.${sealed}`,
      `é${nextCursor}`,
      '',
      '2',
      7,
      null,
      {},
    ])
      await expect(page(parts, bad, 2), JSON.stringify(bad)).rejects.toMatchObject({ code: -32602 })
  })
})

describe('an entry', () => {
  const entry = (tool: Record<string, unknown>) => {
    const items = [{ name: 'x', inputSchema: { type: 'object' }, ...tool }]
    return sectionOf(prefixed('hr'), 'tools', { items, rejected: [], ttlMs: 0, cacheScope: 'public' }, 0)
      .entries[0]
  }

  test('keeps what it does not know, and exposes the view of an app', () => {
    const tool = {
      title: 'X',
      icons: [{ src: 'x.png' }],
      _meta: {
        'com.example/mine': 1,
        ui: { resourceUri: 'ui://form', visibility: ['app'] },
        'ui/resourceUri': 'ui://form',
      },
    }
    expect(entry(tool)?.listed).toEqual({
      name: 'hr__x',
      inputSchema: { type: 'object' },
      ...tool,
      _meta: {
        'com.example/mine': 1,
        ui: { resourceUri: 'ui://hr/form', visibility: ['app'] },
        'ui/resourceUri': 'ui://hr/form',
      },
    })
    const old = entry({ _meta: { 'ui/resourceUri': 'ui://form' } })?.listed
    expect(old?._meta).toEqual({ 'ui/resourceUri': 'ui://hr/form' })
  })

  test.each([
    [{ readOnlyHint: true }, true],
    [{ readOnlyHint: false, idempotentHint: true }, true],
    [{ readOnlyHint: false }, false],
    [{ readOnlyHint: 'true' }, false],
    [undefined, false],
  ])('with the hints %j may be repeated: %s', (annotations, isRepeatable) => {
    expect(entry({ annotations })?.isRepeatable).toBe(isRepeatable)
  })

  test('that is listed twice is kept once', () => {
    const items = ['x', 'x'].map((name) => ({ name, inputSchema: { type: 'object' } }))
    const made = sectionOf(
      prefixed('hr'),
      'tools',
      { items, rejected: [], ttlMs: 0, cacheScope: 'public' },
      0,
    )
    expect([made.entries.length, made.rejected]).toEqual([1, ['x: listed twice']])
  })
})

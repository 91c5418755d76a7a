import { expect, test } from 'vitest'
import { newSite, startGateway } from './fixture/fleet.ts'
import { policyOf } from './fixture/policy.ts'
import { rawServer } from './fixture/raw-server.ts'

const HINTS = { ttlMs: 60_000, cacheScope: 'public' }
const VALUES = ['plans', 'mergers & more']

/** A server that suggests the same values for each variable of its only template. */
async function startShelf(uriTemplate: string, rule: string) {
  const shelf = await rawServer(({ method, reply }) => {
    if (method === 'server/discover')
      reply({ supportedVersions: ['2026-07-28'], capabilities: { resources: {}, completions: {} }, ...HINTS })
    else if (method === 'resources/list') reply({ resources: [], ...HINTS })
    else if (method === 'resources/templates/list')
      reply({ resourceTemplates: [{ uriTemplate, name: 'file' }], ...HINTS })
    else if (method === 'completion/complete') reply({ completion: { values: VALUES, total: 2 } })
    else reply({})
  })
  const { env } = policyOf(rule)
  const { post } = await startGateway(await newSite(), [{ name: 'shelf', url: shelf.url }], { env })
  return async (argument: string, context?: Record<string, unknown>): Promise<unknown> => {
    const ref = { type: 'ref/resource', uri: `shelf+${uriTemplate}` }
    const params = { ref, argument: { name: argument, value: '' }, ...(context && { context }) }
    const response = await post('completion/complete', params)
    const { result } = (await response.json()) as { result: { completion: unknown } }
    return result.completion
  }
}

const NO_MERGERS = 'deny: args.uri == "shelf+file://board/mergers%20%26%20more"'

test('values that make a URI which is denied are not suggested, in the spelling of the URI', async () => {
  const complete = await startShelf('file://{room}/{name}', NO_MERGERS)
  expect(await complete('name', { arguments: { room: 'board' } })).toEqual({ values: ['plans'] })
  expect(await complete('name', { arguments: { room: 'hall' } })).toEqual({ values: VALUES, total: 2 })
})

test.each([
  ['another variable is not known yet', 'file://{room}/{name}', undefined],
  ['what is known is no text', 'file://{room}/{name}', { arguments: { room: 7 } }],
  ['the context is nonsense', 'file://{room}/{name}', 'board'],
])('all are left where %s', async (_, template, context) => {
  const complete = await startShelf(template, NO_MERGERS)
  expect(await complete('name', context as never)).toEqual({ values: VALUES, total: 2 })
})

import { defineDomain, defineServer } from '@atoll/server-kit'
import { freePort } from '@atoll/tooling/free-port'
import { SkillsClient } from '@modelcontextprotocol/client/ext/skills'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { domainServer } from './fixture/domain-server.ts'
import { newSite, startGateway } from './fixture/fleet.ts'
import { policyOf } from './fixture/policy.ts'
import { rawServer } from './fixture/raw-server.ts'

/** A server that brings a skill; two of them call theirs alike. */
function handbook(name: 'hr' | 'shop', body: string) {
  const domain = defineDomain({
    name,
    scopes: { read: 'Read' },
    config: z.object({}),
    connect: async () => ({ deps: {} }),
  })
  const skill = domain.defineSkill({
    name: 'onboarding',
    description: `How ${name} takes in somebody new: "day by day", and what to say.`,
    scopes: [`${name}:read`],
    instructions: `# Onboarding\n\n${body} See [the list](lists/first-day.md).`,
    files: { 'lists/first-day.md': '# First day\n\n- Grüße\n', 'lists/more/second-day.md': '# Second day\n' },
  })
  const hello = domain.defineTool({
    name: 'hello',
    title: 'Hello',
    description: 'Says hello to everybody',
    effect: 'read',
    scopes: [`${name}:read`],
    input: z.object({}),
    run: () => [{ type: 'text', text: 'Hello' }],
  })
  return defineServer(domain, { instructions: 'Ask.', tools: [hello], skills: [skill] })
}

const WHO = { scopes: ['hr:read', 'shop:read'] }

async function start(
  others: { name: string; url: string; names?: 'plain' }[] = [],
  env: Record<string, string> = {},
) {
  const site = await newSite()
  const serve = async (name: 'hr' | 'shop', body: string) => {
    const server = await domainServer(
      handbook(name, body),
      {},
      { port: await freePort(), issuers: site.issuers },
    )
    onTestFinished(() => server.close())
    return { name, url: server.url }
  }
  const servers = [await serve('hr', 'Show the desk.'), await serve('shop', 'Show the till.'), ...others]
  return startGateway(site, servers, { env })
}

describe('the skills of all servers', () => {
  test('are listed with the URIs they have at the gateway, and verified file by file', async () => {
    const gateway = await start()
    const host = new SkillsClient(await gateway.connect({ as: WHO }))
    expect(host.supported).toBe(true)
    const { skills } = await host.list()
    expect(skills.map(({ uri }) => uri)).toEqual([
      'skill://hr/onboarding/SKILL.md',
      'skill://shop/onboarding/SKILL.md',
    ])
    const [ofHr, ofShop] = skills
    if (!ofHr || !ofShop) throw new Error('There are no skills')
    expect(await host.read(ofHr)).toMatchObject({
      verified: true,
      frontmatter: {
        name: 'onboarding',
        description: 'How hr takes in somebody new: "day by day", and what to say.',
      },
      body: expect.stringContaining('Show the desk.'),
    })
    expect((await host.read(ofShop)).body).toContain('Show the till.')
    expect(await host.read(ofHr, 'lists/first-day.md')).toMatchObject({ verified: true })
  })

  test('are found one by one, and by directory', async () => {
    const gateway = await start()
    const host = new SkillsClient(await gateway.connect({ as: WHO }))
    const { skill } = await host.get('skill://shop/onboarding/SKILL.md')
    expect(skill.resources).toEqual([
      expect.objectContaining({ uri: 'skill://shop/onboarding/SKILL.md' }),
      expect.objectContaining({ uri: 'skill://shop/onboarding/lists/first-day.md' }),
      expect.objectContaining({ uri: 'skill://shop/onboarding/lists/more/second-day.md' }),
    ])
    expect(host.directoryRead).toBe(true)
    const childrenOf = async (uri: string) =>
      (await host.readDirectory(uri)).resources.map((each) => each.uri)
    expect(await childrenOf('skill://hr/onboarding')).toEqual([
      'skill://hr/onboarding/SKILL.md',
      'skill://hr/onboarding/lists',
    ])
    expect(await childrenOf('skill://hr/onboarding/lists')).toEqual([
      'skill://hr/onboarding/lists/first-day.md',
      'skill://hr/onboarding/lists/more',
    ])
    await expect(host.get('skill://hr/nothing/SKILL.md')).rejects.toMatchObject({ code: -32602 })
    await expect(host.readDirectory('skill://hr/onboarding/SKILL.md')).rejects.toMatchObject({ code: -32602 })
  })

  test('are read under their scopes only', async () => {
    const gateway = await start()
    const response = await gateway.post(
      'resources/read',
      { uri: 'skill://hr/onboarding/SKILL.md' },
      { as: { scopes: ['shop:read'] } },
    )
    expect(response.status).toBe(403)
    expect(response.headers.get('www-authenticate')).toContain('hr:read')
  })

  test('are not there for those from whom policy keeps them', async () => {
    const { env } = policyOf(`deny: '"guest" in principal.roles && target.server == "hr"'`)
    const gateway = await start([], env)
    const guest = { ...WHO, roles: ['guest'] }
    const host = new SkillsClient(await gateway.connect({ as: guest }))
    expect((await host.list()).skills.map(({ uri }) => uri)).toEqual(['skill://shop/onboarding/SKILL.md'])
    const errorOf = async (uri: string) => {
      const response = await gateway.post('skills/get', { uri }, { as: guest })
      return ((await response.json()) as { error: { message: string } }).error
    }
    const hidden = await errorOf('skill://hr/onboarding/SKILL.md')
    expect(hidden).toMatchObject({ code: -32602, message: 'There is no such skill' })
    const absent = await gateway.post('skills/get', { uri: 'skill://hr/nothing/SKILL.md' }, { as: WHO })
    expect((await absent.json()) as object).toMatchObject({
      error: { code: -32602, message: hidden.message },
    })
    const listed = await gateway.post('skills/list', {}, { as: WHO })
    expect(await listed.json()).toMatchObject({ result: { cacheScope: 'private' } })
  })

  test('are not there by any method for those from whom a rule keeps their URI', async () => {
    const file = 'skill://hr/onboarding/SKILL.md'
    const isOne = `target.kind == "resource" && args.uri in ["${file}", "skill://hr/onboarding/lists"]`
    const gateway = await start([], policyOf(`deny: '"guest" in principal.roles && ${isOne}'`).env)
    const ask = async (method: string, params: object, roles: string[]) => {
      const response = await gateway.post(method, { ...params }, { as: { ...WHO, roles } })
      return (await response.json()) as { result?: Record<string, { uri: string }[]>; error?: object }
    }
    const urisOf = async (method: string, params: object, roles: string[]) => {
      const { result = {} } = await ask(method, params, roles)
      return (result.skills ?? result.resources)?.map(({ uri }) => uri)
    }
    const directory = { uri: 'skill://hr/onboarding' }
    for (const roles of [[], ['guest']]) {
      const isGuest = roles.length > 0
      const shown = isGuest ? expect.not.arrayContaining([file]) : expect.arrayContaining([file])
      expect(await urisOf('skills/list', {}, roles)).toEqual(shown)
      expect(await urisOf('resources/list', {}, roles)).toEqual(shown)
      expect(await urisOf('resources/directory/read', directory, roles)).toEqual(
        isGuest ? [] : [file, 'skill://hr/onboarding/lists'],
      )
      for (const [method, uri] of [
        ['resources/read', file],
        ['skills/get', file],
        ['skills/get', 'skill://hr/%6fnboarding/SKILL.md'],
        ['resources/directory/read', 'skill://hr/onboarding/lists'],
      ] as const)
        expect(await ask(method, { uri }, roles), `${method} ${uri}`).toHaveProperty(
          isGuest ? 'error' : 'result',
        )
    }
    const { error } = await ask('skills/get', { uri: file }, ['guest'])
    expect(error).toMatchObject({ code: -32602, message: 'There is no such skill' })
  })

  test('are resources like any other to clients of the 2025 era', async () => {
    const client = await (await start()).connect({ era: 'legacy', as: WHO })
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toContain(
      'skill://hr/onboarding/SKILL.md',
    )
    const { contents } = await client.readResource({ uri: 'skill://hr/onboarding/SKILL.md' })
    expect(contents[0]).toMatchObject({ uri: 'skill://hr/onboarding/SKILL.md', mimeType: 'text/markdown' })
  })

  test('are those of the others where one server cannot answer, and the list then counts as stale', async () => {
    const lost = await rawServer(({ method, reply, response }) => {
      const capabilities = { extensions: { 'io.modelcontextprotocol/skills': {} }, resources: {} }
      const hints = { ttlMs: 60_000, cacheScope: 'public' }
      if (method === 'server/discover') reply({ supportedVersions: ['2026-07-28'], capabilities, ...hints })
      else if (method === 'skills/list') response.destroy()
      else reply({ resources: [], resourceTemplates: [], ...hints })
    })
    const gateway = await start([{ name: 'lost', url: lost.url }])
    const response = await gateway.post('skills/list', {}, { as: WHO })
    const { result } = (await response.json()) as { result: { skills: object[] } }
    expect(result).toMatchObject({ ttlMs: 0, resultType: 'complete' })
    expect(result.skills).toHaveLength(2)
    // What one of them cannot do is not promised for all.
    const discovered = await gateway.post('server/discover', {}, { as: WHO })
    expect(await discovered.json()).toMatchObject({
      result: { capabilities: { extensions: { 'io.modelcontextprotocol/skills': {} } } },
    })
    const host = new SkillsClient(await gateway.connect({ as: WHO }))
    expect(host.directoryRead).toBe(false)
  })

  test('are not those that a server with names of its own lists as if they were of another', async () => {
    const skill = (uri: string) => ({ uri, name: 'onboarding', description: 'Come in', resources: [] })
    const own = await rawServer(({ method, reply }) => {
      const capabilities = { extensions: { 'io.modelcontextprotocol/skills': {} }, resources: {} }
      const hints = { ttlMs: 60_000, cacheScope: 'public' }
      const skills = ['skill://hr/onboarding/SKILL.md', 'skill://own/SKILL.md'].map(skill)
      if (method === 'server/discover') reply({ supportedVersions: ['2026-07-28'], capabilities, ...hints })
      else if (method === 'skills/list') reply({ skills, ...hints })
      else reply({ resources: [], resourceTemplates: [], ...hints })
    })
    const gateway = await start([{ name: 'own', url: own.url, names: 'plain' }])
    const response = await gateway.post('skills/list', {}, { as: WHO })
    const { result } = (await response.json()) as { result: { skills: { uri: string }[] } }
    expect(result.skills.map(({ uri }) => uri)).toEqual([
      'skill://hr/onboarding/SKILL.md',
      'skill://own/SKILL.md',
      'skill://shop/onboarding/SKILL.md',
    ])
  })

  test('are listed in one page, so that no cursor is one of theirs', async () => {
    const gateway = await start()
    for (const cursor of ['', 'x', 7]) {
      const response = await gateway.post('skills/list', { cursor }, { as: WHO })
      expect(await response.json()).toMatchObject({ error: { code: -32602 } })
    }
  })

  test('say how long they may be kept, and by whom', async () => {
    const gateway = await start()
    const response = await gateway.post('skills/list', {}, { as: WHO })
    expect(await response.json()).toMatchObject({ result: { ttlMs: 300_000, cacheScope: 'public' } })
    const one = await gateway.post('skills/get', { uri: 'skill://hr/onboarding/SKILL.md' }, { as: WHO })
    expect(await one.json()).toMatchObject({ result: { ttlMs: 300_000, cacheScope: 'public' } })
  })
})

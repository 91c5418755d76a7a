import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { atoll } from '../src/run.ts'

const fleet = inject('fleet')
const { mcp, token } = fleet.servers['knowledge-base']
const doors = {
  'the gateway': {
    mcp: fleet.gateway.mcp,
    token: fleet.token,
    prefix: 'knowledge-base__',
    scheme: 'knowledge-base+kb',
  },
  'the server directly': { mcp, token, prefix: '', scheme: 'kb' },
}
const QUESTION = 'How many days off do I get in a year?'

const clients = {
  'SDK v1': async (url: URL, requestInit: RequestInit) => {
    const client = new ClientV1({ name: 'interop-v1', version: '1' })
    await client.connect(new TransportV1(url, { requestInit }))
    return client
  },
  'SDK v2, 2025 era': (url: URL, requestInit: RequestInit) => connect(url, requestInit, 'legacy'),
  'SDK v2, 2026 era': (url: URL, requestInit: RequestInit) => connect(url, requestInit, 'auto'),
}

async function connect(url: URL, requestInit: RequestInit, mode: 'auto' | 'legacy') {
  const client = new Client({ name: 'interop', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }))
  return client
}

interface Found {
  results: { document_id: string; uri: string; title: string; category: string; passage: number }[]
  searched: { by_meaning: string }
}

for (const [name, open] of Object.entries(clients)) {
  for (const [door, { mcp, token, prefix, scheme }] of Object.entries(doors)) {
    describe(`${name}, through ${door}`, () => {
      const connected = () => open(new URL(mcp), { headers: { authorization: `Bearer ${token}` } })

      test('finds a document by words and meaning, opens it and reads it as a resource', async () => {
        const client = await connected()
        const searched = await client.callTool({
          name: `${prefix}search_knowledge_base`,
          arguments: { query: QUESTION },
        })
        const { results, searched: how } = searched.structuredContent as unknown as Found
        const vacation = results.find(({ title }) => title === 'Vacation')
        expect(how.by_meaning).toBe('full')
        expect(vacation).toBeDefined()
        const opened = await client.callTool({
          name: `${prefix}get_document`,
          arguments: { id: vacation?.document_id, around_passage: vacation?.passage },
        })
        expect(opened.structuredContent).toMatchObject({
          document: { title: 'Vacation', category: 'Time off' },
        })
        const uri = `${scheme}://documents/${vacation?.document_id}`
        const { contents } = await client.readResource({ uri })
        expect(contents).toMatchObject([
          { uri, mimeType: 'text/markdown', text: expect.stringContaining('28 days of paid vacation') },
        ])
        // Search results name it as its own server does, and that is understood too.
        const asFound = await client.readResource({ uri: vacation?.uri ?? '' })
        expect(asFound.contents).toMatchObject([
          { text: expect.stringContaining('28 days of paid vacation') },
        ])
        expect(await allResources(client)).toContain(uri)
        await client.close()
      })

      test('asks for an answer with citations, in a category that it completes', async () => {
        const client = await connected()
        const ref = { type: 'ref/prompt', name: `${prefix}answer_with_citations` } as const
        const { completion } = await client.complete({ ref, argument: { name: 'category', value: 'time' } })
        expect(completion.values).toEqual(['Time off'])
        const { messages } = await client.getPrompt({
          name: ref.name,
          arguments: { question: QUESTION, category: 'Time off' },
        })
        const texts = messages.map(({ content }) => (content.type === 'text' ? content.text : ''))
        expect(texts.join('\n')).toMatch(/kb:\/\/documents\/doc_\w+, passage \d+[\s\S]*> .*28 .*days.*/)
        expect(texts.at(-1)).toContain(`Question: ${QUESTION}`)
        await client.close()
      })
    })
  }
}

/** A caller's own documents follow on later pages. */
async function allResources(client: Client | ClientV1): Promise<string[]> {
  const uris: string[] = []
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const page = await client.listResources(cursor === undefined ? {} : { cursor })
    uris.push(...page.resources.map(({ uri }) => uri))
    cursor = page.nextCursor
  }
  return uris
}

test('shows another company its own documents alone', async () => {
  const { results } = await search('vacation', ['--tenant', 'globex'])
  expect(results.map(({ title }) => title).sort()).toEqual(['Climbing a turbine', 'Vacation'])
  expect(JSON.stringify(results)).not.toContain('28 days')
})

describe('a folder imported into the running fleet', () => {
  let folder: string
  const bring = (...more: string[]) =>
    atoll(['import', 'knowledge-base', ...more, '--tenant', 'reef', '--dir', folder], fleet.env)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'atoll-handbook-'))
    await mkdir(join(folder, 'Boats'))
    await writeFile(
      join(folder, 'Boats', 'anchoring.md'),
      '# Anchoring\n\n## On coral\n\nNever drop an anchor on coral: use the mooring buoys.\n',
    )
    await writeFile(join(folder, 'Boats', 'fuel.html'), '<h1>Fuel</h1><p>The fuel card is in the locker.</p>')
    await writeFile(join(folder, 'Boats', 'engine.jpg'), '')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('is found at once, with its headings, by words and meaning', async () => {
    const imported = await bring()
    expect(imported.stderr).toContain('1 file .jpg left out')
    expect(imported).toMatchObject({ code: 0, stdout: expect.stringContaining('2 documents: 2 added') })
    const found = await search('Where may I anchor?', ['--tenant', 'reef'])
    expect(found).toMatchObject({
      results: [{ title: 'Anchoring', category: 'Boats', heading_path: ['On coral'] }, { title: 'Fuel' }],
      searched: { by_meaning: 'full' },
    })
  })

  test('changes nothing when it is imported again, and what changed when it is', async () => {
    expect((await bring()).stdout).toContain('Nothing changed in tenant reef')
    await writeFile(join(folder, 'Boats', 'anchoring.md'), '# Anchoring\n\nAsk the harbour master.\n')
    await rm(join(folder, 'Boats', 'fuel.html'))
    expect((await bring()).stdout).toContain('1 document: 0 added, 1 changed, 0 as before, 1 removed')
    const { results } = await search('Where may I anchor?', ['--tenant', 'reef'])
    expect(results).toMatchObject([{ snippet: expect.stringContaining('harbour master') }])
  })

  test('hands options of the domain’s own command on, wherever they stand', async () => {
    const imported = await bring(
      '--visibility',
      'confidential',
      '--category=Secret things',
      '--source',
      'board',
    )
    expect(imported, imported.stderr).toMatchObject({ code: 0 })
    const who = ['--tenant', 'reef', '--scopes']
    const { results } = await search('harbour master', [...who, 'kb:read kb:confidential'])
    expect(results.map(({ category }) => category).sort()).toEqual(['Boats', 'Secret things'])
    expect((await search('harbour master', [...who, 'kb:read'])).results).toHaveLength(1)
    expect(await bring('--visibility', 'secret')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected one of "public"|"internal"|"confidential"'),
    })
  })
})

/** As somebody whom the CLI signs a token for, through the gateway. */
async function search(query: string, who: string[]): Promise<Found> {
  const { stdout } = await atoll(['token', ...who], fleet.env)
  const headers = { authorization: `Bearer ${stdout.trim()}` }
  const client = await connect(new URL(fleet.gateway.mcp), { headers }, 'auto')
  const name = 'knowledge-base__search_knowledge_base'
  const found = await client.callTool({ name, arguments: { query, top_k: 20 } })
  await client.close()
  return found.structuredContent as unknown as Found
}

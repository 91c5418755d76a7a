import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseEnvironment } from '@atoll/server-kit'
import { httpFixture } from '@atoll/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { server as definition } from '../src/server.ts'
import { folder } from './import/folder.ts'
import { runImportCommand } from './import/run-command.ts'
import { type Library, open, ownLibrary, reader, search } from './library.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A service with the embeddings API, whose vectors count letters; it can be broken and mended. */
async function service() {
  const state = { broken: false, texts: 0 }
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { input, model } = JSON.parse(body) as { input: string[]; model: string }
    state.texts += input.length
    response.writeHead(state.broken ? 400 : 200, { 'content-type': 'application/json' })
    const data = input.map((text, index) => ({ index, object: 'embedding', embedding: letters(text) }))
    response.end(
      JSON.stringify(state.broken ? { error: { message: 'out of order' } } : { model, data, object: 'list' }),
    )
  })
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done))
  closing.push(() => new Promise((done) => http.close(done)))
  closing.push(async () => http.closeAllConnections())
  const env = {
    EMBEDDING_URL: `http://127.0.0.1:${(http.address() as AddressInfo).port}/v1`,
    EMBEDDING_MODEL: 'letters',
    EMBEDDING_DIMENSIONS: '26',
    EMBEDDING_KEY: 'a key that nobody may see',
  }
  return { state, env }
}

function letters(text: string): number[] {
  const counts = Array<number>(26).fill(0.01)
  for (const letter of text.toLowerCase()) {
    const index = letter.charCodeAt(0) - 97
    if (index >= 0 && index < 26) counts[index] = (counts[index] ?? 0) + 1
  }
  return counts
}

async function meaning({ server }: Library): Promise<{ by_meaning: string; note?: string }> {
  const query = 'How many days of vacation do I have?'
  const { structuredContent } = await server.call('search_knowledge_base', { query }, { as: reader })
  expect(structuredContent.results[0]?.title).toBe('Vacation')
  return structuredContent.searched
}

describe('another model', () => {
  it('embeds everything anew in the background, while search goes on', async () => {
    const library = await ownLibrary()
    closing.push(() => library.close())
    expect(await meaning(library)).toEqual({ by_words: 'full', by_meaning: 'full' })
    const { env } = await service()
    const changed = await open(library, env)
    closing.push(() => changed.close())
    await expect.poll(() => meaning(changed), { timeout: 20_000 }).toMatchObject({ by_meaning: 'full' })
  })

  it('that cannot be asked leaves search by words, says so, and catches up when it is back', async () => {
    const { state, env } = await service()
    state.broken = true
    const library = await ownLibrary({ filled: false, env })
    closing.push(() => library.close())
    const { path } = await folder({
      'Time off/Vacation.md': '# Vacation\n\nEverybody has 28 days of vacation.',
    })
    const { stdout } = await runImportCommand(library, ['--tenant', 'acme', '--dir', path], { env })
    expect(stdout).toContain('found by words only')
    const degraded = await meaning(library)
    expect(degraded).toMatchObject({ by_meaning: 'unavailable', note: expect.stringContaining('words only') })
    state.broken = false
    await expect
      .poll(() => meaning(library), { timeout: 30_000, interval: 200 })
      .toMatchObject({ by_meaning: 'full' })
    expect((await search(library, reader, 'vacation days'))[0]?.found_by).toContain('meaning')
  }, 60_000)

  it('that cannot be asked shows as degraded in /ready, without its key', async () => {
    const { state, env } = await service()
    state.broken = true
    const library = await ownLibrary({ filled: false })
    closing.push(() => library.close())
    const config = parseEnvironment(definition.domain.config, { DATABASE_URL: library.appUrl, ...env })
    const http = await httpFixture(definition, (context) => definition.domain.connect(config, context))
    closing.push(() => http.close())
    const token = await http.token({ subject: 'bob', tenant: 'acme', scopes: ['kb:read'] })
    const call = {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'search_knowledge_base', arguments: { query: 'vacation' } },
    }
    const answer = await http.post(call, {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    })
    const body = await answer.text()
    expect(body).toContain('unavailable')
    let text = ''
    const ready = async () => {
      const response = await fetch(`${http.origin}/ready`)
      text = await response.text()
      return { code: response.status, ...JSON.parse(text) }
    }
    const degraded = { code: 200, status: 'ready', dependencies: { embeddings: { status: 'degraded' } } }
    await expect.poll(ready, { timeout: 5000 }).toMatchObject(degraded)
    expect(text).not.toContain('nobody may see')
  })
})

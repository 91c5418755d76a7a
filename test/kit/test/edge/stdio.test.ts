import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

function start(env: Record<string, string>) {
  const options = { command: process.execPath, args: [main, 'stdio'], stderr: 'ignore' as const }
  return new StdioClientTransport({ ...options, env: { PATH: process.env.PATH ?? '', ...env } })
}

for (const mode of ['auto', 'legacy'] as const) {
  test(`serves a ${mode} client over stdio through the same pipeline`, async () => {
    const capabilities = { elicitation: { form: {} } }
    const client = new Client({ name: 'test', version: '1' }, { capabilities, versionNegotiation: { mode } })
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { confirm: true } }))
    await client.connect(start({ MCP_STDIO_TENANT: 'acme' }))
    try {
      expect((await client.listTools()).tools.map(({ name }) => name)).toContain('agree')
      const agreed = await client.callTool({ name: 'agree', arguments: { word: 'go' } })
      expect(agreed.structuredContent).toEqual({ word: 'go' })
      const bad = await client.callTool({ name: 'agree', arguments: { word: 7 } })
      expect(bad.isError).toBe(true)
      const seen: number[] = []
      await client.callTool(
        { name: 'steps', arguments: {} },
        { onprogress: ({ progress }) => seen.push(progress) },
      )
      expect(seen).toEqual([1, 3])
    } finally {
      await client.close()
    }
  })
}

test('gives the local host no more scopes than it was started with', async () => {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(start({ MCP_STDIO_TENANT: 'acme', MCP_STDIO_SCOPES: 'machine:other' }))
  await expect(client.callTool({ name: 'count', arguments: {} })).rejects.toThrow('machine:use')
  await client.close()
})

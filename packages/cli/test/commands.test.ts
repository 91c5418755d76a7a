import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { targetFor } from '../src/mcp/target.ts'
import { withClient } from '../src/mcp/with-client.ts'
import { readSettings } from '../src/settings.ts'
import { type Finished, openPlace, type Place, type Running } from './support/command.ts'

const CLONE = join(import.meta.dirname, 'fixtures', 'mcp')
const MAIN = join(import.meta.dirname, 'fixtures', 'atoll.ts')

let place: Place
let fleet: Running

beforeAll(async () => {
  place = await openPlace('mcp')
  fleet = place.spawn(['start'])
  await fleet.prints('Ctrl-C stops all of it.')
})
afterAll(() => place[Symbol.asyncDispose]())

function json({ stdout }: Finished): unknown {
  return JSON.parse(stdout)
}

describe('tools', () => {
  test('lists what the gateway offers, with what a call does', async () => {
    const { code, stdout } = await place.run(['tools'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^TOOL +EFFECT +WHAT IT DOES\n/)
    expect(stdout).toMatch(/^list_people +read +People, at most as many as asked for\.$/m)
    expect(stdout).toMatch(/^delete_all +destroy +Deletes all, after asking\.$/m)
    expect(stdout).toMatch(/^administer +write +/m)
  })

  test('lists what one server offers', async () => {
    expect(json(await place.run(['tools', '--server', 'alpha', '--json']))).toMatchObject([
      { name: 'list_notes' },
    ])
  })

  test('shows one tool with its arguments', async () => {
    const { stdout } = await place.run(['tools', 'list_people'])
    expect(stdout).toMatch(/^limit +integer +How many$/m)
  })

  test('names the servers when asked for one that is not there', async () => {
    const { code, stderr } = await place.run(['tools', '--server', 'hasOwnProperty'])
    expect(stderr).toBe('There is no server "hasOwnProperty"; there is gateway, alpha.\n')
    expect(code).toBe(2)
  })
})

test('resources lists resources and templates', async () => {
  const { stdout } = await place.run(['resources'])
  expect(stdout).toMatch(/^text:\/\/greeting +text\/plain +Greeting: A greeting\.$/m)
  expect(stdout).toMatch(/^person:\/\/\{name\} +application\/json +Person: A person\.$/m)
})

describe('call', () => {
  test('shows structured answers for people, without the escape sequences in them', async () => {
    const { code, stdout } = await place.run(['call', 'list_people', '{"limit":2}'])
    expect(code).toBe(0)
    expect(stdout).toBe('total  2\n\npeople\n  name  age\n  Ann    41\n  Bo      7\n')
  })

  test('prints the structured answer alone for scripts', async () => {
    expect(json(await place.run(['call', 'list_people', '{"limit":1}', '--json']))).toMatchObject({
      total: 2,
    })
  })

  test('reads the arguments from stdin', async () => {
    const { stdout } = await place.run(['call', 'list_people', '-', '--json'], { stdin: '{"limit":1}' })
    expect(JSON.parse(stdout).people).toHaveLength(1)
  })

  test('says where a picture is', async () => {
    const { stdout } = await place.run(['call', 'draw'])
    expect(stdout).toBe('title  a dot\n\n[image, image/png, 3 bytes; --json has it in base64]\n')
  })

  test.each([
    [['call', 'find_nothing', '{"id":"x"}'], 1, 'NOT_FOUND: There is no thing "x" that you can see.'],
    [['call', 'list_people', '{"limit":99}'], 1, 'limit'],
    [['call', 'refuse'], 4, 'FORBIDDEN: You may not do this.'],
    [['call', 'list_people', '{"limit":'], 2, 'The arguments are not JSON'],
    [['call', 'list_people', '[1]'], 2, 'The arguments must be a JSON object'],
    [['call', 'lst_peple'], 2, 'did you mean list_people?'],
    [['call', 'list_people', '--timeout', 'soon'], 2, '"soon" is not a length of time'],
    [['cal', 'list_people'], 2, '(Did you mean call?)'],
    [['call'], 2, "missing required argument 'tool'"],
    [['tools', '--colour'], 2, "unknown option '--colour'"],
  ])('%j ends with code %i and says why', async (args, exitCode, sentence) => {
    const { code, stdout, stderr } = await place.run(args)
    expect(stderr).toContain(sentence)
    expect({ code, stdout }).toEqual({ code: exitCode, stdout: '' })
  })

  test('shows a stack only when asked to', async () => {
    expect((await place.run(['call', 'find_nothing', '{'])).stderr).not.toContain('    at ')
    expect((await place.run(['call', 'find_nothing', '{', '--debug'])).stderr).toContain('    at ')
  })

  test('tells scripts the code of an error', async () => {
    const finished = await place.run(['call', 'find_nothing', '{"id":"x"}', '--json'])
    const message = 'There is no thing "x" that you can see.'
    expect(json(finished)).toMatchObject({ error: { code: 'NOT_FOUND', status: 404, message } })
    expect(finished.code).toBe(1)
  })

  test('does nothing that has to be confirmed where nobody can be asked, and says how', async () => {
    const refused = await place.run(['call', 'delete_all'])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('call again with confirm: true')
    expect(refused.stderr).toContain('Nobody can be asked here')
    expect((await place.run(['call', 'delete_all', '{"confirm":true}'])).stdout).toBe('deleted  3\n')
  })

  test('asks the person where there is one', async () => {
    const target = await targetFor(readSettings(CLONE, place.env), undefined)
    const asked: string[] = []
    const answerWith = (confirm: boolean) =>
      withClient(target, (client) => client.callTool({ name: 'delete_all', arguments: {} }), {
        answer: async (request) => {
          asked.push(request.message)
          return { action: 'accept', content: { confirm } }
        },
      })
    expect((await answerWith(true)).structuredContent).toEqual({ deleted: 3 })
    expect((await answerWith(false)).isError).toBe(true)
    expect(asked).toEqual(['Delete all 3 things?', 'Delete all 3 things?'])
  })
})

describe('token', () => {
  test('prints a token and nothing else', async () => {
    const args = ['--subject', 'bob', '--tenant', 'globex', '--scopes', 'a:read, b:write', '--ttl', '15m']
    const { code, stdout } = await place.run(['token', ...args])
    const claims = decodeJwt(stdout.trim())
    expect(code).toBe(0)
    expect(claims).toMatchObject({ sub: 'bob', tenant: 'globex', scope: 'a:read b:write' })
    expect(claims.aud).toBe(`http://127.0.0.1:${place.ports.gateway}/mcp`)
    expect(Number(claims.exp) - Number(claims.iat)).toBe(900)
  })

  test('has all scopes of its audience unless told otherwise', async () => {
    const found = json(await place.run(['token', '--audience', 'alpha', '--json']))
    const audience = `http://127.0.0.1:${place.ports.alpha}/mcp`
    expect(found).toMatchObject({ audience, subject: 'alice', tenant: 'acme', scopes: ['alpha:read'] })
  })

  test('opens the server it is for and no other', async () => {
    const { token } = json(await place.run(['token', '--audience', 'alpha', '--json'])) as { token: string }
    const settings = readSettings(CLONE, place.env)
    const list = async (server: string) =>
      withClient({ ...(await targetFor(settings, server)), token }, (client) => client.listTools())
    expect((await list('alpha')).tools).toHaveLength(1)
    await expect(list('gateway')).rejects.toThrow('gateway refuses the token')
  })

  test.each([
    [['--audience', 'nobody'], 'There is no audience "nobody"; name alpha, gateway, or give a URL.'],
    [['--ttl', '0s'], '"0s" is not a length of time'],
    [['--subject', ' '], '--subject and --tenant need a value.'],
  ])('refuses %j', async (args, sentence) => {
    const { code, stderr } = await place.run(['token', ...args])
    expect(stderr).toContain(sentence)
    expect(code).toBe(2)
  })
})

test('a call whose scope is missing ends with code 4 and names the scope', async () => {
  const { stdout } = await place.run(['token', '--scopes', 'gateway:use'])
  const target = await targetFor(readSettings(CLONE, place.env), undefined)
  const call = withClient({ ...target, token: stdout.trim() }, (client) =>
    client.callTool({ name: 'administer', arguments: {} }),
  )
  await expect(call).rejects.toMatchObject({ code: 'INSUFFICIENT_SCOPE', scopes: ['gateway:admin'] })
})

test('signs a new token itself when that of fleet.json has ended', async () => {
  const found = await place.fleet()
  const stale = { ...found, token: 'ended', expiresAt: new Date(0).toISOString() }
  await writeFile(join(place.home, 'fleet.json'), JSON.stringify(stale))
  const { code, stdout } = await place.run(['call', 'who_am_i', '--json'])
  await writeFile(join(place.home, 'fleet.json'), JSON.stringify(found))
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ subject: 'alice', tenant: 'acme' })
})

test('stdio serves one domain to a host, as the person named', async () => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, 'stdio', 'alpha', '--tenant', 'acme', '--subject', 'bob'],
    env: place.env,
  })
  const client = new Client({ name: 'host', version: '1' }, { versionNegotiation: { mode: 'auto' } })
  await client.connect(transport)
  const { structuredContent } = await client.callTool({ name: 'list_notes', arguments: {} })
  expect(structuredContent).toEqual({ notes: [{ text: 'seeded' }] })
  await client.close()
})

test('says that the fleet is not running, or no longer, with code 3', async () => {
  await using elsewhere = await openPlace('mcp')
  expect(await elsewhere.run(['tools'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('The fleet is not running here; start it with `'),
  })
  await writeFile(
    join(elsewhere.home, 'fleet.json'),
    JSON.stringify({
      ...(await place.fleet()),
      gateway: {
        url: `http://127.0.0.1:${elsewhere.ports.gateway}`,
        mcp: `http://127.0.0.1:${elsewhere.ports.gateway}/mcp`,
      },
    }),
  )
  expect(await elsewhere.run(['tools'])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('is the fleet still running?'),
  })
})

test('help explains every command and the exit codes', async () => {
  const { code, stdout } = await place.run(['help'])
  expect(code).toBe(0)
  for (const word of [
    'start',
    'tools',
    'resources',
    'call',
    'token',
    'import',
    'seed',
    'stdio',
    'status',
    'Exit codes',
  ]) {
    expect(stdout).toContain(word)
  }
  expect((await place.run(['help', 'call'])).stdout).toContain('its arguments as a JSON object')
})

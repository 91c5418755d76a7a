import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { pageReader } from '../../src/apps/page.ts'
import { defineDomain, defineServer } from '../../src/index.ts'

const shop = defineDomain({
  name: 'shop',
  scopes: { read: 'Read' },
  config: z.object({}),
  connect: async () => ({ deps: {} }),
})
const tool = {
  name: 'get_total',
  title: 'Get a total',
  description: 'Look up a total.',
  effect: 'read',
  scopes: ['shop:read'],
  input: z.object({}),
  output: z.object({}),
  run: () => ({}),
} as const
const app = { name: 'till', title: 'Till', description: 'Shows a total.', scopes: ['shop:read'] } as const
const { signal } = new AbortController()

const made: string[] = []
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true })
})

/** A folder with these files; the URL of `module` in it. */
function moduleIn(files: Record<string, string>, module: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'atoll-app-'))
  made.push(directory)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
  return pathToFileURL(join(directory, module)).href
}

const bundled = () => moduleIn({ 'till.html': '<!doctype html>built' }, 'main.mjs')

describe('the page of an app', () => {
  test('is the file beside the bundle', async () => {
    const till = shop.defineApp({ ...app, module: bundled() })
    expect(till).toMatchObject({ uri: 'ui://shop/till', domain: 'shop', prefersBorder: true })
    expect(await pageReader(till)(signal)).toBe('<!doctype html>built')
  })

  test('is made by the server’s script where the server runs from source, anew each time', async () => {
    const script = "node -e \"console.log(process.argv[1], require('node:fs').readFileSync('now', 'utf8'))\""
    const files = {
      'package.json': JSON.stringify({ type: 'module', scripts: { ui: script } }),
      'src/apps/till.ts': '',
      'ui/till/index.html': '',
      now: 'first',
    }
    const module = moduleIn(files, 'src/apps/till.ts')
    const read = pageReader(shop.defineApp({ ...app, module }))
    expect(await read(signal)).toBe('till first\n')
    writeFileSync(new URL('../../now', module), 'second')
    expect(await read(signal)).toBe('till second\n')
    await expect(read(AbortSignal.abort())).rejects.toThrow(/abort/i)
  })

  test('is missed when the module loads', () => {
    expect(() => shop.defineApp({ ...app, name: 'other', module: bundled() })).toThrow(
      /shop\/other: there is no .*other\.html; name it in "apps" of "atollBundle"/,
    )
    const module = moduleIn({ 'package.json': '{}', 'src/till.ts': '' }, 'src/till.ts')
    expect(() => shop.defineApp({ ...app, module })).toThrow(/shop\/till: there is no .*ui.till.index\.html/)
  })
})

test('the name of an app is part of its URI, so it is lower-case words', () => {
  for (const name of ['Till', 'a_b', 'a/b', '', 'a--b']) {
    expect(() => shop.defineApp({ ...app, name, module: bundled() })).toThrow(/lower-case words/)
  }
})

test('a server has the apps that its tools name, and no others', () => {
  const till = shop.defineApp({ ...app, module: bundled() })
  const naming = shop.defineTool({ ...tool, app: till })
  const server = { instructions: '', tools: [naming] }
  expect(() => defineServer(shop, server)).toThrow('Tool get_total: the server lacks its app "till"')
  expect(() => defineServer(shop, { ...server, apps: [till] })).not.toThrow()
  const silent = { instructions: '', tools: [shop.defineTool(tool)], apps: [till] }
  expect(() => defineServer(shop, silent)).toThrow('App till: no tool names it')
  expect(() => defineServer(shop, { ...server, apps: [till, till] })).toThrow(/ui:\/\/shop\/till/)
})

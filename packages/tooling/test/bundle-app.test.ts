import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { bundleApp } from '../src/bundle/bundle-app.ts'

const made: string[] = []
afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true })
})

function folder(files: Record<string, string> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'atoll-bundle-'))
  made.push(directory)
  for (const [path, content] of Object.entries(files)) {
    const file = join(directory, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return directory
}

/** Run a bundle where nothing but itself exists; its standard output. */
function runAlone(file: string): string {
  const empty = folder()
  copyFileSync(file, join(empty, 'main.mjs'))
  return execFileSync(process.execPath, ['main.mjs'], { cwd: empty, env: {}, encoding: 'utf8' }).trim()
}

describe('bundleApp', () => {
  it('makes one file that runs where nothing else is', async () => {
    const app = folder({
      'src/main.ts': `import { greet } from './greet.ts'
        const { whom } = await import('./whom.ts')
        console.log(greet(whom))`,
      'src/greet.ts': `import legacy from 'legacy'
        export const greet = (whom: string): string => legacy.polite(whom)`,
      'src/whom.ts': `export const whom: string = 'reef'`,
      'node_modules/legacy/index.js': `const { format } = require('node:util')
        exports.polite = (whom) => format('hello %s', whom)`,
    })
    const { file } = await bundleApp(app)
    expect(readdirSync(join(app, 'dist'))).toEqual(['main.mjs'])
    expect(runAlone(file)).toBe('hello reef')
  })

  it('keeps the names of classes that share one', async () => {
    const app = folder({
      'src/main.ts': `import { Failure } from './other.ts'
        class Mine { static Failure = class Failure extends Error {} }
        console.log(Failure.name, Mine.Failure.name)`,
      'src/other.ts': `export class Failure extends Error {}`,
    })
    const { file } = await bundleApp(app)
    expect(runAlone(file)).toBe('Failure Failure')
  })

  it('takes in what a package bundled beforehand requires behind its own runtime', async () => {
    const app = folder({
      'src/main.ts': `import { answer } from 'prebuilt'
        console.log(answer())`,
      'node_modules/prebuilt/package.json': '{ "type": "module", "exports": "./index.mjs" }',
      'node_modules/prebuilt/index.mjs': `import { __require } from './_virtual/_rolldown/runtime.mjs'
        export const answer = () => __require("inner").value`,
      'node_modules/prebuilt/_virtual/_rolldown/runtime.mjs': `import { createRequire } from 'node:module'
        export const __require = createRequire(import.meta.url)`,
      'node_modules/inner/index.js': `exports.value = 42`,
    })
    const { file } = await bundleApp(app)
    expect(runAlone(file)).toBe('42')
  })

  it('refuses an import that nothing provides', async () => {
    const app = folder({ 'src/main.ts': `import 'nowhere-to-be-found'` })
    await expect(bundleApp(app)).rejects.toThrow(/nowhere-to-be-found/)
  })

  it('refuses a package that hides what it loads from disk', async () => {
    const app = folder({
      'src/main.ts': `import { createRequire } from 'node:module'
        const __require = createRequire(import.meta.url)
        console.log(__require("hidden"))`,
    })
    await expect(bundleApp(app)).rejects.toThrow(/left outside: hidden/)
  })
})

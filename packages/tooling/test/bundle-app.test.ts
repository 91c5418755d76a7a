import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
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

/** Run a bundle where nothing but what it is made of exists; its standard output. */
function runAlone(file: string): string {
  const empty = folder()
  cpSync(dirname(file), empty, { recursive: true })
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

  it('forgets what an earlier bundle left', async () => {
    const app = folder({ 'src/main.ts': '', 'dist/old.mjs': '' })
    await bundleApp(app)
    expect(readdirSync(join(app, 'dist'))).toEqual(['main.mjs'])
  })
})

describe('bundleApp with a worker and a package that stays outside', () => {
  const { platform, arch } = process
  const other = platform === 'linux' ? 'darwin' : 'linux'
  const app = (more: Record<string, string> = {}) =>
    folder({
      'package.json': JSON.stringify({
        type: 'module',
        atollBundle: { workers: ['src/deep/counting-worker.ts'], outside: ['native'] },
      }),
      'src/main.ts': `import { Worker } from 'node:worker_threads'
        import { twice } from './twice.ts'
        const worker = new Worker(new URL('./counting-worker.mjs', import.meta.url))
        worker.on('message', (count: number) => console.log(twice(count)))`,
      'src/twice.ts': `export const twice = (count: number): number => 2 * count`,
      'src/deep/counting-worker.ts': `import { parentPort } from 'node:worker_threads'
        import { count } from 'native'
        import { twice } from '../twice.ts'
        parentPort?.postMessage(twice(count()))`,
      'node_modules/native/package.json': JSON.stringify({
        name: 'native',
        main: 'lib/index.js',
        dependencies: { loader: '1', downloader: '1' },
        scripts: { install: 'node script/install.js' },
      }),
      'node_modules/native/LICENSE': 'do as you like',
      'node_modules/native/README.md': '# native',
      'node_modules/native/lib/index.js': `const load = require("loader")
        exports.count = () => load(\`\${__dirname}/../bin/\${process.platform}-\${process.arch}\`)`,
      'node_modules/native/lib/index.d.ts': 'export function count(): number',
      'node_modules/native/lib/index.js.map': '{}',
      'node_modules/native/src/count.cc': 'int main() {}',
      'node_modules/native/binding.gyp': '{}',
      'node_modules/native/script/install.js': `require('downloader')`,
      [`node_modules/native/bin/${platform}-${arch}/count.node`]: '21',
      [`node_modules/native/bin/${platform}-${arch}/count.musl.node`]: '',
      [`node_modules/native/bin/${platform}-other/notes.txt`]: '',
      [`node_modules/native/bin/${other}-${arch}/count.node`]: '',
      [`node_modules/native/bin/${platform}-s390x/count.node`]: '',
      'node_modules/loader/package.json': '{ "name": "loader" }',
      'node_modules/loader/index.js': `module.exports = (folder) =>
        Number(require('node:fs').readFileSync(folder + '/count.node', 'utf8'))`,
      'node_modules/downloader/package.json': '{ "name": "downloader" }',
      ...more,
    })

  it('runs where nothing else is', async () => {
    const { file, workers, packages } = await bundleApp(app())
    expect(runAlone(file)).toBe('84')
    expect(workers.map((worker) => basename(worker.file))).toEqual(['counting-worker.mjs'])
    expect(packages.map(({ name }) => name)).toEqual(['native', 'loader'])
  })

  it('takes along only what this platform needs when it runs', async () => {
    const { file } = await bundleApp(app())
    expect(filesUnder(dirname(file))).toEqual(
      [
        'counting-worker.mjs',
        'main.mjs',
        'node_modules/loader/index.js',
        'node_modules/loader/package.json',
        'node_modules/native/LICENSE',
        `node_modules/native/bin/${platform}-${arch}/count.node`,
        `node_modules/native/bin/${platform}-other/notes.txt`,
        'node_modules/native/lib/index.js',
        'node_modules/native/package.json',
      ].sort(),
    )
  })

  it('keeps two versions of a package apart', async () => {
    const { file } = await bundleApp(
      app({
        'package.json': JSON.stringify({
          atollBundle: { workers: ['src/deep/counting-worker.ts'], outside: ['loader', 'native'] },
        }),
        'node_modules/native/node_modules/loader/package.json': '{ "name": "loader" }',
        'node_modules/native/node_modules/loader/index.js': 'module.exports = () => 100',
      }),
    )
    expect(runAlone(file)).toBe('400')
    expect(filesUnder(dirname(file))).toContain('node_modules/native/node_modules/loader/index.js')
    expect(filesUnder(dirname(file))).toContain('node_modules/loader/index.js')
  })

  it('refuses what a worker would load from elsewhere', async () => {
    const hidden = app({
      'src/twice.ts': `import { createRequire } from 'node:module'
        const __require = createRequire(import.meta.url)
        export const twice = (count: number): number => __require("hidden")(count)`,
    })
    await expect(bundleApp(hidden)).rejects.toThrow(/left outside: hidden/)
  })

  it('refuses a package that is not there', async () => {
    const missing = folder({
      'package.json': '{ "atollBundle": { "outside": ["nowhere"] } }',
      'src/main.ts': '',
    })
    await expect(bundleApp(missing)).rejects.toThrow(/Cannot find package 'nowhere'/)
  })

  it.each([
    ['{ "workers": "src/worker.ts" }', /lists of "workers", "outside" and "apps"/],
    ['{ "worker": ["src/worker.ts"] }', /lists of "workers", "outside" and "apps"/],
    ['{ "workers": ["src/a/main.ts"] }', /two entries have the same name/],
    ['{ "workers": ["src/a/one.ts", "src/b/one.ts"] }', /two entries have the same name/],
  ])('refuses what it cannot follow: %s', async (atollBundle, problem) => {
    const app = folder({ 'package.json': `{ "atollBundle": ${atollBundle} }`, 'src/main.ts': '' })
    await expect(bundleApp(app)).rejects.toThrow(problem)
  })
})

function filesUnder(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

describe('bundleApp with the page of an app', () => {
  const page = (script: string, more: Record<string, string> = {}) =>
    folder({
      'package.json': JSON.stringify({ type: 'module', atollBundle: { apps: ['till'] } }),
      'src/main.ts': '',
      'ui/till/index.html': `<!doctype html><title>Till</title><link rel="stylesheet" href="./till.css">
        <script type="module" src="./main.ts"></script>`,
      'ui/till/till.css': '@import "./theme.css"; b { color: light-dark(#123456, #fedcba) }',
      'ui/till/theme.css': 'i { color: #abcdef }',
      'ui/till/main.ts': script,
      ...more,
    })

  it('makes it one file of its scripts and styles', async () => {
    const app = page(
      `import { text } from './text.ts'
      document.body.append(text)`,
      { 'ui/till/text.ts': `export const text: string = 'till </script> drawer'` },
    )
    const { apps } = await bundleApp(app)
    expect(readdirSync(join(app, 'dist')).sort()).toEqual(['main.mjs', 'till.html'])
    const html = readFileSync(join(app, 'dist/till.html'), 'utf8')
    expect(apps).toEqual([{ file: join(app, 'dist/till.html'), bytes: Buffer.byteLength(html) }])
    expect(html).toContain('drawer')
    expect(html).toContain('#abcdef')
    // Compiled away it would follow the system's theme, and not that of the page.
    expect(html).toContain('light-dark(')
    expect(html).not.toMatch(/\ssrc=|\shref=/)
    expect(html.match(/<\/script>/g)).toHaveLength(1)
  })

  it('refuses one that is not there', async () => {
    const app = folder({ 'package.json': '{"atollBundle":{"apps":["till"]}}', 'src/main.ts': '' })
    await expect(bundleApp(app)).rejects.toThrow(/till/)
  })
})

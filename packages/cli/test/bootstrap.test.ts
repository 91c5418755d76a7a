import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeEach, expect, test } from 'vitest'

const SCRIPTS = join(import.meta.dirname, '../../../scripts')

/** Stands where npx stands: the registry is not asked in tests. It makes what an install makes, or fails as one. */
const NPX = `#!${process.execPath}
const { appendFileSync, existsSync, mkdirSync, symlinkSync, writeFileSync } = require('node:fs')
appendFileSync('installs.log', process.argv.slice(2).join(' ') + '\\n')
const failure = process.env.FAKE_FAILURE
if (failure) { console.log(failure); process.exit(1) }
console.log('Progress: resolved 7, reused 7, downloaded 0, added 7, done')
const finish = () => {
  const bin = 'node_modules/node-' + process.platform + '-' + process.arch + '/bin'
  mkdirSync(bin, { recursive: true })
  if (!existsSync(bin + '/node')) symlinkSync(process.execPath, bin + '/node')
  writeFileSync('node_modules/.modules.yaml', '')
}
if (process.env.FAKE_WAIT) { const timer = setInterval(() => { if (existsSync('go')) { clearInterval(timer); finish() } }, 20) }
else finish()
`

let root: string
let env: Record<string, string>

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'atoll-bootstrap-'))
  await mkdir(join(root, 'bin'))
  await cp(join(SCRIPTS, 'with-node24.mjs'), join(root, 'scripts/with-node24.mjs'))
  await cp(join(SCRIPTS, 'bootstrap'), join(root, 'scripts/bootstrap'), { recursive: true })
  await writeFile(join(root, 'bin/npx'), NPX)
  await chmod(join(root, 'bin/npx'), 0o755)
  await writeFile(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 1\n')
  const script = `process.on('SIGTERM', () => { console.log('told to end'); process.exit(5) })
    console.log(JSON.stringify({ args: process.argv.slice(2), path: process.env.PATH.split(':')[0] }))
    if (process.argv[2] === 'wait') setInterval(() => {}, 1000)
    else process.exit(Number(process.argv[2] ?? 0))`
  await writeFile(join(root, 'script.mjs'), script)
  env = { PATH: [join(root, 'bin'), dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter) }
})

function start(args: readonly string[], more: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, [join(root, 'scripts/with-node24.mjs'), 'script.mjs', ...args], {
    env: { ...env, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function finish(child: ChildProcess) {
  if (!child.stdout || !child.stderr) throw new Error('It has no output')
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { stdout, stderr, code }
}

const run = (args: readonly string[], more?: Record<string, string>) => finish(start(args, more))

async function installs(): Promise<string[]> {
  const log = await readFile(join(root, 'installs.log'), 'utf8').catch(() => '')
  return log.split('\n').filter(Boolean)
}

test('installs once, then hands over: arguments, PATH and exit code', async () => {
  const first = await run(['7', 'x y'])
  expect(first.code).toBe(7)
  expect(JSON.parse(first.stdout)).toEqual({ args: ['7', 'x y'], path: join(root, 'node_modules/.bin') })
  expect(first.stderr).toMatch(/^Installing .* …\nInstalled .* after \d+ s\.\n$/)
  expect(await installs()).toEqual([expect.stringMatching(/^-y pnpm@12\.21\.0 install --frozen-lockfile/)])

  const second = await run(['0'])
  expect(second).toMatchObject({ code: 0, stderr: '' })
  expect(await installs()).toHaveLength(1)
})

test('installs again when the lock file has changed', async () => {
  await run(['0'])
  await writeFile(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 2\n')
  await run(['0'])
  expect(await installs()).toHaveLength(2)
})

test('accepts what pnpm itself installed from the same lock file', async () => {
  await run(['0'])
  await writeFile(join(root, 'pnpm-lock.yaml'), 'lockfileVersion: 2\n')
  await mkdir(join(root, 'node_modules/.pnpm'))
  await writeFile(join(root, 'node_modules/.pnpm/lock.yaml'), 'lockfileVersion: 2\n')
  expect((await run(['0'])).stderr).toBe('')
  expect(await installs()).toHaveLength(1)
})

test('installs again after an install that was killed', async () => {
  const child = start(['0'], { FAKE_WAIT: '1' })
  await expect.poll(installs).toHaveLength(1)
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([null, 'SIGTERM'])
  await writeFile(join(root, 'node_modules/.modules.yaml'), '')
  expect((await run(['3'])).code).toBe(3)
  expect(await installs()).toHaveLength(2)
})

test('two starts at once install once', async () => {
  const first = finish(start(['1'], { FAKE_WAIT: '1' }))
  await expect.poll(installs).toHaveLength(1)
  const child = start(['2'], { FAKE_WAIT: '1' })
  const second = finish(child)
  await once(child.stderr ?? child, 'data')
  await writeFile(join(root, 'go'), '')
  expect((await first).code).toBe(1)
  expect(await second).toMatchObject({
    code: 2,
    stderr: 'Another start is installing into this folder; waiting for it …\n',
  })
  expect(await installs()).toHaveLength(1)
})

test.each([
  ['npm error code ENOTFOUND', 'The npm registry cannot be reached'],
  ['ERR_PNPM_ENOSPC  ENOSPC: no space left on device, write', 'is full; free about 1 GB'],
  ['npm error code EACCES', 'cannot be written'],
  ['ERR_PNPM_OUTDATED_LOCKFILE', 'pnpm-lock.yaml does not fit'],
])('says in one sentence what "%s" means', async (failure, sentence) => {
  const { code, stdout, stderr } = await run(['0'], { FAKE_FAILURE: failure })
  expect(stderr).toContain(sentence)
  expect(stderr).not.toContain(failure)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})

test('shows all that pnpm said when the failure is unknown', async () => {
  const { code, stderr } = await run(['0'], { FAKE_FAILURE: 'ERR_PNPM_STRANGE the moon is full' })
  expect(code).toBe(1)
  expect(stderr).toContain('ERR_PNPM_STRANGE the moon is full')
  expect(stderr).toContain('run the same command again')
})

test('says what is missing where there is no npx', async () => {
  const { stderr } = await run(['0'], { PATH: '/nowhere' })
  expect(stderr).toContain('npx cannot be found; install npm')
})

test('a folder that cannot be written ends in one sentence', async () => {
  await writeFile(join(root, 'node_modules'), 'a file in its place')
  const { code, stderr } = await run(['0'])
  expect(code).toBe(1)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('finds a Node 24 on PATH where none is packaged for the machine', async () => {
  await mkdir(join(root, 'node_modules'))
  await writeFile(join(root, 'node_modules/.modules.yaml'), '')
  await mkdir(join(root, 'node_modules/.pnpm'))
  await cp(join(root, 'pnpm-lock.yaml'), join(root, 'node_modules/.pnpm/lock.yaml'))
  await symlink(process.execPath, join(root, 'bin/node'))
  expect((await run(['4'])).code).toBe(4)
})

test('hands signals on and waits for the script', async () => {
  await run(['0'])
  const child = start(['wait'])
  if (!child.stdout) throw new Error('It has no output')
  const output = text(child.stdout)
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect(await once(child, 'close')).toEqual([5, null])
  expect(await output).toContain('told to end')
})

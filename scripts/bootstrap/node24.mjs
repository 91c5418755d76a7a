import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

/** Replace this process by Node 24, as nearly as Node 20 can: same streams, signals and exit code. */
export async function runOnNode24(root, args) {
  const modules = join(root, 'node_modules')
  const env = {
    // Compiled sources are kept between starts, here and in all that is started from here.
    NODE_COMPILE_CACHE: join(modules, '.cache', 'node'),
    ...process.env,
    PATH: [join(modules, '.bin'), process.env.PATH].join(delimiter),
  }
  const child = spawn(await findNode24(root), args, { stdio: 'inherit', env })
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal))
  await new Promise((_, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      if (signal === null) process.exit(code)
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    })
  })
}

async function findNode24(root) {
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node')
  if (existsSync(packaged) && hasGlibc()) return packaged
  if (major(process.version) >= 24) return process.execPath
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const node = join(folder, process.platform === 'win32' ? 'node.exe' : 'node')
    if (folder !== '' && existsSync(node) && major(await versionOf(node)) >= 24) return node
  }
  throw new Error(
    `Atoll needs Node 24 or newer and brings it along on Linux with glibc (x64, arm64) only; install it from https://nodejs.org and put it on PATH (this is ${process.version}).`,
  )
}

/** The packaged Node is linked against glibc; on musl (Alpine) it is there and does not start. */
function hasGlibc() {
  return ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1'].some((file) => existsSync(file))
}

function versionOf(node) {
  return new Promise((resolve) => {
    const child = spawn(node, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part
    })
    child.on('error', () => resolve('')).on('close', () => resolve(text))
  })
}

function major(version) {
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0)
}

import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { alone } from './alone.mjs'
import { INSTALLING, isInstalled, read, stampFile, stampOf } from './installed.mjs'
import { showProgress } from './progress.mjs'
import { explain } from './sentence.mjs'

const COMMAND = ['-y', 'pnpm@12.21.0', 'install', '--frozen-lockfile', '--reporter=append-only']
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** Fill node_modules; throws an error whose message says in one sentence what to do. */
export async function install(root) {
  await alone(root, async () => {
    if (isInstalled(root)) return
    const lock = read(join(root, 'pnpm-lock.yaml'))
    explaining(root, () => {
      mkdirSync(join(root, 'node_modules'), { recursive: true })
      writeFileSync(stampFile(root), INSTALLING)
    })
    await pnpmInstall(root)
    explaining(root, () => writeFileSync(stampFile(root), stampOf(lock)))
  })
}

function explaining(root, write) {
  try {
    write()
  } catch (error) {
    throw new Error(explain(error.code, root) ?? error.message, { cause: error })
  }
}

async function pnpmInstall(root) {
  const progress = showProgress('Installing Node 24 and the libraries')
  const { code, output } = await npx(root, progress.note)
  progress.end(code === 0 ? 'Installed Node 24 and the libraries' : 'Installing stopped')
  if (code === 0) return
  const known = explain(output, root)
  if (known === undefined) process.stderr.write(`${output.trim()}\n`)
  throw new Error(
    known ??
      `Installing failed (code ${code}); pnpm's own words are above. Solve that, then run the same command again.`,
  )
}

/** Run pnpm through npx; resolves with its exit code and all that it printed. */
function npx(root, onText) {
  return new Promise((resolve, reject) => {
    const windows = process.platform === 'win32'
    const child = spawn('npx', COMMAND, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that all of it can be ended together.
      detached: !windows,
      shell: windows,
      env: {
        ...process.env,
        CI: 'true',
        // Whatever `npm start --silent` says, we have to see why it fails.
        npm_config_loglevel: 'notice',
        npm_config_fetch_retry_mintimeout: '1000',
        npm_config_fetch_retry_maxtimeout: '4000',
      },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
        onText(text)
      })
    }
    let told
    const end = (signal) => {
      told = signal
      process.kill(windows ? child.pid : -child.pid, 'SIGTERM')
    }
    for (const signal of SIGNALS) process.on(signal, end)
    child.on('error', (error) => {
      const missing = 'npx cannot be found; install npm, which comes with Node, then run this again.'
      reject(error.code === 'ENOENT' ? new Error(missing) : error)
    })
    child.on('close', (code, signal) => {
      for (const each of SIGNALS) process.removeListener(each, end)
      if (told !== undefined) process.kill(process.pid, told)
      resolve({ code: code ?? signal, output })
    })
  })
}

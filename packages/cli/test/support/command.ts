import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@atoll/tooling/free-port'
import { Fleet } from '../../src/fleet/fleet-file.ts'

const MAIN = join(import.meta.dirname, '../fixtures/atoll.ts')

/** A home of its own, with ports of its own, for the apps of a clone in `fixtures`. */
export interface Place extends AsyncDisposable {
  readonly home: string
  readonly ports: { postgres: number; gateway: number; alpha: number; beta: number }
  readonly env: Record<string, string>
  /** Begin a command. */
  spawn(args: readonly string[], env?: Record<string, string>, cwd?: string): Running
  /** Run a command to its end. */
  run(args: readonly string[], options?: { env?: Record<string, string>; stdin?: string }): Promise<Finished>
  fleet(): Promise<Fleet>
}

export interface Finished {
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly pid: number
  /** All that it printed so far. */
  output(): string
  /** Resolves once the text was printed; rejects when the process ends without it. */
  prints(text: string | RegExp): Promise<void>
  readonly finished: Promise<Finished>
}

/** The clones in `fixtures`: tiny servers, one of them with a database, or servers made with the kit. */
export type Clone = 'plain' | 'data' | 'mcp'

/** `clone` may also be the path of another one. */
export async function openPlace(clone: Clone | (string & {})): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), 'atoll-cli-'))
  // When root runs the tests, PostgreSQL's own user has to get in.
  await chmod(home, 0o755)
  const [postgres = 0, gateway = 0, alpha = 0, beta = 0] = await freePorts(4)
  const env = {
    PATH: process.env.PATH ?? '',
    FIXTURE_CLONE: clone,
    NODE_COMPILE_CACHE: join(tmpdir(), 'atoll-cli-compile-cache'),
    ATOLL_HOME: home,
    ATOLL_POSTGRES_PORT: String(postgres),
    ATOLL_PORT_GATEWAY: String(gateway),
    ATOLL_PORT_ALPHA: String(alpha),
    ATOLL_PORT_BETA: String(beta),
  }
  const started = new Set<Running>()
  const begin = (
    args: readonly string[],
    {
      env: more = {},
      ...options
    }: { env?: Record<string, string> | undefined; stdin?: string; cwd?: string | undefined },
  ) => {
    const running = spawnCommand(args, { env: { ...env, ...more }, ...options })
    started.add(running)
    void running.finished.then(() => started.delete(running))
    return running
  }
  return {
    home,
    ports: { postgres, gateway, alpha, beta },
    env,
    spawn: (args, more, cwd) => begin(args, { env: more, cwd }),
    run: (args, options = {}) => begin(args, { stdin: '', ...options }).finished,
    fleet: async () => Fleet.parse(JSON.parse(await readFile(join(home, 'fleet.json'), 'utf8'))),
    async [Symbol.asyncDispose]() {
      for (const running of started) running.child.kill('SIGTERM')
      await Promise.all([...started].map(({ finished }) => finished))
      await rm(home, { recursive: true, force: true })
    },
  }
}

function spawnCommand(
  args: readonly string[],
  { env, stdin, cwd }: { env: Record<string, string>; stdin?: string; cwd?: string | undefined },
): Running {
  const child = spawn(process.execPath, [MAIN, ...args], { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    child.emit('printed')
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    child.emit('printed')
  })
  child.stdin.on('error', () => {})
  if (stdin !== undefined) child.stdin.end(stdin)
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code, signal) => resolve({ code: signal ?? code ?? 0, stdout, stderr }))
  })
  const output = () => stdout + stderr
  return {
    child,
    pid: child.pid ?? 0,
    output,
    finished,
    async prints(text) {
      const found = () => (typeof text === 'string' ? output().includes(text) : text.test(output()))
      if (found()) return
      await new Promise<void>((resolve, reject) => {
        child.on('printed', () => found() && resolve())
        child.on('close', () =>
          found() ? resolve() : reject(new Error(`Never printed ${text}:\n${output()}`)),
        )
      })
    },
  }
}

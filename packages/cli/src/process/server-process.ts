import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../apps/app.ts'
import { onLines } from './lines.ts'
import type { LogFile } from './log-file.ts'
import { type Readiness, untilReady } from './readiness.ts'
import { recordRun } from './run-records.ts'

/** Where a server is in its life; `failed` means that it is not started again. */
export type ServerState = 'stopped' | 'starting' | 'ready' | 'waiting' | 'failed'

export type ServerEvent =
  | { type: 'ready' }
  | { type: 'unready'; why: string }
  | { type: 'died'; how: string; lines: readonly string[]; restartIn: number | undefined }
  | { type: 'line'; line: string }

export interface ServerProcessOptions {
  readonly app: App
  readonly home: string
  readonly env: Readonly<Record<string, string>>
  readonly log: LogFile
  readonly onEvent: (event: ServerEvent) => void
  /** Milliseconds a server may take to become ready. */
  readonly readyWithin?: number
  /** Milliseconds before the first restart; doubled each time. */
  readonly firstBackoff?: number
}

const DRAIN_WITHIN = 10_000
const LONGEST_BACKOFF = 15_000
const MOST_FAILURES = 5
/** After so long in good health, earlier failures are forgotten. */
const HEALTHY_AFTER = 60_000

/** One app as a child process: started, watched, started again when it dies, and stopped. */
export class ServerProcess {
  readonly app: App
  #state: ServerState = 'stopped'
  #child: ChildProcess | undefined
  #failures = 0
  #stopping = new AbortController()
  readonly #options: ServerProcessOptions

  constructor(options: ServerProcessOptions) {
    this.app = options.app
    this.#options = options
  }

  get state(): ServerState {
    return this.#state
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Start it and wait until it answers `/ready`, has died, has taken too long, or `giveUp` aborts. */
  async start(giveUp?: AbortSignal): Promise<Readiness> {
    const { app, home, env, log, onEvent, readyWithin = 30_000 } = this.#options
    this.#state = 'starting'
    log.forget()
    const started = Date.now()
    // In a session of its own, so that Ctrl-C in the terminal reaches the launcher alone, which stops in order.
    const child = spawn(process.execPath, [app.main], {
      cwd: app.directory,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    this.#child = child
    const exited = new AbortController()
    child.on('error', () => exited.abort()).on('exit', () => exited.abort())
    const closed = new Promise<string>((resolve) => {
      child.on('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    for (const stream of [child.stdout, child.stderr]) {
      onLines(stream, (line) => {
        log.write(line)
        onEvent({ type: 'line', line })
      })
    }
    const forget = await recordRun(home, { name: app.name, kind: 'server', pid: child.pid ?? 0 })
    void closed.then((how) => this.#ended(how, Date.now() - started, forget))
    const gone = AbortSignal.any([exited.signal, this.#stopping.signal])
    const waiting = giveUp ? AbortSignal.any([gone, giveUp]) : gone
    const readiness = await untilReady(app.url, waiting, { within: readyWithin })
    if (waiting.aborted) return readiness
    if (readiness.ready) this.#isReady()
    else {
      onEvent({ type: 'unready', why: readiness.why })
      void untilReady(app.url, gone, { every: 1_000 }).then(({ ready }) => ready && this.#isReady())
    }
    return readiness
  }

  /** Ask it to drain and end; kill it after 10 s, or at once when `kill` aborts. */
  async stop(kill: AbortSignal): Promise<void> {
    this.#stopping.abort()
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    const tooLong = AbortSignal.any([kill, AbortSignal.timeout(DRAIN_WITHIN)])
    const killGroup = () => {
      if (child.pid !== undefined && child.exitCode === null) signalGroup(child.pid)
    }
    if (tooLong.aborted) killGroup()
    else tooLong.addEventListener('abort', killGroup, { once: true })
    await exited
  }

  #isReady(): void {
    this.#state = 'ready'
    this.#options.onEvent({ type: 'ready' })
  }

  async #ended(how: string, lived: number, forget: () => Promise<void>): Promise<void> {
    this.#child = undefined
    await forget()
    if (this.#stopping.signal.aborted) this.#state = 'stopped'
    else this.#died(how, lived)
  }

  #died(how: string, lived: number): void {
    const { log, onEvent, firstBackoff = 500 } = this.#options
    this.#failures = lived > HEALTHY_AFTER ? 1 : this.#failures + 1
    const again = this.#failures < MOST_FAILURES
    const restartIn = Math.min(firstBackoff * 2 ** (this.#failures - 1), LONGEST_BACKOFF)
    this.#state = again ? 'waiting' : 'failed'
    onEvent({ type: 'died', how, lines: log.last(8), restartIn: again ? restartIn : undefined })
    if (again) void this.#restart(restartIn)
  }

  async #restart(after: number): Promise<void> {
    try {
      await delay(after, undefined, { signal: this.#stopping.signal })
      await this.start()
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#died(String(error), 0)
    }
  }
}

function signalGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Gone in the meantime.
  }
}

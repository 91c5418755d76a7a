import { execFile } from 'node:child_process'
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { UnavailableError } from '@atoll/errors'

/** What `postmaster.pid` says of a live server (backend/utils/init/miscinit.c, CreateLockFile). */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | ''
}

const PAUSE = 20
/** Milliseconds after which an empty file is no start in progress. */
const EMPTY_FOR = 10_000

/** The live server of a data folder. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const file = join(data, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (await isServerOf(pid, data)) {
    return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() as Postmaster['status'] }
  }
  await removeMisleading(file, text, pid)
  return undefined
}

/** Resolves once the server of a data folder accepts connections; undefined when it is gone. */
export async function waitReady(
  data: string,
  pid: number,
  signal: AbortSignal,
): Promise<Postmaster | undefined> {
  while (await isServerOf(pid, data)) {
    const postmaster = await findPostmaster(data)
    if (postmaster?.pid === pid && postmaster.status === 'ready') return postmaster
    await sleep(PAUSE, undefined, { signal })
  }
  return undefined
}

/** Fast shutdown (open transactions are rolled back); after `patience` milliseconds an immediate one. */
export async function stopPostmaster(data: string, pid: number, patience: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (!(await isServerOf(pid, data))) return
    send(pid, signal)
    if (await isGone(data, pid, patience)) return
  }
  throw new UnavailableError(`PostgreSQL (process ${pid}) did not stop: end it with "kill -9 ${pid}".`)
}

/** Whether there is a process of that id. */
export function isAlive(pid: number): boolean {
  return send(pid, 0)
}

async function isGone(data: string, pid: number, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience
  while (await isServerOf(pid, data)) {
    if (Date.now() > deadline) return false
    await sleep(PAUSE)
  }
  return true
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * PostgreSQL clears away what a killed server left, except where it must suppose that the server lives: the pid
 * has gone to another program, or the file is empty, which it also is for a moment in every start.
 */
async function removeMisleading(file: string, text: string, pid: number): Promise<void> {
  const misleading = text === '' ? await isOld(file) : isAlive(pid)
  if (misleading && (await readFile(file, 'utf8').catch(() => undefined)) === text)
    await rm(file, { force: true })
}

function isOld(file: string): Promise<boolean> {
  return stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs > EMPTY_FOR,
    () => false,
  )
}

/** Pids are reused: only a process that runs on this very folder counts. A zombie has no command line. */
async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return false
  const command = await commandLine(pid)
  return command.includes('postgres') && command.includes(data)
}

async function commandLine(pid: number): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).then(
      ({ stdout }) => stdout,
      () => '',
    )
  }
}

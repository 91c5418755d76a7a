import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { type ProcessInfo, processInfo } from './process-info.ts'

/** Whether a server could listen there now: `privileged` when the system keeps the port for root. */
export function portState(port: number): Promise<'free' | 'taken' | 'privileged'> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve('taken')
      else if (error.code === 'EACCES') resolve('privileged')
      else reject(error)
    })
    server.listen(port, '127.0.0.1', () => server.close(() => resolve('free')))
  })
}

/** The process that listens on a TCP port; undefined when it is another user's or there is no /proc to ask. */
export async function portHolder(port: number): Promise<ProcessInfo | undefined> {
  const sockets = await listeningSockets(port)
  if (sockets.size === 0) return undefined
  for (const name of await readdir('/proc').catch(() => [])) {
    if (/^\d+$/.test(name) && (await holdsOneOf(name, sockets))) return processInfo(Number(name))
  }
  return undefined
}

/** Names of listening sockets as /proc/<pid>/fd shows them; the columns are those of proc_net_tcp(5). */
async function listeningSockets(port: number): Promise<Set<string>> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0')
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => readFile(file, 'utf8').catch(() => '')),
  )
  const inodes = tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${hexPort}`))
    .map((columns) => `socket:[${columns[9]}]`)
  return new Set(inodes)
}

async function holdsOneOf(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`
  const descriptors = await readdir(folder).catch(() => [])
  const links = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => '')))
  return links.some((link) => sockets.has(link))
}

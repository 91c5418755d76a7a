import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The process of one server of the fleet, as the launcher wrote it down; it changes when it is started again. */
export async function pidOf(home: string, server: string): Promise<number> {
  const record = JSON.parse(await readFile(join(home, 'run', `${server}.json`), 'utf8')) as { pid: number }
  return record.pid
}

/** Hold a server still while `run` runs: it takes connections and answers nothing. */
export async function withStill<T>(home: string, server: string, run: () => Promise<T>): Promise<T> {
  const pid = await pidOf(home, server)
  process.kill(pid, 'SIGSTOP')
  try {
    return await run()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

import { AppError, UnavailableError } from '@atoll/errors'
import type { Account } from './account.ts'

export interface Circumstances {
  /** The folder asked for. */
  directory: string
  port: number
  account?: Account | undefined
  log?: string
}

/** One sentence that says what is wrong and what to do, from an error or from what PostgreSQL wrote. */
export function explain(failure: unknown, { directory, port, account, log }: Circumstances): Error {
  if (failure instanceof AppError || failure instanceof TypeError) return failure
  const text = typeof failure === 'string' ? failure : describe(failure)
  const who = account ? `user "${account.name}"` : 'this user'
  const say = (message: string) => new UnavailableError(message, { cause: failure })
  if (/Address already in use|EADDRINUSE/.test(text)) {
    return say(
      `Port ${port} on 127.0.0.1 is taken: stop what listens there or give the embedded PostgreSQL another port.`,
    )
  }
  if (/ENOSPC|EDQUOT|No space left on device/.test(text)) {
    return say(`The disk that holds ${directory} is full: free at least 200 MB and start again.`)
  }
  if (/EROFS|Read-only file system/.test(text)) {
    return say(`${directory} is on a read-only file system: choose a folder that can be written.`)
  }
  if (/EACCES|EPERM|[Pp]ermission denied/.test(text)) {
    return say(
      `${directory} cannot be read and written by ${who}: correct its owner or permissions, or choose another folder.`,
    )
  }
  if (/database files are incompatible/.test(text)) {
    return say(
      `The PostgreSQL data in ${directory} was made by another version: start that version to export it, or remove the folder to begin again without data.`,
    )
  }
  if (/password authentication failed/.test(text)) {
    return say(
      `The PostgreSQL in ${directory} refuses the password kept beside it: remove the folder to begin again without data.`,
    )
  }
  const reason =
    /(?:FATAL|PANIC):\s+(.*)/.exec(text)?.[1] ?? text.trim().split('\n').at(-1) ?? 'no reason given'
  return say(`PostgreSQL did not start (${reason})${log === undefined ? '' : `: see ${log}`}.`)
}

function describe(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure)
  const { code, stderr } = failure as NodeJS.ErrnoException & { stderr?: string }
  return [code, failure.message, stderr].filter((part) => part !== undefined && part !== '').join('\n')
}

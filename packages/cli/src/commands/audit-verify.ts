import { access, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { readKeys, type Verdict, verifyAudit } from '@atoll/audit'
import { InvalidError, UnavailableError } from '@atoll/errors'
import { type Context, printJson, terminalOn } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printableLine } from '../terminal/printable.ts'

export interface AuditVerifyOptions {
  /** A file, or a URL of a JWK Set. */
  readonly key?: string
  readonly checkpoints?: string
  readonly json?: boolean
}

/** Look at every record of an audit; code 1 when one was changed, removed, moved or cut off. */
export async function auditVerify(
  context: Context,
  path: string | undefined,
  options: AuditVerifyOptions,
): Promise<ExitCode> {
  const { cwd, home } = context.settings
  const text = await keyText(context, options.key)
  const verdicts = await verifyAudit({
    path: path === undefined ? join(home, 'audit') : resolve(cwd, path),
    ...(text !== undefined && { keys: keysOf(text, options.key ?? '') }),
    ...(options.checkpoints !== undefined && { checkpoints: resolve(cwd, options.checkpoints) }),
  })
  const isGood = verdicts.every(({ problems }) => problems.length === 0)
  if (options.json) printJson(context, { good: isGood, chains: verdicts })
  else terminalOn(context).print(verdicts.flatMap(tell).join('\n'))
  return isGood ? EXIT.ok : EXIT.failed
}

/** Without one, that of the gateway on this machine; without that none. */
async function keyText({ settings }: Context, key: string | undefined): Promise<string | undefined> {
  const own = join(settings.home, 'gateway-key.json')
  if (key === undefined) {
    return access(own).then(
      () => readFile(own, 'utf8'),
      () => undefined,
    )
  }
  if (/^https?:/.test(key)) return await fetched(key)
  return readFile(resolve(settings.cwd, key), 'utf8').catch((cause) => {
    throw new InvalidError(`The key ${key} cannot be read.`, { cause })
  })
}

async function fetched(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    if (answer.ok) return await answer.text()
    throw new Error(`HTTP ${answer.status}`)
  } catch (cause) {
    throw new UnavailableError(`The keys at ${url} cannot be read.`, { cause })
  }
}

function keysOf(text: string, key: string): readonly object[] {
  try {
    return readKeys(text)
  } catch (cause) {
    throw new InvalidError(`${key || 'The key of the gateway'} holds no key: a PEM, a JWK or a JWK Set.`, {
      cause,
    })
  }
}

const ENDS = {
  closed: 'closed by its writer',
  open: 'not closed: it is being written, or its process was killed',
  torn: 'torn in its last line: it is being written, or its process was killed; nobody was told that line',
} as const

function tell(verdict: Verdict): string[] {
  const { writer, segments, records, first, last, expired, problems } = verdict
  const range = first === undefined ? 'no records' : `records ${first} to ${last}`
  const lines = [
    `${problems.length === 0 ? 'good' : 'BAD '}  ${writer}: ${range} in ${plural(segments, 'file')}, ${ENDS[verdict.end]}`,
    `      ${signatures(verdict)}`,
    ...(expired > 0
      ? [`      ${plural(expired, 'record')} emptied or removed for their age, as the chain says`]
      : []),
    ...problems.map(({ file, line, message }) => {
      const at = [file, line].filter((part) => part !== undefined && part !== '').join(':')
      return `      ${printableLine(message)}${at === '' ? '' : `  (${at})`}`
    }),
  ]
  return records === 0 && problems.length === 0 ? lines.slice(0, 1) : lines
}

function signatures({ signedThrough, last = 0, keys, isVouched }: Verdict): string {
  if (signedThrough === undefined) return 'no signature is good'
  const after = last - signedThrough
  const rest = after > 0 ? `, ${plural(after, 'record')} after that not signed yet` : ''
  const whose = isVouched ? '' : '; nobody vouched for the key: name it with --key'
  return `signed up to record ${signedThrough}${rest}, by ${keys.join(', ')}${whose}`
}

function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

import { basename } from 'node:path'
import { GENESIS, hashOf, type ReadRecord, readRecord } from '../chain/record.ts'
import type { Segment } from '../file/list-segments.ts'
import { type Line, readLines } from '../read/read-lines.ts'
import type { Allowances } from './allowances.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { KnownKeys } from './known-keys.ts'
import type { Problem, Verdict } from './verdict.ts'

export interface ChainToVerify {
  readonly writer: string
  readonly segments: readonly Segment[]
  readonly keys: KnownKeys
  /** Checkpoints kept beside the chain, or elsewhere: each must still be in it. */
  readonly checkpoints: readonly Checkpoint[]
  /** What the chain says was removed for its age. */
  readonly allowed: Allowances
  /** One segment of a longer chain: what stood before it is not asked for. */
  readonly isPart: boolean
}

const MOST_PROBLEMS = 100
/** Records between checkpoints, whatever a segment says of itself. */
const MOST_UNSIGNED = 10_000

/** Follow one writer's records from the first to the last. Throws the system's error. */
export async function verifyChain(chain: ChainToVerify): Promise<Verdict> {
  const walk = new Walk(chain)
  for (const [index, segment] of chain.segments.entries())
    await walk.through(segment, index === chain.segments.length - 1)
  return walk.verdict()
}

class Walk {
  readonly #chain: ChainToVerify
  /** By record; two that differ are a chain that was cut and went on. */
  readonly #checkpoints: Map<number, Checkpoint[]>
  readonly #problems: Problem[] = []
  #file = ''
  #records = 0
  #first: number | undefined
  /** The record before; undefined where its place is not known. */
  #last: Pick<ReadRecord, 'seq' | 'hash'> | undefined
  #signedThrough: number | undefined
  #unsigned = 0
  #signedEvery = MOST_UNSIGNED
  #expired = 0
  #isClosed = false
  #torn = false

  constructor(chain: ChainToVerify) {
    this.#chain = chain
    this.#checkpoints = Map.groupBy(chain.checkpoints, ({ seq }) => seq)
  }

  async through(segment: Segment, isLast: boolean): Promise<void> {
    const { allowed } = this.#chain
    this.#file = basename(segment.path)
    const mayBeEmpty = await allowed.mayHaveExpired(segment)
    let isBeginning = true
    for await (const line of readLines(segment.path)) {
      if (!line.isWhole) {
        if (isLast) this.#torn = true
        else this.#report({ kind: 'cut', message: `line ${line.number} is not whole`, line: line.number })
        break
      }
      this.#look(line, { isBeginning, mayBeEmpty, first: segment.first })
      isBeginning = false
    }
  }

  verdict(): Verdict {
    const { writer, segments, keys } = this.#chain
    // A process that is killed at once leaves one record without its checkpoint.
    if (this.#signedThrough === undefined && this.#records > 1 && !this.#chain.isPart)
      this.#report({
        kind: 'unsigned',
        message: 'no checkpoint of the chain is good: nothing vouches for it',
      })
    this.#compareEnd()
    return {
      writer,
      segments: segments.length,
      records: this.#records,
      first: this.#first,
      last: this.#last?.seq,
      signedThrough: this.#signedThrough,
      expired: this.#expired,
      end: this.#torn ? 'torn' : this.#isClosed ? 'closed' : 'open',
      keys: [...keys.used],
      isVouched: keys.isVouched,
      problems: this.#problems,
    }
  }

  #look(
    { text, number: line }: Line,
    { isBeginning, mayBeEmpty, first }: { isBeginning: boolean; mayBeEmpty: boolean; first: number },
  ): void {
    this.#records += 1
    const record = readRecord(text)
    if (!record) {
      const after = this.#last ? ` (after record ${this.#last.seq})` : ''
      this.#report({ kind: 'unreadable', message: `line ${line}${after} is no record`, line })
      return
    }
    const { seq, hash } = record
    const body = parsed(record.content)
    const isEmptied = body?.event === 'expired'
    if (isEmptied && mayBeEmpty) this.#expired += 1
    else if (isEmptied) {
      const message = `record ${seq} was emptied, and no signed record of the chain says so`
      this.#report({ kind: 'expired', message, line, seq })
    } else if (hashOf(record.content) !== hash) {
      this.#report({ kind: 'changed', message: `record ${seq} was changed after it was written`, line, seq })
    }
    this.#place(record, line, isBeginning && first === seq)
    if (isBeginning && body?.event === 'open') this.#opened(body)
    this.#isClosed = body?.event === 'checkpoint' && body.reason === 'close'
    if (body?.event === 'checkpoint' || record.signature !== undefined) this.#signed(record, body, line)
    else this.#count(record, line)
    this.#compare(record, line)
    this.#last = { seq, hash }
    this.#first ??= seq
  }

  /** Whether it stands behind the record that it names. */
  #place({ seq, prev }: ReadRecord, line: number, isFirstOfFile: boolean): void {
    const last = this.#last
    if (!last) {
      if (this.#chain.isPart && isFirstOfFile) return
      if (seq === 1 && prev === GENESIS) return
      if (isFirstOfFile && this.#chain.allowed.mayBeginWith(seq)) {
        this.#expired += seq - 1
        return
      }
      const message = seq === 1 ? 'record 1 does not begin a chain' : `records 1 to ${seq - 1} are missing`
      this.#report({ kind: 'missing', message, line, seq })
    } else if (seq > last.seq + 1) {
      const from = last.seq + 1
      const message =
        seq - 1 === from ? `record ${from} is missing` : `records ${from} to ${seq - 1} are missing`
      this.#report({ kind: 'missing', message, line, seq: from })
    } else if (seq <= last.seq) {
      const message = `record ${seq} stands after record ${last.seq}: it was moved or repeated`
      this.#report({ kind: 'moved', message, line, seq })
    } else if (prev !== last.hash) {
      const message = `record ${seq} does not follow the record ${last.seq} that is here: one of them was replaced`
      this.#report({ kind: 'replaced', message, line, seq })
    }
  }

  #opened(body: Record<string, unknown>): void {
    this.#chain.keys.claimed(body.key)
    if (typeof body.signedEvery === 'number') this.#signedEvery = Math.min(body.signedEvery, MOST_UNSIGNED)
  }

  #signed(
    { seq, hash, signature }: ReadRecord,
    body: Record<string, unknown> | undefined,
    line: number,
  ): void {
    const refusal =
      signature === undefined
        ? 'its signature is gone'
        : this.#chain.keys.refusal(hash, signature, body?.kid, body?.alg)
    if (refusal !== undefined) {
      this.#report({
        kind: 'signature',
        message: `record ${seq}, a checkpoint, is not good: ${refusal}`,
        line,
        seq,
      })
      return
    }
    this.#signedThrough = seq
    this.#unsigned = 0
  }

  #count({ seq }: ReadRecord, line: number): void {
    this.#unsigned += 1
    // The record of a new segment comes between a checkpoint and the next.
    if (this.#unsigned !== this.#signedEvery + 2) return
    const message = `there is no checkpoint within ${this.#signedEvery} records before record ${seq}: the chain was written anew`
    this.#report({ kind: 'unsigned', message, line, seq })
  }

  #compare({ seq, hash }: ReadRecord, line: number): void {
    if (this.#checkpoints.get(seq)?.every((checkpoint) => checkpoint.hash === hash) !== false) return
    const message = `record ${seq} is not the one that a signed checkpoint vouches for`
    this.#report({ kind: 'replaced', message, line, seq })
  }

  /** Whether a checkpoint vouches for more than is here. */
  #compareEnd(): void {
    const { segments } = this.#chain
    const end = this.#last?.seq ?? 0
    const furthest = Math.max(0, ...this.#checkpoints.keys())
    this.#file = basename(segments.at(-1)?.path ?? '')
    if (segments.length === 0) {
      this.#report({ kind: 'cut', message: 'all segments are gone: only checkpoints are left' })
    } else if (furthest > end) {
      const message = `the chain ends with record ${end}, but a signed checkpoint vouches for record ${furthest}: what came after ${end} was cut off`
      this.#report({ kind: 'cut', message, seq: end })
    }
  }

  #report(problem: Omit<Problem, 'file'>): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ ...problem, file: this.#file })
  }
}

function parsed(content: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(content)
  } catch {
    return undefined
  }
}

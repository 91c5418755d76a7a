import { type Allowance, largestPortion, mostOf } from './allowance.ts'
import { type Alone, newAlone } from './alone.ts'
import { type Span, spanOf } from './period.ts'
import type { Answer, Question } from './question.ts'

/** Milliseconds for which units that were taken from the shared count may be used here. */
export const LEASE = 1000
/** Milliseconds for which a refusal is believed without asking again. */
const BELIEVED = 1000
/** A portion is what this replica uses in so many milliseconds. */
const PORTION = 200
/** Units of a portion from which on it is asked for before the last one is used up. */
const WORTH_IT = 8

/** What one replica knows of one count, and the units of it that it holds. Times are milliseconds since the epoch. */
export class Counter {
  readonly key: string
  readonly allowance: Allowance
  readonly #largest: number
  readonly #most: number
  #span: Span | undefined
  #leased = 0
  #leasedUntil = 0
  /** Units for the shared count that nobody uses. */
  #back = 0
  /** Of what may be used alone, the units that the shared count knows of. */
  #paid = 0
  #alone: Alone | undefined
  #left: number | undefined
  #leftAt = 0
  /** Of the units used, those that replicas used alone and told. */
  #told = 0
  #refusedUntil = 0
  #mustTell = false
  #needed = 0
  /** Units since the last question. */
  #used = 0
  #isScarce = false
  #askedAt = Number.NEGATIVE_INFINITY
  #touchedAt = 0

  constructor(key: string, allowance: Allowance) {
    this.key = key
    this.allowance = allowance
    this.#largest = largestPortion(allowance)
    this.#most = mostOf(allowance)
  }

  /** Milliseconds until a quota begins anew; undefined for a rate. */
  renewsIn(now: number): number | undefined {
    this.roll(now)
    return this.#span && this.#span.end - now
  }

  get span(): Span | undefined {
    return this.#span
  }
  get isHolding(): boolean {
    return this.#leased > 0 || this.hasNews
  }
  /** Whether there is something to tell the shared count. */
  get hasNews(): boolean {
    return this.#back !== 0 || this.#mustTell || this.isAlone
  }
  get isAlone(): boolean {
    return this.#alone !== undefined
  }

  /** A call of more units than a bucket holds takes a full bucket. */
  cost(units: number): number {
    return this.allowance.kind === 'rate' ? Math.min(units, this.#most) : units
  }

  has(units: number, now: number): boolean {
    this.roll(now)
    if (this.#alone) return this.#alone.has(units, now)
    return this.#leased >= units && now < this.#leasedUntil
  }

  /** Milliseconds to wait where it is known that so many units are not there; undefined where that has to be asked. */
  wait(units: number, now: number): number | undefined {
    if (this.#alone) {
      const wait = this.#alone.wait(units, now)
      return Number.isFinite(wait) ? wait : (this.renewsIn(now) ?? wait)
    }
    if (now >= this.#refusedUntil) return undefined
    const { allowance } = this
    if (allowance.kind === 'quota') return this.renewsIn(now)
    return Math.max(1, ((units - (this.#leftNow(now) ?? 0)) / allowance.perSecond) * 1000)
  }

  use(units: number, now: number): void {
    this.#touchedAt = now
    this.#used += units
    if (this.#alone) this.#alone.use(units)
    else this.#leased -= units
  }

  /** Units of a call that was not carried out; `takenAt` in a period that is over counts no more. */
  giveBack(units: number, takenAt: number, now: number): void {
    this.roll(now)
    if (this.#span && takenAt < this.#span.start) return
    if (this.#alone) this.#alone.add(units)
    else this.#back += units
  }

  /** Units that are left, as far as is known here. */
  left(now: number): number {
    this.roll(now)
    if (this.#alone) return this.#alone.left(now)
    const held = now < this.#leasedUntil ? this.#leased : 0
    return Math.min(this.#most, (this.#leftNow(now) ?? this.#most) + held)
  }

  /** So much of a quota was used already, whatever the count says. */
  learnUsed(used: number, now: number): void {
    this.roll(now)
    this.#left = Math.min(this.#left ?? this.#most, this.#most - used)
    this.#leftAt = now
    this.#mustTell = true
  }

  /** The shared count may have been lost. */
  doubt(): void {
    this.#mustTell ||= this.allowance.kind === 'quota' && this.#left !== undefined
  }

  /** Count without the others until an answer of theirs comes. */
  goAlone(share: number, now: number): void {
    if (this.#alone) return
    this.roll(now)
    const left = this.#leftNow(now) ?? this.#most
    this.#paid = this.#leased
    this.#leased = 0
    this.#mustTell = this.allowance.kind === 'quota'
    this.#alone = newAlone(this.allowance, share, { left, paid: this.#paid, now })
  }

  /** Someone waits for so many units. */
  need(units: number): void {
    this.#needed += units
  }

  /** Whether it would be good to have more soon. */
  isShort(now: number): boolean {
    if (this.#alone || this.#isScarce || this.#largest < WORTH_IT || this.#used < WORTH_IT) return false
    return this.#leased * 4 < this.#used && now - this.#askedAt < LEASE
  }

  ask(now: number): Question {
    this.roll(now)
    this.expire(now)
    const elapsed = Math.max(1, now - this.#askedAt)
    const portion = Math.min(this.#largest, Math.floor((this.#used / elapsed) * PORTION))
    // What is told may raise the count, so nothing is taken from it at once.
    const knows = this.#mustTell && this.allowance.kind === 'quota'
    const needed = knows ? 0 : this.#needed
    const question = {
      counter: this,
      key: this.#span ? `${this.key}:${this.#span.name}` : this.key,
      until: this.#span?.end ?? 0,
      needed,
      wanted: knows ? 0 : Math.max(needed, portion),
      back: this.#alone ? this.#back + this.#paid - this.#alone.debt(now) : this.#back,
      used: knows ? Math.max(0, this.#most - (this.#left ?? this.#most) - this.#told) : 0,
      alone: knows ? this.#told : 0,
      askedAt: now,
    }
    this.#back = 0
    this.#needed = 0
    this.#used = 0
    this.#askedAt = now
    return question
  }

  answered({ needed, wanted, askedAt, until }: Question, { granted, left, alone }: Answer): void {
    // Units of a period that ended while they were on their way are worth nothing.
    if (until !== (this.#span?.end ?? 0)) return
    this.#alone = undefined
    this.#paid = 0
    this.#mustTell = false
    this.#isScarce = granted < wanted
    this.#leased += granted
    this.#leasedUntil = askedAt + LEASE
    this.#left = left
    this.#leftAt = askedAt
    this.#told = alone
    if (granted < needed) this.#refusedUntil = askedAt + Math.min(BELIEVED, this.#untilOne(left))
  }

  /** Units that were not used in time go back. */
  expire(now: number): void {
    if (this.#leased === 0 || now < this.#leasedUntil) return
    this.#back += this.#leased
    this.#leased = 0
  }

  /** Give back all at the next question, because this replica stops. */
  release(now: number): void {
    this.#leasedUntil = 0
    this.expire(now)
  }

  /** Whether nothing is lost when it is forgotten. */
  isIdle(now: number, idle: number): boolean {
    if (now - this.#touchedAt < idle || this.#leased > 0 || this.#back !== 0 || this.#needed > 0) return false
    if (this.#alone === undefined) return !this.#mustTell
    // Counted nowhere else: a bucket has to be full, a quota to be over.
    const isOver = this.#span !== undefined && now >= this.#span.end
    return isOver || (this.allowance.kind === 'rate' && this.#alone.left(now) >= this.#most)
  }

  #untilOne(left: number): number {
    const { allowance } = this
    return allowance.kind === 'quota' ? BELIEVED : ((1 - left) / allowance.perSecond) * 1000
  }

  #leftNow(now: number): number | undefined {
    const { allowance } = this
    if (this.#left === undefined || allowance.kind === 'quota') return this.#left
    const more = (Math.max(0, now - this.#leftAt) / 1000) * allowance.perSecond
    return Math.min(allowance.burst, this.#left + more)
  }

  /** A new period begins with all of its units. */
  roll(now: number): void {
    const { allowance } = this
    if (allowance.kind === 'rate' || (this.#span && now < this.#span.end)) return
    this.#span = spanOf(allowance.period, now)
    this.#leased = 0
    this.#back = 0
    this.#paid = 0
    this.#alone = undefined
    this.#left = undefined
    this.#told = 0
    this.#refusedUntil = 0
    this.#mustTell = false
  }
}

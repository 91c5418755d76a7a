import type { Principal } from '@atoll/auth'
import type { Counts, Want } from '@atoll/limits'
import { type Applied, applyLimits, type Place } from './apply-limits.ts'
import { costOf } from './cost-of.ts'
import type { LimitsFile } from './limits-schema.ts'
import type { Rate } from './rate-text.ts'
import { teamOf } from './team-of.ts'

export interface SharesOptions {
  readonly counts: Counts
  readonly rate: Rate
  readonly file: LimitsFile
  /** Told of a count that is new here. */
  readonly onNew?: ((applied: Applied, now: number) => void) | undefined
  readonly clock: () => number
}

/** What a request of somebody takes from, worked out once. */
export interface Share {
  readonly applied: readonly Applied[]
  readonly wants: readonly Want[]
  /** Those that are given back for what was not carried out. */
  readonly refundable: readonly Want[]
  readonly budgets: readonly Applied[]
  readonly units: number
  /** As the server lists it. */
  readonly cost: number | undefined
  readonly team: string
  /** For `RateLimit`: what counts requests. */
  readonly shown: readonly Applied[]
  policy: { readonly until: number; readonly field: string } | undefined
}

interface Known {
  readonly file: LimitsFile
  readonly countsVersion: number
  readonly byServer: Map<string, Map<string | undefined, Share>>
}

/** In the place of a server's name; none has one with a space. */
const NOWHERE = { calls: ' calls', lists: ' lists' }

/** Which limits and budgets a request takes from, and how much: kept for as long as somebody's token is in use. */
export class Shares {
  readonly #options: SharesOptions
  readonly #known = new WeakMap<Principal, Known>()
  #file: LimitsFile

  constructor(options: SharesOptions) {
    this.#options = options
    this.#file = options.file
  }

  get file(): LimitsFile {
    return this.#file
  }

  setFile(file: LimitsFile): void {
    this.#file = file
  }

  /** `cost` is what the server lists. */
  of(
    principal: Principal,
    requests: 'calls' | 'lists',
    place: Place | undefined,
    cost: number | undefined,
  ): Share {
    const { byServer } = this.#knownOf(principal)
    const server = place ? place.server : NOWHERE[requests]
    const byTool = byServer.get(server) ?? new Map<string | undefined, Share>()
    const known = byTool.get(place?.tool)
    if (known && known.cost === cost) return known
    const share = this.#make(principal, requests, place, cost)
    byServer.set(server, byTool)
    byTool.set(place?.tool, share)
    return share
  }

  /** Of somebody who asks nothing at the moment. */
  appliedTo(
    who: Pick<Principal, 'subject' | 'tenant' | 'issuer' | 'roles'>,
    requests: 'calls' | 'lists',
    place: Place | undefined,
  ): Applied[] {
    const { rate, counts } = this.#options
    return applyLimits(who, requests, place, { file: this.#file, rate, counts })
  }

  #make(
    principal: Principal,
    requests: 'calls' | 'lists',
    place: Place | undefined,
    cost: number | undefined,
  ): Share {
    const { onNew, clock } = this.#options
    const applied = this.appliedTo(principal, requests, place)
    const now = clock()
    for (const each of applied) onNew?.(each, now)
    const units = place?.tool === undefined ? 0 : costOf(place.tool, place.server, cost, this.#file)
    const want = ({ kind, counter }: Applied): Want => ({ counter, units: kind === 'budget' ? units : 1 })
    return {
      applied,
      wants: applied.map(want).filter((each) => each.units > 0),
      refundable: applied.filter(({ kind }) => kind !== 'rate').map(want),
      budgets: applied.filter(({ kind }) => kind === 'budget'),
      units,
      cost,
      team: teamOf(principal, this.#file.teams),
      shown: applied.filter(({ kind }) => kind !== 'budget'),
      policy: undefined,
    }
  }

  /** Under another file, or after counters were forgotten, all is worked out anew. */
  #knownOf(principal: Principal): Known {
    const file = this.#file
    const countsVersion = this.#options.counts.version
    const known = this.#known.get(principal)
    if (known?.file === file && known.countsVersion === countsVersion) return known
    const anew: Known = { file, countsVersion, byServer: new Map() }
    this.#known.set(principal, anew)
    return anew
  }
}

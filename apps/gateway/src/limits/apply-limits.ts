import type { Principal } from '@atoll/auth'
import type { Allowance, Counts, NamedCounter } from '@atoll/limits'
import type { Budget, Dimension, Limit, LimitsFile } from './limits-schema.ts'
import type { Rate } from './rate-text.ts'
import { teamOf } from './team-of.ts'

/** Where a request goes; nowhere in particular for a list, or for what does not exist. */
export interface Place {
  readonly server: string
  /** As it is called at the gateway; undefined for what is no tool. */
  readonly tool: string | undefined
}

/** What a limit or a budget allows somebody. */
export interface Ruled {
  readonly name: string
  /** What it allows, in words. */
  readonly words: string
  readonly kind: 'rate' | 'quota' | 'budget'
  /** Whom it is for, where that is one tenant or team. */
  readonly per: 'tenant' | 'team' | undefined
  readonly holder: string | undefined
  /** Whose team the holder is, too. */
  readonly tenant: string
  /** What is counted apart. */
  readonly dimensions: readonly Dimension[]
  /** Whether it is of one server or tool, and not of all. */
  readonly isOfPlace: boolean
  /** Names the count. */
  readonly key: string
  readonly allowance: Allowance
}

/** One count that a request is held against. */
export type Applied = Pick<Ruled, 'name' | 'words' | 'kind' | 'per' | 'holder' | 'tenant'> & NamedCounter

type Who = Pick<Principal, 'subject' | 'tenant' | 'issuer' | 'roles'>
type Requests = 'calls' | 'lists'

/** What limits and budgets say about a request of somebody: each count that it takes from. */
export function applyLimits(
  who: Who,
  requests: Requests,
  place: Place | undefined,
  { file, rate, counts }: { file: LimitsFile; rate: Rate; counts: Counts },
): Applied[] {
  return rulesFor(who, requests, place, { file, rate }).map(({ key, allowance, ...rule }) => ({
    ...rule,
    counter: counts.counter(key, allowance),
  }))
}

/** The same without counting anything. */
export function rulesFor(
  who: Who,
  requests: Requests,
  place: Place | undefined,
  { file, rate }: { file: LimitsFile; rate: Rate },
): Ruled[] {
  const values = valuesOf(who, place, file)
  const caller = allOf({ name: 'caller', per: ['principal'], of: {}, rate, overrides: [] }, values)
  const limits = file.limits
    .filter((limit) => concerns(limit, requests, values))
    .flatMap((limit) => allOf(limit, values))
  const budgets = place?.tool === undefined ? [] : file.budgets.flatMap((each) => ofBudget(each, values))
  return [...caller, ...limits, ...budgets]
}

interface Values {
  readonly principal: string
  /** For people: overrides name a person by it. */
  readonly subject: string
  readonly tenant: string
  readonly team: string
  readonly server: string | undefined
  readonly tool: string | undefined
}

function valuesOf(who: Who, place: Place | undefined, { teams }: LimitsFile): Values {
  const { subject, tenant, issuer } = who
  return {
    principal: JSON.stringify([tenant, subject, issuer]),
    subject,
    tenant,
    team: teamOf(who, teams),
    server: place?.server,
    tool: place?.tool,
  }
}

function concerns({ of, per }: Limit, requests: Requests, values: Values): boolean {
  if (of.requests !== undefined && of.requests !== requests) return false
  if (per.some((dimension) => values[dimension] === undefined)) return false
  // Nobody's team is no team to count by.
  if (per.includes('team') && values.team === '') return false
  return matches({ ...of, requests: undefined }, values)
}

function matches(of: Readonly<Partial<Record<string, unknown>>>, values: Values): boolean {
  const known: Readonly<Record<string, string | undefined>> = { ...values, principal: values.subject }
  return Object.entries(of).every(
    ([dimension, wanted]) => typeof wanted !== 'string' || known[dimension] === wanted,
  )
}

type Amounts = Pick<Limit, 'rate' | 'burst' | 'day' | 'month'>

function allOf(limit: Pick<Limit, 'name' | 'per' | 'of' | 'overrides'> & Amounts, values: Values): Ruled[] {
  const { name, per, of } = limit
  const other = limit.overrides.find((override) => matches(selectorsOf(override), values))
  const { rate, burst, day, month } = amountsOf(limit, other)
  const counted = [...(isOfTeamAlone(per) ? [values.tenant] : []), ...per.map((each) => values[each])]
  const keyOf = (count: 'rate' | 'day' | 'month') =>
    `${count}:${JSON.stringify([name, ...counted, ...apart(other, count, per)])}`
  const party = (['tenant', 'team'] as const).find((each) => per.includes(each))
  const whose = {
    ...{ per: party, holder: party && values[party], tenant: values.tenant, dimensions: per },
    isOfPlace: per.some(isPlace) || of.server !== undefined || of.tool !== undefined,
  }
  const all: Ruled[] = []
  if (rate) {
    const allowance: Allowance = { kind: 'rate', burst: burst ?? rate.calls, perSecond: rate.perSecond }
    all.push({ name, kind: 'rate', words: rate.text, ...whose, key: keyOf('rate'), allowance })
  }
  for (const [period, most] of [
    ['day', day],
    ['month', month],
  ] as const) {
    if (most === undefined) continue
    all.push({
      name: `${name}-${period}`,
      kind: 'quota',
      words: `${most} a ${period}`,
      ...whose,
      key: keyOf(period),
      allowance: { kind: 'quota', most, period },
    })
  }
  return all
}

function isPlace(dimension: Dimension): boolean {
  return dimension === 'server' || dimension === 'tool'
}

type Override = Limit['overrides'][number]

function selectorsOf({ rate: _, burst: _b, day: _d, month: _m, ...selectors }: Override) {
  return selectors
}

/** What an override does not say is as the limit has it; a burst belongs to its rate. */
function amountsOf({ rate, burst, day, month }: Amounts, other: Override | undefined): Amounts {
  return {
    rate: other?.rate ?? rate,
    burst: other?.burst ?? (other?.rate ? undefined : burst),
    day: other?.day ?? day,
    month: other?.month ?? month,
  }
}

/** Whom an override names beyond what is counted apart anyway: their other amount cannot be of one count with the rest. */
function apart(
  other: Override | undefined,
  count: 'rate' | 'day' | 'month',
  per: readonly Dimension[],
): unknown[] {
  if (!other || (other[count] === undefined && !(count === 'rate' && other.burst !== undefined))) return []
  const isCounted = (dimension: string) =>
    per.some((each) => each === dimension || COARSER[each] === dimension)
  return Object.entries(selectorsOf(other)).filter(([dimension]) => !isCounted(dimension))
}

/** Principals and teams are of one tenant, and a tool is of one server. */
const COARSER: Readonly<Partial<Record<Dimension, Dimension>>> = {
  principal: 'tenant',
  team: 'tenant',
  tool: 'server',
}

/** The name of a team says nothing of its tenant: others may call one the same. */
function isOfTeamAlone(per: readonly Dimension[]): boolean {
  return per.includes('team') && !per.includes('tenant')
}

function ofBudget({ name, per, month, overrides }: Budget, values: Values): Ruled[] {
  const { [per]: holder, tenant } = values
  if (holder === '') return []
  const most = overrides.find(({ month: _, ...of }) => matches(of, values))?.month ?? month
  return [
    {
      ...{ name, kind: 'budget', words: `${most} units a month`, per, holder, tenant },
      ...{ dimensions: [per], isOfPlace: false },
      key: `budget:${JSON.stringify(per === 'team' ? [name, tenant, holder] : [name, holder])}`,
      allowance: { kind: 'quota', most, period: 'month' },
    },
  ]
}

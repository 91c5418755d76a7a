import { z } from 'zod'
import { RateText } from './rate-text.ts'

const Name = z
  .string('is missing: refusals and headers call the limit by it')
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens')
  .max(40, 'must have at most 40 characters')
const Amount = z.int('must be a whole number').min(1, 'must be at least 1').max(1e12, 'must be at most 10^12')
const Calls = z
  .int('must be a whole number')
  .min(1, 'must be at least 1')
  .max(100_000, 'must be at most 100000')
const Text = z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters')

/** What a limit counts apart. */
const Dimension = z.enum(
  ['principal', 'tenant', 'team', 'server', 'tool'],
  'must be principal, tenant, team, server or tool',
)
export type Dimension = z.output<typeof Dimension>

/** How much of it. */
const AMOUNTS = {
  rate: RateText.optional(),
  /** What a bucket holds: so many at once; as many as the rate names unless given. */
  burst: Amount.optional(),
  day: Amount.optional(),
  month: Amount.optional(),
}

/** For whom or what something else holds; all that are given have to match. */
const OF = {
  principal: Text.optional(),
  tenant: Text.optional(),
  team: Text.optional(),
  server: Text.optional(),
  tool: Text.optional(),
}

const Limit = z
  .strictObject({
    name: Name.refine((name) => name !== 'caller', 'is what GATEWAY_RATE is called; take another'),
    /** Each combination is counted by itself; all together where it is empty. */
    per: z.array(Dimension, 'must be a list').max(5).default([]),
    /** What it counts: everything unless given. */
    of: z
      .strictObject({
        tenant: Text.optional(),
        team: Text.optional(),
        server: Text.optional(),
        tool: Text.optional(),
        requests: z.enum(['calls', 'lists'], 'must be calls or lists').optional(),
      })
      .default({}),
    ...AMOUNTS,
    /** The first that matches takes the place of the amounts above, as far as it says some. */
    overrides: z
      .array(z.strictObject({ ...OF, ...AMOUNTS }))
      .max(1000)
      .default([]),
  })
  .refine(
    ({ rate, day, month }) => rate !== undefined || day !== undefined || month !== undefined,
    'must have a rate, or an amount for a day or a month',
  )
  .refine(
    ({ of: { requests, server, tool }, per }) =>
      requests !== 'lists' || !(server ?? tool ?? per.some((each) => each === 'server' || each === 'tool')),
    'counts lists, which are of all servers together: take server and tool out',
  )
export type Limit = z.output<typeof Limit>

const Budget = z
  .strictObject({
    name: Name,
    per: z.enum(['tenant', 'team'], 'must be tenant or team'),
    /** Units of a month. */
    month: Amount,
    overrides: z
      .array(z.strictObject({ tenant: Text.optional(), team: Text.optional(), month: Amount }))
      .max(1000)
      .default([]),
  })
  .superRefine(({ per, overrides }, { addIssue }) => {
    if (per === 'team') return
    const message = 'is no part of a budget per tenant: take it out, or count per team'
    for (const [index, { team }] of overrides.entries())
      if (team !== undefined) addIssue({ code: 'custom', path: ['overrides', index, 'team'], message })
  })
export type Budget = z.output<typeof Budget>

/** Of all replicas together: each has its part. */
const Concurrency = z.strictObject({
  /** Calls of one tenant at once. */
  tenant: Calls.default(400),
  /** Calls to one server at once, of all tenants. */
  server: Calls.optional(),
  /** Calls of one tenant to one server at once; half of what one of the two may have unless given. */
  tenantAtServer: Calls.optional(),
  /** Calls of one tenant that may wait, at each replica. */
  queue: z.int().min(0).max(10_000).default(100),
  /** How long they wait. */
  wait: z
    .string()
    .regex(/^\d+(ms|s)$/, 'must be a time with its unit, like "500ms" or "2s"')
    .transform((text) => Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1000))
    .refine((milliseconds) => milliseconds <= 30_000, 'must be at most 30s')
    .prefault('1s'),
  /** Other numbers for tenants and servers by name. */
  tenants: z.record(Text, Calls).default({}),
  servers: z.record(Text, Calls).default({}),
})
export type Concurrency = z.output<typeof Concurrency>

const Costs = z.strictObject({
  /** Units of a call, by the name that the gateway gives a tool; `hr__*` is all of a server. */
  tools: z.record(Text, z.int('must be a whole number').min(0).max(1_000_000)).default({}),
  /** What a unit is charged at; for reports alone. */
  price: z
    .strictObject({
      perUnit: z.number().min(0),
      currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency such as EUR'),
    })
    .optional(),
})

const Teams = z.strictObject({
  /** `team:` makes the role `team:finance` mean the team finance. */
  rolePrefix: Text.optional(),
  /** Team by role. */
  roles: z.record(Text, Text).default({}),
})
export type Teams = z.output<typeof Teams>

/** What GATEWAY_LIMITS_FILE holds. */
export const LimitsFile = z.strictObject({
  version: z.literal(1, 'must be 1'),
  limits: z.array(Limit, 'must be a list of limits').max(100).default([]).superRefine(distinct),
  budgets: z.array(Budget, 'must be a list of budgets').max(100).default([]).superRefine(distinct),
  concurrency: Concurrency.prefault({}),
  costs: Costs.prefault({}),
  teams: Teams.prefault({}),
  /** While Redis is away: how many replicas there are at least, or the part of each limit that one may use. */
  whileAlone: z
    .strictObject({
      replicas: z.int().min(1).max(1000).default(1),
      share: z.number().gt(0, 'must be more than 0').max(1, 'must be at most 1').optional(),
    })
    .prefault({}),
})
export type LimitsFile = z.output<typeof LimitsFile>

function distinct(named: readonly { name: string }[], { addIssue }: z.core.$RefinementCtx): void {
  for (const [index, { name }] of named.entries())
    if (named.findIndex((other) => other.name === name) < index)
      addIssue({ code: 'custom', path: [index, 'name'], message: 'is taken above; take another' })
}

import { z } from 'zod'
import { DETECTORS } from '../detect/detector.ts'
import { HIDDEN } from '../suspect/hidden.ts'
import { TIERS } from './tier.ts'

const Detectors = z.array(z.enum(DETECTORS, `must be one of ${DETECTORS.join(', ')}`))
const Names = z.array(z.string().min(1, 'must not be empty')).min(1, 'must name somebody')
const Tier = z.enum(TIERS, `must be one of ${TIERS.join(', ')}`)

/** Which callers have a tier: all that is given must fit, of each list one name is enough. */
const TierRule = z
  .strictObject({
    tier: Tier,
    roles: Names.optional(),
    scopes: Names.optional(),
    tenants: Names.optional(),
    clients: Names.optional(),
    issuers: Names.optional(),
    /** Where it holds; everywhere unless given. */
    servers: Names.optional(),
  })
  .refine(
    ({ roles, scopes, tenants, clients, issuers }) => roles ?? scopes ?? tenants ?? clients ?? issuers,
    'must say of whom: roles, scopes, tenants, clients or issuers',
  )
export type TierRule = z.output<typeof TierRule>

const Masked = z.strictObject({ partial: Detectors.default([]), full: Detectors.default([]) })

/** Ids and accounts are masked where data is not for everybody; names, addresses and phone numbers only for who may see least. */
const SENSITIVE = { partial: ['nationalId', 'iban'], full: ['nationalId', 'iban', 'email', 'phone'] } as const
const usual = { partial: [...SENSITIVE.partial], full: [...SENSITIVE.full] }

const Reaction = z.enum(['announce', 'quarantine'], 'must be announce or quarantine')

/** What is done about output, as people write it. */
export const ProtectionFile = z.strictObject({
  version: z.literal(1, 'must be 1'),
  /** Masked for everybody, whatever the class and the tier. */
  always: Detectors.default(['card', 'secret']),
  /** The first that fits decides. */
  tiers: z.array(TierRule).max(200, 'must have at most 200 rules').default([]),
  /** The tier of those whom no rule names. */
  default: Tier.default('partial'),
  classes: z
    .strictObject({
      public: Masked.prefault({}),
      internal: Masked.prefault(usual),
      confidential: Masked.prefault(usual),
      /** Where a server does not say of what class its data is. */
      unknown: Masked.prefault(usual),
    })
    .prefault({}),
  /** Hidden characters that are taken out of results. */
  strip: z.array(z.enum(HIDDEN, `must be one of ${HIDDEN.join(', ')}`)).default(['tags', 'bidi']),
  definitions: z
    .strictObject({
      /** What becomes of a tool whose definition is not the pinned one. */
      drift: Reaction.default('announce'),
      /** What becomes of one that hides characters or instructs the model. */
      suspicious: Reaction.default('announce'),
      /** Whether a tool that was never seen is taken as it is, or counts as drift until somebody accepts it. */
      firstSight: z.enum(['pin', 'drift'], 'must be pin or drift').default('pin'),
    })
    .prefault({}),
})
export type ProtectionFile = z.output<typeof ProtectionFile>

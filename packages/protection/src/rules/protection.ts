import { DETECTORS, type Detector, type Plan, type Style } from '../detect/detector.ts'
import { Redaction } from '../redact/redaction.ts'
import type { DataClass } from './data-class.ts'
import type { ProtectionFile, TierRule } from './protection-file.ts'
import { type Caller, TIERS, type Tier } from './tier.ts'

type Masked = ProtectionFile['classes'][keyof ProtectionFile['classes']]

/** The rules for what leaves, ready to be asked: what a caller is shown of which class of data. */
export class Protection {
  readonly definitions: ProtectionFile['definitions']
  readonly #file: ProtectionFile
  readonly #plans: Readonly<Record<keyof ProtectionFile['classes'], Readonly<Record<Tier, Plan>>>>

  constructor(file: ProtectionFile) {
    this.#file = file
    this.definitions = file.definitions
    const plansOf = (masked: Masked) => ({
      none: planOf('none', file.always, masked),
      partial: planOf('partial', file.always, masked),
      full: planOf('full', file.always, masked),
    })
    const { classes } = file
    this.#plans = {
      public: plansOf(classes.public),
      internal: plansOf(classes.internal),
      confidential: plansOf(classes.confidential),
      unknown: plansOf(classes.unknown),
    }
  }

  /** For what is of several servers, the tier that shows the least of any. */
  tierOf(caller: Caller, server: string | undefined): Tier {
    if (server === undefined) return this.#leastTierOf(caller)
    return this.#file.tiers.find((rule) => fits(rule, caller, server))?.tier ?? this.#file.default
  }

  #leastTierOf(caller: Caller): Tier {
    const named = this.#file.tiers.flatMap(({ servers = [] }) => servers)
    const tiers = ['', ...named].map((server) => TIERS.indexOf(this.tierOf(caller, server)))
    return TIERS[Math.max(...tiers)] ?? 'full'
  }

  /** Whether everybody is shown the same of such data. */
  isForEverybody(data: Exclude<DataClass, 'restricted'> | undefined): boolean {
    const plans = this.#plans[data ?? 'unknown']
    const tiers = [this.#file.default, ...this.#file.tiers.map(({ tier }) => tier)]
    return new Set(tiers.map((tier) => JSON.stringify(plans[tier]))).size === 1
  }

  /** To go through one result for one caller. Data of the class `restricted` is for nobody: that is refused before. */
  redaction(
    caller: Caller,
    server: string | undefined,
    data: Exclude<DataClass, 'restricted'> | undefined,
  ): Redaction {
    const plan = this.#plans[data ?? 'unknown'][this.tierOf(caller, server)]
    return new Redaction({ plan, strip: this.#file.strip })
  }

  /** For words of whoever asks this, which are about no data: only what is always masked. */
  get ownWords(): Redaction {
    return new Redaction({ plan: this.#plans.unknown.none, strip: this.#file.strip })
  }
}

/** What is always masked is masked at least in part; a tier masks what its class lists, in its own way. */
function planOf(tier: Tier, always: readonly Detector[], masked: Masked): Plan {
  const listed = tier === 'none' ? [] : masked[tier]
  const styleOf = (detector: Detector): Style => {
    if (listed.includes(detector)) return tier
    if (!always.includes(detector)) return 'none'
    return tier === TIERS[2] ? 'full' : 'partial'
  }
  return Object.fromEntries(DETECTORS.map((detector) => [detector, styleOf(detector)])) as Record<
    Detector,
    Style
  >
}

function fits(rule: TierRule, caller: Caller, server: string): boolean {
  const { servers, roles, scopes, tenants, clients, issuers } = rule
  return (
    (servers?.includes(server) ?? true) &&
    (roles?.some((role) => caller.roles.has(role)) ?? true) &&
    (scopes?.some((scope) => caller.scopes.has(scope)) ?? true) &&
    (tenants?.includes(caller.tenant) ?? true) &&
    (clients?.includes(caller.clientId) ?? true) &&
    (issuers?.includes(caller.issuer) ?? true)
  )
}

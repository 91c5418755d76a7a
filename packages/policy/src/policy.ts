import { type Explanation, explain } from './explain.ts'
import { type Arguments, type Caller, Subject, type SubjectField, type Target } from './facts.ts'
import type { Decision, Rule } from './rule.ts'
import { type Rules, rulesAbout, settle, type Verdict, verdictOf } from './verdict.ts'

export interface PolicyParts {
  /** Names the content of the file. */
  readonly version: string
  readonly rules: readonly Rule[]
  /** What is decided where no rule speaks; what destroys is always denied then. */
  readonly defaults: { readonly read: 'allow' | 'deny'; readonly write: 'allow' | 'deny' }
}

export interface PolicyOptions {
  /** Told of a rule that had no answer at run time, and why, in one word without anything a caller sent. */
  onFailure?(rule: string, code: string): void
}

/** Callers who are alike in everything that the rules look at. */
export interface Shape {
  readonly subject: Subject
  readonly verdicts: WeakMap<Target, Verdict>
}

const MAX_SHAPES = 1_000

/** A compiled policy. Decides from memory where the arguments of a call do not matter; never waits, never throws. */
export class Policy {
  readonly version: string
  readonly rules: readonly Rule[]
  readonly defaults: PolicyParts['defaults']
  /** Whether everybody is shown the same. */
  readonly isForEverybody: boolean
  readonly #rules: Rules
  readonly #denials: ReadonlySet<string>
  readonly #reads: readonly SubjectField[]
  readonly #shapes = new Map<string, Shape>()
  readonly #known = new WeakMap<Caller, Shape>()
  readonly #about = new WeakMap<Target, Rules>()

  constructor({ version, rules, defaults }: PolicyParts, { onFailure = () => {} }: PolicyOptions = {}) {
    this.version = version
    this.rules = rules
    this.defaults = defaults
    this.#reads = [...new Set(rules.flatMap(({ when }) => [...when.reads]))]
    this.isForEverybody = this.#reads.length === 0
    this.#denials = new Set(rules.filter(({ kind }) => kind === 'deny').map(({ name }) => name))
    this.#rules = {
      denying: rules.filter(({ kind }) => kind === 'deny'),
      allowing: rules.filter(({ kind }) => kind === 'allow'),
      defaults: {
        read: fallback('read', defaults.read),
        write: fallback('write', defaults.write),
        destroy: fallback('destroy', 'deny'),
      },
      onFailure,
    }
  }

  /** Whether this caller may do this with these arguments, and the rule that says so. */
  decide(principal: Caller, target: Target, args: Arguments): Decision {
    const shape = this.shapeOf(principal)
    const verdict = this.#verdict(shape, target)
    return verdict.open.length === 0
      ? verdict.otherwise
      : settle(verdict, this.#rules, shape.subject, target, args)
  }

  /**
   * The same of what goes by several names, such as a document and the template that it is of: what denies it by any of them denies
   * it, and else what allows it by any allows it.
   */
  decideByAny(principal: Caller, targets: readonly [Target, ...Target[]], args: Arguments): Decision {
    const [target, ...others] = targets
    const decision = this.decide(principal, target, args)
    const decisions = [decision, ...others.map((other) => this.decide(principal, other, args))]
    const denied = decisions.find(({ allowed, rule }) => !allowed && this.#denials.has(rule))
    return denied ?? decisions.find(({ allowed }) => allowed) ?? decision
  }

  /** Whether there may be arguments with which this caller may do this: what decides lists. */
  foresee(principal: Caller, target: Target): Decision {
    const { mayAllow, otherwise, open } = this.#verdict(this.shapeOf(principal), target)
    if (mayAllow === otherwise.allowed) return otherwise
    return open.find(({ kind }) => kind === 'allow')?.holds ?? otherwise
  }

  /** Every rule with what it says, and why. Costs more than a decision: for people. */
  explain(principal: Caller, target: Target, args: Arguments | undefined): Explanation {
    const decision = args ? this.decide(principal, target, args) : this.foresee(principal, target)
    return explain(this.rules, decision, { principal: new Subject(principal), target, ...(args && { args }) })
  }

  /** The same object for all callers who are alike, to hang on it what was made for them. */
  shapeOf(principal: Caller): Shape {
    const known = this.#known.get(principal)
    if (known) return known
    const subject = new Subject(principal)
    const key = JSON.stringify(this.#reads.map((field) => subject[field]))
    const shape = this.#shapes.get(key) ?? { subject, verdicts: new WeakMap<Target, Verdict>() }
    if (this.#shapes.size >= MAX_SHAPES) this.#shapes.clear()
    this.#shapes.set(key, shape)
    this.#known.set(principal, shape)
    return shape
  }

  #verdict({ subject, verdicts }: Shape, target: Target): Verdict {
    const known = verdicts.get(target)
    if (known) return known
    const verdict = verdictOf(this.#rulesAbout(target), subject, target)
    verdicts.set(target, verdict)
    return verdict
  }

  #rulesAbout(target: Target): Rules {
    const known = this.#about.get(target)
    if (known) return known
    const rules = rulesAbout(target, this.#rules)
    this.#about.set(target, rules)
    return rules
  }
}

function fallback(effect: string, decision: 'allow' | 'deny'): Decision {
  return Object.freeze({ allowed: decision === 'allow', rule: `default-${effect}` })
}

import { failureCode } from './expression.ts'
import type { Arguments, Subject, Target } from './facts.ts'
import type { Decision, Rule } from './rule.ts'

/** What is decided of one target for one kind of caller, as far as that can be without the arguments of a call. */
export interface Verdict {
  /** Whether there are arguments with which it may be called, as far as rules can tell. */
  readonly mayAllow: boolean
  /** What counts where no open rule holds. */
  readonly otherwise: Decision
  /** Rules that need the arguments, those that deny first. Empty: `otherwise` is what is decided. */
  readonly open: readonly Rule[]
}

export interface Rules {
  readonly denying: readonly Rule[]
  readonly allowing: readonly Rule[]
  readonly defaults: { readonly [effect in Target['effect']]: Decision }
  /** Told of a rule that had no answer, and why, in one word. */
  readonly onFailure: (rule: string, code: string) => void
}

const NOTHING_OPEN: readonly Rule[] = []

/** The rules that somebody may make hold for this target, so that the others are not asked for every caller again. */
export function rulesAbout(target: Target, rules: Rules): Rules {
  const isAbout = ({ when }: Rule) => {
    try {
      return (when.early ?? when.test)({ target })
    } catch {
      return true
    }
  }
  return { ...rules, denying: rules.denying.filter(isAbout), allowing: rules.allowing.filter(isAbout) }
}

/**
 * Deny overrides, then allow, then the default. A rule that fails never works for the caller: one that denies holds,
 * and one that allows denies unless another allows.
 */
export function verdictOf(rules: Rules, principal: Subject, target: Target): Verdict {
  const facts = { principal, target }
  const open: Rule[] = []
  for (const rule of rules.denying) {
    const answer = ask(rule, facts, rules)
    if (answer === 'open') open.push(rule)
    else if (answer) return final(answer)
  }
  const denials = open.length
  let allowed: Decision | undefined
  let failed: Decision | undefined
  for (const rule of rules.allowing) {
    const answer = ask(rule, facts, rules)
    if (answer === 'open') open.push(rule)
    else if (answer?.allowed) allowed ??= answer
    else if (answer) failed ??= answer
  }
  // One that allows anyway leaves nothing to the others that allow.
  if (allowed) open.length = denials
  const otherwise = allowed ?? failed ?? rules.defaults[target.effect]
  const mayAllow = otherwise.allowed || open.length > denials
  return mayAllow && open.length > 0 ? { mayAllow, otherwise, open } : final(otherwise)
}

/** The decision of one call, from the verdict and its arguments. */
export function settle(
  { otherwise, open }: Verdict,
  rules: Rules,
  principal: Subject,
  target: Target,
  args: Arguments,
): Decision {
  if (open.length === 0) return otherwise
  const facts = { principal, target, args }
  let failed: Decision | undefined
  for (const rule of open) {
    try {
      if (rule.when.test(facts)) return rule.holds
    } catch (error) {
      rules.onFailure(rule.name, failureCode(error))
      if (rule.kind === 'deny') return rule.fails
      failed ??= rule.fails
    }
  }
  return failed ?? otherwise
}

function ask(
  rule: Rule,
  facts: { principal: Subject; target: Target },
  { onFailure }: Rules,
): Decision | 'open' | undefined {
  const { early } = rule.when
  try {
    if (early) return early(facts) ? 'open' : undefined
    return rule.when.test(facts) ? rule.holds : undefined
  } catch (error) {
    // In CEL an error beside a decided `&&` or `||` does not count: what still fails here needs the arguments.
    if (rule.when.readsArguments) return 'open'
    onFailure(rule.name, failureCode(error))
    return rule.fails
  }
}

function final(otherwise: Decision): Verdict {
  return { mayAllow: otherwise.allowed, otherwise, open: NOTHING_OPEN }
}

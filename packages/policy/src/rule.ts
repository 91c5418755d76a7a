import type { Expression } from './expression.ts'

/** What was decided, and by which rule: its name, or `default-…` where none spoke. */
export interface Decision {
  readonly allowed: boolean
  readonly rule: string
  /** The rule had no answer for what it was asked, so it counted against the caller. */
  readonly failed?: boolean
}

export interface Rule {
  readonly name: string
  readonly description: string | undefined
  readonly kind: 'allow' | 'deny'
  readonly when: Expression
  /** Where it stands in its file. */
  readonly line: number
  /** The decision when it holds, and when it fails: made once, handed out again and again. */
  readonly holds: Decision
  readonly fails: Decision
}

export function makeRule(rule: Pick<Rule, 'name' | 'description' | 'kind' | 'when' | 'line'>): Rule {
  const { name, kind } = rule
  return {
    ...rule,
    holds: Object.freeze({ allowed: kind === 'allow', rule: name }),
    fails: Object.freeze({ allowed: false, rule: name, failed: true }),
  }
}

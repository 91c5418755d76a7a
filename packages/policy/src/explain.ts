import { type Condition, type Facts, failureCode } from './expression.ts'
import type { Decision, Rule } from './rule.ts'

/** `open`: the arguments of a call decide, and none were given. */
export type Answer = 'holds' | 'does not hold' | 'fails' | 'open'

export interface ExplainedCondition {
  readonly text: string
  readonly answer: Answer
  /** Why it fails, in one word. */
  readonly failure?: string
}

export interface ExplainedRule {
  readonly name: string
  readonly kind: 'allow' | 'deny'
  readonly line: number
  readonly answer: Answer
  /** The parts that must all hold. */
  readonly conditions: readonly ExplainedCondition[]
}

export interface Explanation {
  readonly decision: Decision
  readonly rules: readonly ExplainedRule[]
}

/** What each rule says to the same facts, and each of its conditions. */
export function explain(rules: readonly Rule[], decision: Decision, facts: Facts): Explanation {
  const explained = rules.map(({ name, kind, line, when }) => ({
    name,
    kind,
    line,
    answer: answerTo(when, facts).answer,
    conditions: when.conditions().map((condition) => ({
      text: condition.text,
      ...answerTo(condition, facts),
    })),
  }))
  return { decision, rules: explained }
}

function answerTo(condition: Condition, facts: Facts): Omit<ExplainedCondition, 'text'> {
  try {
    return { answer: condition.test(facts) === true ? 'holds' : 'does not hold' }
  } catch (error) {
    const failure = failureCode(error)
    const isOpen = facts.args === undefined && /\bargs\b/.test(condition.text)
    return isOpen ? { answer: 'open' } : { answer: 'fails', failure }
  }
}

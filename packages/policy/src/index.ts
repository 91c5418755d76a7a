export type { Answer, ExplainedCondition, ExplainedRule, Explanation } from './explain.ts'
export {
  type Arguments,
  type Caller,
  type Effect,
  type Kind,
  Target,
  type TargetFacts,
} from './facts.ts'
export { type Golden, type GoldenDecision, type GoldenResult, readGolden, runGolden } from './golden.ts'
export { Policy, type PolicyOptions, type Shape } from './policy.ts'
export { readPolicy } from './read-policy.ts'
export type { Decision, Rule } from './rule.ts'
export { readYaml } from './yaml-file.ts'

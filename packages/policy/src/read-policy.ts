import { createHash } from 'node:crypto'
import { compileExpression, ExpressionError } from './expression.ts'
import { Policy, type PolicyOptions } from './policy.ts'
import { PolicyFile } from './policy-file.ts'
import { makeRule, type Rule } from './rule.ts'
import { invalidFile, type Problem, readYaml } from './yaml-file.ts'

/**
 * A policy from the text of its file; `file` is what messages call it. Throws InvalidError that names every rule that is
 * wrong, its line and what to do.
 */
export function readPolicy(text: string, file: string, options: PolicyOptions = {}): Policy {
  const { data, lineOf } = readYaml(text, file, PolicyFile, aboutRule)
  const problems: Problem[] = []
  const rules = data.rules.flatMap((rule, index): Rule[] => {
    const kind = rule.allow === undefined ? 'deny' : 'allow'
    try {
      const when = compileExpression(rule.allow ?? rule.deny ?? '')
      const { name, description } = rule
      return [makeRule({ name, description, kind, when, line: lineOf(['rules', index]) })]
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      const line = lineOf(['rules', index, kind])
      problems.push({ line, about: `rule "${rule.name}"`, message: `${kind} is not right: ${error.message}` })
      return []
    }
  })
  if (problems.length > 0) throw invalidFile(file, problems)
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return new Policy({ version, rules, defaults: data.defaults }, options)
}

function aboutRule([root, index]: readonly PropertyKey[], content: unknown): string | undefined {
  if (root !== 'rules' || typeof index !== 'number') return undefined
  const { rules } = content as { rules?: { name?: unknown }[] }
  const name = rules?.[index]?.name
  return typeof name === 'string' ? `rule "${name.slice(0, 63)}"` : `rule ${index + 1}`
}

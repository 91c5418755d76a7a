import type { FleetTool, Params } from '@atoll/client'
import type { Decide, Situation } from './agent.ts'

/** Where a tool takes the question itself. */
const FREE_TEXT = new Set(['query', 'question', 'text', 'q'])

/** Words of questions, which say nothing of what is asked. */
const ASKING = new Set(
  'and are does each for from has have how many much say show tell the what when which who with'.split(' '),
)

interface Property {
  readonly type?: string
  readonly enum?: readonly unknown[]
}

/**
 * Without a model: the tool whose words are most like the question's, among those that only read and whose arguments
 * can be found in the question. Its answer is the agent's; when it fails, the next best is asked.
 */
export const decideByWords: Decide = async (situation) => {
  const last = situation.steps.at(-1)
  if (last && !last.failed) return { kind: 'answer', text: last.observation }
  const next = bestOf(situation)
  if (next) return { kind: 'call', ...next }
  const why = last ? ` ${last.tool.name} said: ${last.observation}` : ''
  return { kind: 'answer', text: `No tool that I may use fits the question.${why}` }
}

function bestOf({ question, tools, steps }: Situation) {
  const asked = wordsOf(question)
  const weigh = rarity(tools)
  const tried = new Set(steps.map(({ tool }) => tool))
  const candidates = tools.flatMap((tool) => {
    const args = isReadOnly(tool) && !tried.has(tool) ? argumentsFrom(question, tool) : undefined
    if (!args) return []
    const words = [...wordsOf(wordingOf(tool))]
    const alike = words.filter((word) => asked.has(word)).reduce((sum, word) => sum + weigh(word), 0)
    // Long descriptions have more words in common with anything.
    return alike > 0 ? [{ tool, args, score: alike / Math.sqrt(words.length) }] : []
  })
  return candidates.toSorted((a, b) => b.score - a.score)[0]
}

/** Undefined where something is required that the question does not say. */
function argumentsFrom(question: string, { listed }: FleetTool): Params | undefined {
  const { properties = {}, required = [] } = (listed.inputSchema ?? {}) as {
    properties?: Record<string, Property>
    required?: string[]
  }
  const args: Record<string, unknown> = {}
  const asked = wordsOf(question)
  for (const [name, property] of Object.entries(properties)) {
    const named = property.enum?.find((value) => asked.has(stem(String(value).toLowerCase())))
    if (named !== undefined) args[name] = named
    else if (property.type === 'string' && !property.enum && FREE_TEXT.has(name) && required.includes(name))
      args[name] = question
    else if (required.includes(name)) return undefined
  }
  return args
}

function isReadOnly({ listed }: FleetTool): boolean {
  return (listed.annotations as { readOnlyHint?: boolean } | undefined)?.readOnlyHint === true
}

function wordingOf({ name, listed }: FleetTool): string {
  return [name, listed.title, listed.description].join(' ')
}

/** A word that few tools use says more. */
function rarity(tools: readonly FleetTool[]): (word: string) => number {
  const uses = new Map<string, number>()
  for (const tool of tools)
    for (const word of wordsOf(wordingOf(tool))) uses.set(word, (uses.get(word) ?? 0) + 1)
  return (word) => Math.log(1 + tools.length / (uses.get(word) ?? tools.length))
}

function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}{3,}/gu) ?? []
  return new Set(words.filter((word) => !ASKING.has(word)).map(stem))
}

/** Enough for "employees" to meet "employee". */
function stem(word: string): string {
  return word.replace(/(ies|es|s)$/, (end) => (end === 'ies' ? 'y' : end === 'es' ? 'e' : ''))
}

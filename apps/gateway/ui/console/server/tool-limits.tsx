import type { Tool } from '../api/model.ts'
import { grouped } from '../parts/numbers.ts'

/** What a tool's server holds callers to, and what the gateway does for this tool in particular. */
export function ToolLimits({ tool: { declared, limits } }: { tool: Tool }) {
  if (!declared && limits.length === 0) return <span className="faint">not said</span>
  return (
    <ul className="plain">
      {declared && <li>{declaredWords(declared)}</li>}
      {limits.map(({ name, words, per }) => (
        <li key={`${name} ${words}`}>
          {grouped(words)} <span className="faint">{`${perWords(per)} (${name})`}</span>
        </li>
      ))}
    </ul>
  )
}

function declaredWords({ rate, timeout }: NonNullable<Tool['declared']>): string {
  const often = rate === undefined ? [] : [`${grouped(rate)} for each caller`]
  const long = timeout === undefined ? [] : [`${timeout} to answer`]
  return [...often, ...long].join(', ')
}

const WORDS: Readonly<Record<string, string>> = { principal: 'caller' }

function perWords(per: readonly string[]): string {
  if (per.length === 0) return 'for all together'
  return `for each ${per.map((dimension) => WORDS[dimension] ?? dimension).join(' and ')}`
}

import type { Tool } from '../api/model.ts'

/** What a tool's server holds callers to, and what the gateway does for this tool in particular. */
export function ToolLimits({ tool: { declared, limits } }: { tool: Tool }) {
  if (!declared && limits.length === 0) return <span className="faint">not said</span>
  return (
    <ul className="plain">
      {declared?.rate && (
        <li>
          {declared.rate} <span className="faint">a caller</span>
        </li>
      )}
      {declared?.timeout && (
        <li>
          {declared.timeout} <span className="faint">to answer</span>
        </li>
      )}
      {limits.map(({ name, words, per }) => (
        <li key={`${name} ${words}`}>
          {words} <span className="faint">{`${perWords(per)}, by ${name}`}</span>
        </li>
      ))}
    </ul>
  )
}

const WORDS: Readonly<Record<string, string>> = { principal: 'caller' }

function perWords(per: readonly string[]): string {
  if (per.length === 0) return 'all together'
  return `a ${per.map((dimension) => WORDS[dimension] ?? dimension).join(' and ')}`
}

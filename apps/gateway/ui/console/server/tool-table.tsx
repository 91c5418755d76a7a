import { memo, useEffect, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import type { Tool } from '../api/model.ts'
import { DefinitionMark } from '../definitions/definition-mark.tsx'
import { isReadOnly } from '../fleet/server-state.ts'
import { counted } from '../parts/numbers.ts'
import { Scrolled } from '../parts/scrolled.tsx'
import { linkTo } from '../use-route.ts'
import { ToolLimits } from './tool-limits.tsx'

/** Rows drawn before somebody asks for more. */
const AT_ONCE = 100

export const ToolTable = memo(function ToolTable({
  tools,
  caption,
}: {
  tools: readonly Tool[]
  caption: string
}) {
  const [drawn, setDrawn] = useState(AT_ONCE)
  const next = useRef<HTMLAnchorElement>(null)
  // The button goes, and whoever pressed it by keyboard goes on where the list does.
  useEffect(() => {
    if (drawn > AT_ONCE) next.current?.focus()
  }, [drawn])
  return (
    <>
      <Scrolled label={caption}>
        <table>
          <caption className="unseen">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">Tool</th>
              <th scope="col">Effect</th>
              <th scope="col">Data</th>
              <th scope="col">Scopes</th>
              <th scope="col">Limits</th>
              <th scope="col" className="number">
                Cost
              </th>
              <th scope="col">Definition</th>
            </tr>
          </thead>
          <tbody>
            {tools.slice(0, drawn).map((tool, index) => (
              <tr key={tool.name}>
                <th scope="row">
                  <a ref={index === AT_ONCE ? next : null} href={linkTo('tools', tool.name)}>
                    {tool.name}
                  </a>
                  {tool.title && <p className="faint">{tool.title}</p>}
                </th>
                <td>{effectWord(tool)}</td>
                <td>{tool.data ?? 'not said'}</td>
                <td>
                  <Scopes tool={tool} />
                </td>
                <td>
                  <ToolLimits tool={tool} />
                </td>
                <td className="number">{counted(tool.cost, 'unit')}</td>
                <td className="definition">
                  <DefinitionMark definition={tool.definition} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolled>
      {tools.length > drawn && (
        <Button onPress={() => setDrawn(tools.length)}>Show all {tools.length}</Button>
      )}
    </>
  )
})

export function effectWord(tool: Tool): string {
  if (tool.effect) return { read: 'reads', write: 'writes', destroy: 'destroys' }[tool.effect]
  return isReadOnly(tool) ? 'reads' : 'not said'
}

export function Scopes({ tool: { scopes = [], optionalScopes = [] } }: { tool: Tool }) {
  if (scopes.length + optionalScopes.length === 0) return <>none</>
  return (
    <>
      {scopes.map((scope) => (
        <code key={scope} className="chip">
          {scope}
        </code>
      ))}
      {optionalScopes.map((scope) => (
        <code key={scope} className="chip optional">
          {scope} (for more)
        </code>
      ))}
    </>
  )
}

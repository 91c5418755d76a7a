import { useState } from 'react'
import type { Tool } from '../api/model.ts'
import { useLive } from '../live/use-live.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { effectWord, Scopes } from '../server/tool-table.tsx'
import { useSession } from '../session-context.ts'
import { SwitchButton } from '../switches/switch-button.tsx'
import { linkTo } from '../use-route.ts'
import { SchemaTable } from './schema-table.tsx'
import { TryForm } from './try-form.tsx'

export function ToolView({ name }: { name: string }) {
  const { tools, isLoaded } = useLive()
  const { isAdmin } = useSession()
  const found = find(tools, name)
  // What goes from the list while somebody looks at it stays before them, with what they wrote.
  const [seen, setSeen] = useState(found)
  if (found && found.tool !== seen?.tool) setSeen(found)
  const { server, tool } = found ?? seen ?? {}
  if (!tool || server === undefined)
    return (
      <>
        <header className="title">
          <h1 tabIndex={-1}>{name}</h1>
          {isAdmin && isLoaded && <SwitchButton what={`tool:${name}`} />}
        </header>
        <p role="status">
          {isLoaded ? 'There is no such tool, or you are not shown it.' : 'Asking for the fleet.'}
        </p>
      </>
    )
  return (
    <>
      <p>
        <a href={linkTo('servers', server)}>{server}</a>
      </p>
      <header className="title">
        <h1 tabIndex={-1}>{name}</h1>
        {tool.disabled && <StateMark mark="bad">disabled</StateMark>}
        {!found && <StateMark mark="warning">not listed any more</StateMark>}
        {isAdmin && <SwitchButton what={`tool:${name}`} />}
      </header>
      {tool.title && <p className="lead">{tool.title}</p>}
      <p className="about">{tool.description}</p>
      <dl className="facts">
        <Fact name="Effect">{effectWord(tool)}</Fact>
        <Fact name="Data">{tool.data ?? 'not said'}</Fact>
        <Fact name="Scopes">
          <Scopes tool={tool} />
        </Fact>
        {tool.limits !== undefined && <Fact name="Limits">{textOf(tool.limits)}</Fact>}
        {tool.cost !== undefined && <Fact name="Cost">{textOf(tool.cost)}</Fact>}
        {tool.hash && (
          <Fact name="Pinned as">
            <code>{tool.hash.slice(0, 16)}…</code> <CopyButton text={tool.hash} label="the pinned hash" />
          </Fact>
        )}
      </dl>
      <section aria-labelledby="try">
        <h2 id="try">Try it</h2>
        <TryForm key={name} tool={tool} />
      </section>
      <section aria-labelledby="takes">
        <h2 id="takes">What it takes</h2>
        <SchemaTable schema={tool.inputSchema} caption="Arguments" />
      </section>
      {tool.outputSchema && (
        <section aria-labelledby="gives">
          <h2 id="gives">What it gives</h2>
          <SchemaTable schema={tool.outputSchema} caption="Results" />
        </section>
      )}
    </>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function find(
  tools: ReadonlyMap<string, readonly Tool[]>,
  name: string,
): { server: string; tool: Tool } | undefined {
  for (const [server, own] of tools) {
    const tool = own.find((each) => each.name === name)
    if (tool) return { server, tool }
  }
  return undefined
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

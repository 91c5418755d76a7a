import { useState } from 'react'
import type { Allowances, Definition, Tool } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { ChangedDefinitions } from '../definitions/changed-definitions.tsx'
import { DefinitionMark, shortHash } from '../definitions/definition-mark.tsx'
import { AllowanceTable, rowOf } from '../limits/allowance-table.tsx'
import { useLive } from '../live/use-live.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { counted, dateAndTime } from '../parts/numbers.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { ToolLimits } from '../server/tool-limits.tsx'
import { effectWord, Scopes } from '../server/tool-table.tsx'
import { useSession } from '../session-context.ts'
import { SwitchButton } from '../switches/switch-button.tsx'
import { linkTo } from '../use-route.ts'
import { SchemaTable } from './schema-table.tsx'
import { TryForm } from './try-form.tsx'

export function ToolView({ name }: { name: string }) {
  const { tools, isLoaded } = useLive()
  const { isAdmin } = useSession()
  const allowances = useAsked<Allowances>(`limits?${new URLSearchParams({ tool: name })}`)
  const { again: look } = allowances
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
          {isLoaded ? 'There is no such tool, or you are not shown it.' : 'Asking for the fleet.'}{' '}
          {isLoaded && <a href={linkTo('')}>Go to the fleet.</a>}
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
        <Fact name="Limits">
          <ToolLimits tool={tool} />
        </Fact>
        <Fact name="Cost">{counted(tool.cost, 'unit')} a call</Fact>
        {tool.definition && (
          <Fact name="Definition">
            <DefinitionMark definition={tool.definition} />{' '}
            <CopyButton text={tool.definition.hash} label="its hash" />
            <p className="faint">{pinWords(tool.definition)}</p>
          </Fact>
        )}
      </dl>
      {tool.definition && tool.definition.state !== 'pinned' && (
        <NotPinned server={server} tool={tool} definition={tool.definition} />
      )}
      <section aria-labelledby="try">
        <h2 id="try">Try it</h2>
        <TryForm key={name} tool={tool} onCalled={look} />
      </section>
      {allowances.answer && (
        <AllowanceTable
          title="What is left to you here"
          rows={[...(allowances.answer.limits ?? []), ...(allowances.answer.budgets ?? [])].map(rowOf)}
        />
      )}
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

/** Since when it is what it should be, or what it was. */
function pinWords({ state, pinned, pinnedAt, acceptedBy }: Definition): string {
  if (pinned === undefined || pinnedAt === undefined) return 'never pinned'
  const by = acceptedBy === undefined ? 'at first sight' : `by ${acceptedBy}`
  return `${state === 'drifted' ? `pinned as ${shortHash(pinned)}` : 'pinned'} ${by}, ${dateAndTime(pinnedAt)}`
}

function NotPinned(props: { server: string; tool: Tool; definition: Definition }) {
  const { server, tool, definition } = props
  const { isAdmin } = useSession()
  if (isAdmin) return <ChangedDefinitions server={server} tool={tool.name} revision={definition.hash} />
  return (
    <p className="notice">
      {definition.state === 'drifted'
        ? 'This tool is not what was pinned.'
        : 'This tool says something that a person should look at.'}{' '}
      Those who run the gateway see the difference and accept it here, or with{' '}
      <code>{`pnpm atoll pins accept ${server}`}</code>.
    </p>
  )
}

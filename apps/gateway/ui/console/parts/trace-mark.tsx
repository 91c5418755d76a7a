import { useSession } from '../session-context.ts'
import { CopyButton } from './copy-button.tsx'

/** A trace, as a link where there is a place to look at it, else to copy. */
export function TraceMark({ id }: { id: string | undefined }) {
  const { traceUrl } = useSession()
  if (id === undefined) return <span className="faint">not traced</span>
  const short = `${id.slice(0, 8)}…`
  if (traceUrl?.includes('{traceId}'))
    return (
      <a
        href={traceUrl.replace('{traceId}', encodeURIComponent(id))}
        target="_blank"
        rel="noreferrer"
        aria-label={`Trace ${id} in a new window`}
      >
        <code>{short}</code>
      </a>
    )
  return (
    <span className="trace">
      <code title={id}>{short}</code> <CopyButton text={id} label={`trace ${id}`} />
    </span>
  )
}

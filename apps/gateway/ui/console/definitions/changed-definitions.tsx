import { useState } from 'react'
import { Button } from 'react-aria-components'
import { ask } from '../api/ask.ts'
import type { ChangedDefinition } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { useLive } from '../live/use-live.ts'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { dateAndTime } from '../parts/numbers.ts'
import { Problem } from '../parts/problem.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { shortHash, stateWord } from './definition-mark.tsx'
import { Difference } from './difference.tsx'

interface Changed {
  readonly tools: readonly ChangedDefinition[]
}

/** Tools of a server that are not what was pinned, or one of them, with what changed. For those who run the gateway, who may accept it. */
export function ChangedDefinitions({
  server,
  tool,
  revision,
}: {
  server: string
  tool?: string
  revision: string
}) {
  const { answer, error, again } = useAsked<Changed>('pins/diff', {
    body: { server },
    revision,
  })
  const { reload } = useLive()
  const [asked, setAsked] = useState<ChangedDefinition>()
  const [failure, setFailure] = useState<unknown>()
  const shown = (answer?.tools ?? []).filter(({ name }) => tool === undefined || name === tool)

  async function accept({ name }: ChangedDefinition): Promise<void> {
    setAsked(undefined)
    try {
      await ask('pins/accept', { body: { server, tools: [name] } })
      setFailure(undefined)
      again()
      reload().catch(() => {})
    } catch (reason) {
      setFailure(reason)
    }
  }

  if (shown.length === 0 && failure === undefined && error === undefined) return null
  return (
    <section aria-labelledby="definitions">
      <h2 id="definitions">{tool === undefined ? 'Definitions to look at' : 'What changed'}</h2>
      <Problem error={failure ?? error} />
      {shown.map((each) => (
        <article key={each.name} className="changed" aria-label={each.name}>
          <header>
            <h3>{each.name}</h3>
            <StateMark mark={each.quarantined ? 'bad' : 'warning'}>{stateWord(each)}</StateMark>
            <p className="faint">
              {historyOf(each)}: <code>{each.pinned ? shortHash(each.pinned) : 'nothing'}</code> →{' '}
              <code>{shortHash(each.hash)}</code>
            </p>
            <Button className="small" aria-label={`Accept ${each.name}`} onPress={() => setAsked(each)}>
              Accept
            </Button>
          </header>
          {each.suspicions?.map((reason) => (
            <p key={reason} className="notice">
              {reason}
            </p>
          ))}
          {each.changes.length > 0 && (
            <Difference label={`Difference of ${each.name}`} changes={each.changes} />
          )}
          <p className="faint">
            On the command line: <code>{`pnpm atoll pins accept ${server} --tool ${each.name}`}</code>
          </p>
        </article>
      ))}
      <ConfirmDialog
        title={`Accept ${asked?.name} as it is now?`}
        action="Accept"
        isOpen={asked !== undefined}
        onConfirm={() => asked && void accept(asked)}
        onClose={() => setAsked(undefined)}
      >
        <p>
          It is pinned as <code>{asked && shortHash(asked.hash)}</code> on all replicas, and models are shown
          it as it is. It is audited that you did.
        </p>
      </ConfirmDialog>
    </section>
  )
}

function historyOf({ pinnedAt, acceptedBy, since }: ChangedDefinition): string {
  const pinned = pinnedAt === undefined ? 'never pinned' : `pinned ${dateAndTime(pinnedAt)}`
  const by = acceptedBy === undefined ? '' : ` by ${acceptedBy}`
  return `${pinned}${by}${since === undefined ? '' : `, other since ${dateAndTime(since)}`}`
}

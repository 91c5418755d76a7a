import { useEffect, useState } from 'react'
import { Button } from 'react-aria-components'
import { ask } from '../api/ask.ts'
import type { Call, Page } from '../api/model.ts'
import { CallTable } from '../calls/call-table.tsx'
import { counted } from '../parts/numbers.ts'
import { Problem } from '../parts/problem.tsx'
import { useSession } from '../session-context.ts'

const OUTCOMES = ['ok', 'refused', 'error', 'tool_error', 'timeout', 'cancelled', 'input_required', 'task']

interface Found {
  readonly entries: readonly Call[]
  readonly cursor: string | undefined
}

export function AuditView() {
  const { isAdmin } = useSession()
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<Found>()
  const [error, setError] = useState<unknown>()
  const [isAsking, setAsking] = useState(false)

  useEffect(() => {
    const leaving = new AbortController()
    setFound(undefined)
    void search(query, undefined, leaving.signal)
    return () => leaving.abort()
  }, [query])

  async function search(asked: string, cursor: string | undefined, signal?: AbortSignal): Promise<void> {
    setAsking(true)
    try {
      const parameters = new URLSearchParams(asked)
      if (cursor !== undefined) parameters.set('cursor', cursor)
      const page = await ask<Page>(`audit?${parameters}`, signal ? { signal } : {})
      setError(undefined)
      setFound((before) => ({
        entries: [...((cursor !== undefined && before?.entries) || []), ...page.entries],
        cursor: page.cursor,
      }))
    } catch (failure) {
      if (!signal?.aborted) setError(failure)
    } finally {
      if (!signal?.aborted) setAsking(false)
    }
  }

  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>Audit</h1>
        <p className="faint">
          {isAdmin ? 'Every call and every refusal.' : 'Every call and every refusal of yours.'}
        </p>
      </header>
      <form
        className="asking"
        aria-label="Search the audit"
        onSubmit={(event) => {
          event.preventDefault()
          setQuery(queryOf(new FormData(event.currentTarget)))
        }}
      >
        {isAdmin && <Asked label="Person" name="subject" />}
        <Asked label="Tool" name="tool" />
        <label>
          <span>Outcome</span>
          <select name="outcome">
            <option value="">any</option>
            {OUTCOMES.map((outcome) => (
              <option key={outcome} value={outcome}>
                {outcome.replaceAll('_', ' ')}
              </option>
            ))}
          </select>
        </label>
        <Asked label="Since" name="since" type="datetime-local" />
        <Asked label="Until" name="until" type="datetime-local" />
        <Button type="submit" className="strong">
          Search
        </Button>
      </form>
      <Problem error={error} />
      <p role="status" className="faint">
        {isAsking ? 'Searching.' : found && foundWords(found)}
      </p>
      {found && found.entries.length > 0 && (
        <CallTable calls={found.entries} caption="Entries found" hasDates />
      )}
      {found?.cursor !== undefined && (
        <Button isDisabled={isAsking} onPress={() => void search(query, found.cursor)}>
          Show more
        </Button>
      )}
    </>
  )
}

function foundWords({ entries, cursor }: Found): string {
  if (entries.length === 0) return 'Nothing of that is in the audit.'
  return `${counted(entries.length, 'entry', 'entries')}${cursor ? ' so far' : ''}`
}

function Asked({ label, name, type = 'text' }: { label: string; name: string; type?: string }) {
  return (
    <label>
      <span>{label}</span>
      <input name={name} type={type} autoComplete="off" />
    </label>
  )
}

/** Times are of this place's clock, and are asked for in everybody's. */
function queryOf(data: FormData): string {
  const query = new URLSearchParams()
  for (const [name, given] of data) {
    const value = String(given).trim()
    if (value === '') continue
    query.set(name, name === 'since' || name === 'until' ? new Date(value).toISOString() : value)
  }
  return query.toString()
}

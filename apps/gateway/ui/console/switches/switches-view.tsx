import { useState } from 'react'
import { Button } from 'react-aria-components'
import type { Disabled } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { useLive } from '../live/use-live.ts'
import { dateAndTime } from '../parts/numbers.ts'
import { Problem } from '../parts/problem.tsx'
import { Scrolled } from '../parts/scrolled.tsx'
import { SwitchDialog } from './switch-dialog.tsx'

const KINDS = ['tool', 'server', 'tenant']

export function SwitchesView() {
  const { answer, error, again } = useAsked<{ disabled: readonly Disabled[] }>('switches')
  const { servers, tools } = useLive()
  const [kind, setKind] = useState('tool')
  const names = { tool: [...tools.values()].flat(), server: servers }[kind] ?? []
  const [order, setOrder] = useState<{ what: string; disabled: boolean }>()
  const [isOpen, setOpen] = useState(false)
  const begin = (next: { what: string; disabled: boolean }) => {
    setOrder(next)
    setOpen(true)
  }
  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>Kill switch</h1>
        <p className="faint">A tool, a server or a tenant is off at once, on all replicas.</p>
      </header>
      <form
        className="asking"
        aria-label="Disable something"
        onSubmit={(event) => {
          event.preventDefault()
          const data = new FormData(event.currentTarget)
          const name = String(data.get('name')).trim()
          if (name !== '') begin({ what: `${data.get('kind')}:${name}`, disabled: true })
        }}
      >
        <label>
          <span>Kind</span>
          <select name="kind" value={kind} onChange={({ target }) => setKind(target.value)}>
            {KINDS.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
        <label className="wide">
          <span>Name</span>
          <input name="name" type="text" list="names" autoComplete="off" spellCheck={false} />
        </label>
        <datalist id="names">
          {names.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Button type="submit">Disable</Button>
      </form>
      <Problem error={error} />
      {answer?.disabled.length === 0 && <p role="status">Nothing is disabled.</p>}
      {answer && answer.disabled.length > 0 && (
        <Scrolled label="Disabled">
          <table>
            <caption className="unseen">Disabled</caption>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">Reason</th>
                <th scope="col">By</th>
                <th scope="col">Since</th>
                <th scope="col">
                  <span className="unseen">Change</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {answer.disabled.map(({ what, reason, by, at }) => (
                <tr key={what}>
                  <th scope="row">
                    <code>{what}</code>
                  </th>
                  <td>{reason}</td>
                  <td>{by}</td>
                  <td>{dateAndTime(at)}</td>
                  <td>
                    <Button
                      className="small"
                      aria-label={`Enable ${what}`}
                      onPress={() => begin({ what, disabled: false })}
                    >
                      Enable
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
      {order && (
        <SwitchDialog
          {...order}
          isOpen={isOpen}
          onDone={() => {
            setOpen(false)
            again()
          }}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  )
}

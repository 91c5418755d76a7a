import { Button } from 'react-aria-components'
import { AskError } from '../api/ask.ts'
import type { Allowances } from '../api/model.ts'
import { useAsked } from '../api/use-asked.ts'
import { count, dateAndTime } from '../parts/numbers.ts'
import { Problem } from '../parts/problem.tsx'
import { Scrolled } from '../parts/scrolled.tsx'
import { UseBar } from '../parts/use-bar.tsx'

export function LimitsView() {
  const { answer, error, isAsking, again } = useAsked<Allowances>('limits')
  const isAbsent = error instanceof AskError && error.status === 404
  return (
    <>
      <header className="title">
        <h1 tabIndex={-1}>Limits and budgets</h1>
        <Button onPress={again} isDisabled={isAsking}>
          Look again
        </Button>
      </header>
      {isAbsent ? <p role="status">No limits are configured at this gateway.</p> : <Problem error={error} />}
      {answer && (
        <>
          <Table
            title="Limits"
            first="What"
            rows={(answer.limits ?? []).map(({ what, ...rest }) => ({ name: what, ...rest }))}
          />
          <Table
            title="Budgets"
            first="Who"
            rows={(answer.budgets ?? []).map(({ who, unit, limit, used, renewsAt }) => ({
              name: `${who} (${unit})`,
              left: Math.max(0, limit - used),
              ...{ limit, used },
              ...(renewsAt !== undefined && { renewsAt }),
            }))}
          />
        </>
      )}
    </>
  )
}

interface Row {
  readonly name: string
  readonly limit: number
  readonly used: number
  readonly left: number
  readonly renewsAt?: string
}

function Table({ title, first, rows }: { title: string; first: string; rows: readonly Row[] }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className="faint">There are none.</p>
      ) : (
        <Scrolled label={title}>
          <table>
            <caption className="unseen">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{first}</th>
                <th scope="col">Used</th>
                <th scope="col" className="number">
                  Left
                </th>
                <th scope="col">Renewed</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, limit, used, left, renewsAt }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>
                    <UseBar label={`Use of ${name}`} used={used} limit={limit} />
                  </td>
                  <td className="number">{count(left)}</td>
                  <td>{renewsAt ? dateAndTime(renewsAt) : 'all the time'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </section>
  )
}

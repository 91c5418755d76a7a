import type { Allowance } from '../api/model.ts'
import { count, dateAndTime, grouped } from '../parts/numbers.ts'
import { Scrolled } from '../parts/scrolled.tsx'
import { UseBar } from '../parts/use-bar.tsx'

export interface AllowanceRow {
  readonly key: string
  readonly name: string
  /** What is allowed, in words. */
  readonly words: string
  readonly limit: number
  readonly used: number
  readonly left: number
  /** A time, or words. */
  readonly renewsAt?: string
}

export function rowOf({ name, holder, ...rest }: Allowance): AllowanceRow {
  const full = holder === undefined ? name : `${name}: ${holder}`
  return { ...rest, key: `${full} ${rest.words}`, name: full }
}

export function AllowanceTable({ title, rows }: { title: string; rows: readonly AllowanceRow[] }) {
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className="faint">There are none.</p>
      ) : (
        <Scrolled label={title}>
          <table className="allowances">
            <caption className="unseen">{title}</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Allowed</th>
                <th scope="col">Used</th>
                <th scope="col" className="number">
                  Left
                </th>
                <th scope="col">Renews</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, name, words, limit, used, left, renewsAt }) => (
                <tr key={key}>
                  <th scope="row">{name}</th>
                  <td>{grouped(words)}</td>
                  <td>
                    <UseBar label={`Use of ${name}`} used={used} limit={limit} />
                  </td>
                  <td className="number">{count(left)}</td>
                  <td>{renewsAt === undefined ? 'all the time' : dateAndTime(renewsAt)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
    </section>
  )
}

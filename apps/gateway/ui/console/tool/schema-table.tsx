import type { Schema } from '../api/model.ts'
import { JsonText } from '../parts/json-text.tsx'
import { Scrolled } from '../parts/scrolled.tsx'
import { constraintsOf } from './constraints.ts'

interface Row {
  readonly name: string
  readonly schema: Schema
  readonly isRequired: boolean
}

/** A schema for people: a row for each value, objects within named with dots. The whole stands below. */
export function SchemaTable({ schema, caption }: { schema: Schema | undefined; caption: string }) {
  const rows = rowsOf(schema ?? {}, '')
  return (
    <>
      {rows.length === 0 ? (
        <p className="faint">Nothing is said of it.</p>
      ) : (
        <Scrolled label={caption}>
          <table>
            <caption className="unseen">{caption}</caption>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Is</th>
                <th scope="col">Needed</th>
                <th scope="col">About</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ name, schema: each, isRequired }) => (
                <tr key={name}>
                  <th scope="row">
                    <code>{name}</code>
                  </th>
                  <td className="constraints">{constraintsOf(each)}</td>
                  <td>{isRequired ? 'yes' : 'no'}</td>
                  <td className="about">{each.description}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolled>
      )}
      {schema && (
        <details>
          <summary>As JSON Schema</summary>
          <JsonText label={`${caption} as JSON Schema`} value={schema} />
        </details>
      )}
    </>
  )
}

/** Objects and lists of objects are looked into this deep. */
const DEEPEST = 4

function rowsOf(schema: Schema, before: string, depth = 0): Row[] {
  if (depth > DEEPEST) return []
  return Object.entries(schema.properties ?? {}).flatMap(([name, each]) => {
    const full = `${before}${name}`
    const row = { name: full, schema: each, isRequired: schema.required?.includes(name) ?? false }
    const inner = each.type === 'array' ? rowsOf(each.items ?? {}, `${full}[].`, depth + 1) : []
    return [row, ...rowsOf(each, `${full}.`, depth + 1), ...inner]
  })
}

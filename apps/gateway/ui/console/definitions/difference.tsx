import type { FieldChange } from '../api/model.ts'
import { Scrolled } from '../parts/scrolled.tsx'
import { visible } from './visible.ts'

/** What became of a definition, field by field: what goes and what comes, told by sign as much as by colour. */
export function Difference({ label, changes }: { label: string; changes: readonly FieldChange[] }) {
  return (
    <Scrolled label={label}>
      <dl className="difference">
        {changes.map((change) => (
          <div key={change.field}>
            <dt>
              <code>{visible(change.field)}</code>
            </dt>
            <dd>
              {linesOf(change).map((line, index) => (
                <code key={index} className={KINDS[line[0] ?? ''] ?? 'stays'}>
                  {visible(line)}
                </code>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Scrolled>
  )
}

const KINDS: Readonly<Record<string, string>> = { '-': 'goes', '+': 'comes' }

function linesOf({ lines, before, after }: FieldChange): readonly string[] {
  return lines ?? [...sideOf('-', before), ...sideOf('+', after)]
}

function sideOf(sign: string, value: unknown): string[] {
  if (value === undefined) return []
  return [`${sign}${typeof value === 'string' ? value : JSON.stringify(value)}`]
}

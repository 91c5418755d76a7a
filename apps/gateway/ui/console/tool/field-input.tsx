import { useId } from 'react'
import { linesOf, optionText } from './arguments-of.ts'
import { constraintsOf } from './constraints.ts'
import { type Field, keyOf } from './fields.ts'

export interface FieldInputProps {
  readonly field: Field
  readonly value: string
  readonly problem: string | undefined
  onChange(value: string): void
}

/** One value of the arguments, with what it is about and what is wrong with it. */
export function FieldInput({ field, value, problem, onChange }: FieldInputProps) {
  const id = useId()
  const { kind, label, about, isRequired, schema } = field
  const said = {
    'aria-describedby': `${id}-about ${id}-problem`,
    ...(problem !== undefined && { 'aria-invalid': true }),
    'aria-required': isRequired,
  }
  const plain = {
    ...said,
    id,
    name: keyOf(field),
    value,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  }
  const isMany = kind === 'choices'
  return (
    <div className="field">
      {isMany ? (
        <span id={`${id}-label`}>
          <Name label={label} isRequired={isRequired} />
        </span>
      ) : (
        <label htmlFor={id}>
          <Name label={label} isRequired={isRequired} />
        </label>
      )}
      {kind === 'text' && <input {...plain} type="text" autoComplete="off" spellCheck={false} />}
      {kind === 'number' && <input {...plain} type="text" inputMode="decimal" autoComplete="off" />}
      {kind === 'json' && <textarea {...plain} rows={3} spellCheck={false} className="code" />}
      {kind === 'list' && <textarea {...plain} rows={3} spellCheck={false} />}
      {kind === 'boolean' && <Choice {...plain} options={['true', 'false']} />}
      {kind === 'choice' && <Choice {...plain} options={field.options.map(optionText)} />}
      {isMany && <Choices labelledBy={`${id}-label`} field={field} value={value} onChange={onChange} />}
      <p id={`${id}-about`} className="faint">
        {about && <span>{about} </span>}
        <span className="constraints">
          {kind === 'list' && 'One a line; '}
          {kind === 'json' && 'Written as JSON; '}
          {constraintsOf(schema)}
        </span>
      </p>
      <p id={`${id}-problem`} className="wrong">
        {problem}
      </p>
    </div>
  )
}

function Name({ label, isRequired }: { label: string; isRequired: boolean }) {
  return (
    <>
      <code>{label}</code> {isRequired && <span className="needed">needed</span>}
    </>
  )
}

function Choice({ options, ...rest }: { options: readonly string[] } & React.ComponentProps<'select'>) {
  return (
    <select {...rest}>
      <option value="">not given</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  )
}

function Choices(props: { labelledBy: string; field: Field; value: string; onChange(value: string): void }) {
  const { labelledBy, field, value, onChange } = props
  const chosen = new Set(linesOf(value))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend cannot stand beside what is said of it
    <div role="group" aria-labelledby={labelledBy} className="choices">
      {field.options.map(optionText).map((option) => (
        <label key={option}>
          <input
            type="checkbox"
            checked={chosen.has(option)}
            onChange={({ target }) => {
              const next = target.checked
                ? [...chosen, option]
                : [...chosen].filter((each) => each !== option)
              onChange(next.join('\n'))
            }}
          />
          {option}
        </label>
      ))}
    </div>
  )
}

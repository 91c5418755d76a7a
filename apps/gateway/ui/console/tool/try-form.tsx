import { useMemo, useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import { ask } from '../api/ask.ts'
import type { CallAnswer, Tool } from '../api/model.ts'
import { isReadOnly } from '../fleet/server-state.ts'
import { ConfirmDialog } from '../parts/confirm-dialog.tsx'
import { JsonText } from '../parts/json-text.tsx'
import { useSession } from '../session-context.ts'
import { argumentsOf, type Draft } from './arguments-of.ts'
import { FieldInput } from './field-input.tsx'
import { groupsOf, keyOf } from './fields.ts'
import { ResultView, type Tried } from './result-view.tsx'

/** A form of the tool's schema. Sending it calls the tool as the person who looks, with their rights. */
export function TryForm({ tool, onCalled }: { tool: Tool; onCalled(): void }) {
  const { subject } = useSession()
  const groups = useMemo(() => groupsOf(tool.inputSchema), [tool.inputSchema])
  const fields = groups.flatMap((group) => group.fields)
  const [draft, setDraft] = useState<Draft>({})
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const [asked, setAsked] = useState<Record<string, unknown>>()
  const [isCalling, setCalling] = useState(false)
  const [tried, setTried] = useState<Tried>()
  const form = useRef<HTMLFormElement>(null)

  function submit(): void {
    const written = argumentsOf(fields, draft)
    setProblems(written.problems)
    const [wrong] = Object.keys(written.problems)
    if (wrong !== undefined)
      form.current?.querySelector<HTMLElement>(`[name="${CSS.escape(wrong)}"]`)?.focus()
    else if (isReadOnly(tool)) void call(written.arguments)
    else setAsked(written.arguments)
  }

  async function call(args: Record<string, unknown>): Promise<void> {
    setAsked(undefined)
    setCalling(true)
    const started = performance.now()
    try {
      const answer = await ask<CallAnswer>('call', { body: { tool: tool.name, arguments: args } })
      setTried({ answer, ms: performance.now() - started })
    } catch (error) {
      setTried({ error })
    } finally {
      setCalling(false)
      onCalled()
    }
  }

  return (
    <>
      <form
        ref={form}
        className="try"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        {groups.map(({ title, about, fields: own }) => {
          const inputs = own.map((field) => (
            <FieldInput
              key={keyOf(field)}
              field={field}
              value={draft[keyOf(field)] ?? ''}
              problem={problems[keyOf(field)]}
              onChange={(value) => setDraft((before) => ({ ...before, [keyOf(field)]: value }))}
            />
          ))
          return title === undefined ? (
            <div key="" className="fields">
              {inputs}
            </div>
          ) : (
            <fieldset key={title}>
              <legend>
                <code>{title}</code>
              </legend>
              {about && <p className="faint">{about}</p>}
              <div className="fields">{inputs}</div>
            </fieldset>
          )
        })}
        {fields.length === 0 && <p className="faint">It takes no arguments.</p>}
        <div className="actions">
          <Button type="submit" className="strong" isDisabled={isCalling}>
            {isCalling ? 'Calling' : 'Try it'}
          </Button>
          <span className="faint">as {subject}, with your own rights; it is audited like every call</span>
        </div>
      </form>
      <ConfirmDialog
        title={`Call ${tool.name}?`}
        action="Call it"
        isOpen={asked !== undefined}
        onConfirm={() => asked && void call(asked)}
        onClose={() => setAsked(undefined)}
      >
        <p>
          {tool.effect === 'destroy' || tool.annotations?.destructiveHint
            ? 'This tool destroys: what it does may not be undone.'
            : 'This tool changes things.'}{' '}
          It is called as {subject}, for real.
        </p>
        <JsonText label="Arguments" value={asked ?? {}} />
      </ConfirmDialog>
      {tried && <ResultView tried={tried} />}
    </>
  )
}

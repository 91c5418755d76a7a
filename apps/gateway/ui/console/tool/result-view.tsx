import { useEffect, useRef } from 'react'
import type { CallAnswer, Content } from '../api/model.ts'
import { JsonText } from '../parts/json-text.tsx'
import { duration } from '../parts/numbers.ts'
import { Scrolled } from '../parts/scrolled.tsx'
import { outcomeOf } from './outcome-of.ts'

export type Tried = { answer: CallAnswer; ms: number } | { error: unknown }

/** What a call came to. It takes the focus, so that it is read. */
export function ResultView({ tried }: { tried: Tried }) {
  const heading = useRef<HTMLHeadingElement>(null)
  const { kind, title, words, code, retryAfter, result } = outcomeOf(tried)
  useEffect(() => heading.current?.focus(), [tried])
  // Servers say in text what they give in structure, for those who read no structure.
  const blocks = (result?.content ?? []).filter((block) => !says(block, result?.structuredContent))
  const isBad = kind === 'refused' || kind === 'failed' || kind === 'limited'
  return (
    <section className={`result ${kind}`} aria-labelledby="result">
      <h3 id="result" ref={heading} tabIndex={-1}>
        {title}
        {'ms' in tried && <span className="faint"> after {duration(Math.round(tried.ms))}</span>}
      </h3>
      {words && <p role={isBad ? 'alert' : 'status'}>{words}</p>}
      {code && (
        <p>
          Code <code>{code}</code>
          {retryAfter !== undefined && `, try again in ${Math.ceil(retryAfter)} s`}
        </p>
      )}
      {!isBad && blocks.map((content, index) => <ContentBlock key={blockKey(content, index)} {...content} />)}
      {result?.structuredContent !== undefined && (
        <>
          <h4>Structured</h4>
          <JsonText label="Structured content" value={result.structuredContent} />
        </>
      )}
    </section>
  )
}

function ContentBlock({ type, text, data, mimeType, uri, name }: Content) {
  if (type === 'text')
    return (
      <Scrolled label="Text">
        <pre className="text">{text}</pre>
      </Scrolled>
    )
  if (type === 'image' && data && mimeType)
    return <img src={`data:${mimeType};base64,${data}`} alt="What the tool made" />
  return (
    <p className="faint">
      {type} {name ?? uri ?? mimeType ?? ''}
    </p>
  )
}

function says({ text }: Content, structured: unknown): boolean {
  if (text === undefined || structured === undefined) return false
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(structured)
  } catch {
    return false
  }
}

/** Blocks have no names of their own, and never move. */
function blockKey({ type }: Content, index: number): string {
  return `${type}-${index}`
}

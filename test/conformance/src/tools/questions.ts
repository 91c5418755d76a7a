import type { InputRequest } from '@atoll/server-kit'
import { z } from 'zod'

/** A form with one required field. */
export function form<T>(message: string, field: string, type: z.ZodType<T>) {
  return { kind: 'form', message, schema: z.object({ [field]: type }) } as const satisfies InputRequest
}

export function sample(prompt: string, maxTokens: number) {
  const params = { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens }
  return { kind: 'sampling', params } as const satisfies InputRequest
}

export const ROOTS = { kind: 'roots' } as const satisfies InputRequest

/** The text of a sampled message. */
export function sampledText(answer: Record<string, unknown>): string {
  const { content } = answer as { content?: { text?: string } }
  return content?.text ?? 'no response'
}

export function countRoots(answer: Record<string, unknown>): number {
  return Array.isArray(answer.roots) ? answer.roots.length : 0
}

/** The value of a field, or "unknown" when the person declined. */
export function field(answer: { action: string; content?: Record<string, unknown> }, name: string): string {
  return String(answer.content?.[name] ?? 'unknown')
}

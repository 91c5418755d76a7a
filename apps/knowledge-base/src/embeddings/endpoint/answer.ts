import { z } from 'zod'
import { toUnit } from '../unit.ts'
import { EndpointFailure } from './failure.ts'

const Answer = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.unknown()) })),
})

/** The vectors of `count` texts in their order, scaled to length 1. Throws EndpointFailure where one is not usable. */
export function readAnswer(body: string, count: number, dimensions: number): Float32Array[] {
  const answer = Answer.safeParse(parse(body))
  if (!answer.success) throw malformed('did not answer with a list of embeddings')
  const { data } = answer.data
  if (data.length !== count) throw malformed(`answered with ${data.length} embeddings for ${count} texts`)
  const byIndex = new Map(data.map(({ index, embedding }) => [index, embedding]))
  return Array.from({ length: count }, (_, index) => {
    const embedding = byIndex.get(index)
    if (!embedding) throw malformed(`left out the embedding of text ${index}`)
    return vectorOf(embedding, dimensions)
  })
}

function vectorOf(embedding: readonly unknown[], dimensions: number): Float32Array {
  if (embedding.length !== dimensions) {
    throw malformed(`answered with ${embedding.length} dimensions instead of ${dimensions}`)
  }
  const isOfNumbers = embedding.every((value) => typeof value === 'number')
  const vector = isOfNumbers ? toUnit(Float32Array.from(embedding)) : undefined
  if (!vector)
    throw malformed('answered with an embedding that is not made of finite numbers or is all zeros')
  return vector
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function malformed(what: string): EndpointFailure {
  return new EndpointFailure('malformed', what)
}

import { z } from 'zod'

export type JsonSchema = Record<string, unknown>

/** The input schema as listed: unknown arguments are refused, so that a misspelt filter is never ignored. */
export function inputJsonSchema(input: z.ZodObject, headers: Readonly<Record<string, string>>): JsonSchema {
  const schema = z.toJSONSchema(input, { io: 'input' }) as JsonSchema & {
    properties?: Record<string, JsonSchema>
  }
  for (const [argument, header] of Object.entries(headers)) {
    const property = schema.properties?.[argument]
    if (!property)
      throw new TypeError(`The header ${header} names the argument "${argument}", which does not exist`)
    property['x-mcp-header'] = header
  }
  return schema
}

export function outputJsonSchema(output: z.ZodObject): JsonSchema {
  return z.toJSONSchema(output, { io: 'output' }) as JsonSchema
}

import { z } from 'zod'
import { text } from '../model.ts'

/** Inputs of tools that change an order: agreement, and a key that makes repeating the call safe. */
export const ActOnce = {
  confirm: z
    .boolean()
    .optional()
    .describe(
      'True when the person agreed. Needed where the client cannot ask them; otherwise they are asked',
    ),
  idempotency_key: text(200)
    .optional()
    .describe(
      'A fresh unique text, such as a UUID; repeating the call with it acts once and answers the same',
    ),
}

export const Reason = text(500).optional().describe('Why, in the customer’s words')

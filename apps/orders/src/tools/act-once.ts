import { z } from 'zod'

/** Inputs of tools that change an order: agreement, and a key that makes repeating the call safe. */
export const ActOnce = {
  confirm: z
    .boolean()
    .optional()
    .describe(
      'True when the person agreed. Needed where the client cannot ask them; otherwise they are asked',
    ),
  idempotency_key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe(
      'A fresh unique text, such as a UUID; repeating the call with it acts once and answers the same',
    ),
}

export const Reason = z.string().trim().min(1).max(500).optional().describe('Why, in the customer’s words')
